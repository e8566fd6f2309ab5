import { isFinished, type Batch } from './batch';

/** Which finished batches are wanted. Empty = any. */
export interface FinishedFilter {
	label: string;
	statuses: readonly string[];
}

/** What a trigger remembers between two looks. Times are Unix seconds by OpenAI's clock, so ours may be wrong. */
export interface FinishedMemory {
	/** Batches created before this are done with. */
	since: number;
	/** Time of creation of finished batches that were reported or are none of ours, by id; none from before `since`. */
	known: Record<string, number>;
	filter: FinishedFilter;
}

export interface Look {
	/** What there is to report, in the order in which it ended. */
	report: Batch[];
	/** With nothing of `report` in it yet: see `remember`. */
	memory: FinishedMemory;
}

/**
 * A batch ends within 24 hours, then takes up to 10 minutes to cancel and an unknown time to write its files
 * (OpenAI API reference, "Batch"); what was open at one look was created no longer than this before it.
 */
export const LIFETIME_SECONDS = 36 * 3600;

/** OpenAI deletes results then: what is older is not worth a workflow. */
const RETENTION_SECONDS = 30 * 24 * 3600;

/**
 * How far back to list, as a time of creation.
 * @param newest time of creation of the newest batch that exists
 */
export function listSince(memory: FinishedMemory | null, newest: number): number {
	return memory === null ? newest - LIFETIME_SECONDS : Math.max(memory.since, newest - RETENTION_SECONDS);
}

/**
 * Decides what is new. At the first look nothing is, and after a change of the filter only what both filters
 * want: what had ended before is not brought up by choosing another label.
 * @param memory `null` = this is the first look
 * @param listed all batches created since `listSince`; older ones do no harm
 */
export function look(
	memory: FinishedMemory | null,
	listed: readonly Batch[],
	filter: FinishedFilter,
	isWanted: (batch: Batch, filter: FinishedFilter) => boolean,
): Look {
	const newest = Math.max(0, ...listed.map(({ createdAt }) => createdAt));
	const from = listSince(memory, newest);
	const known: Record<string, number> = { ...memory?.known };
	const report: Batch[] = [];
	for (const batch of listed) {
		if (batch.createdAt < from || !isFinished(batch) || batch.id in known) continue;
		const isNew = memory !== null && isWanted(batch, filter) && isWanted(batch, memory.filter);
		if (isNew) report.push(batch);
		else known[batch.id] = batch.createdAt;
	}
	report.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0) || a.createdAt - b.createdAt);
	// Not beyond what is still to be reported: it may take several looks until its results have come.
	const open = report.map(({ createdAt }) => createdAt);
	const since = Math.max(memory?.since ?? 0, Math.min(newest - LIFETIME_SECONDS, ...open));
	return { report, memory: { since, known: createdSince(known, since), filter: copyOf(filter) } };
}

/** The memory once this batch has been reported. */
export function remember(memory: FinishedMemory, { id, createdAt }: Pick<Batch, 'id' | 'createdAt'>): FinishedMemory {
	return { ...memory, known: { ...memory.known, [id]: createdAt } };
}

/** The memory when reporting this batch came to nothing. */
export function forget(memory: FinishedMemory, { id }: Pick<Batch, 'id'>): FinishedMemory {
	return { ...memory, known: Object.fromEntries(Object.entries(memory.known).filter(([known]) => known !== id)) };
}

/** Only what is young enough to be listed again, so that it does not grow for ever. */
export function createdSince(known: Record<string, number>, since: number): Record<string, number> {
	return Object.fromEntries(Object.entries(known).filter(([, createdAt]) => createdAt >= since));
}

const copyOf = ({ label, statuses }: FinishedFilter): FinishedFilter => ({ label, statuses: [...statuses].sort() });

/** @param value what n8n kept; `null` = nothing usable, as before the first look */
export function readMemory(value: unknown): FinishedMemory | null {
	if (typeof value !== 'object' || value === null) return null;
	const { since, known, filter } = value as Partial<FinishedMemory>;
	if (typeof since !== 'number' || typeof known !== 'object' || known === null) return null;
	return { since, known: { ...known }, filter: { label: filter?.label ?? '', statuses: [...(filter?.statuses ?? [])] } };
}
