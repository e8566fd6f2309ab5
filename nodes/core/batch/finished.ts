import { type Batch, isFinished } from './batch';
import { BATCH_ENDPOINTS } from './requestLine';

/** Which finished batches are wanted. Empty = any. */
export interface FinishedFilter {
	label: string;
	statuses: readonly string[];
}

/** What a trigger remembers between two looks. Times are Unix seconds by the provider's clock, so ours may be wrong. */
export interface FinishedMemory {
	/** Batches created before this are not listed any more. */
	since: number;
	/** Time of creation of finished batches that were reported or are not wanted, by id; none from before `since`. */
	known: Record<string, number>;
	/** The same of those from before `since` that may still be reported: they are asked for one by one, however long it takes. */
	waiting: Record<string, number>;
	/** The batch that was the newest; a project that does not know it is another one. `null` = there was none. */
	newest: string | null;
	/** Whose batches they are, as far as that can be told without one. Empty = what was kept can't be read: it counts as the same. */
	account: string;
	filter: FinishedFilter;
}

/** What there is to see. */
export interface Sight {
	/** All batches created since `listSince`, and those of `waiting` that were asked for; older ones do no harm. */
	batches: readonly Batch[];
	/** Ids of `waiting` that the provider does not know any more. */
	gone: readonly string[];
	account: string;
}

export interface Look {
	/** What there is to report, in the order in which it ended. */
	report: Batch[];
	/** With nothing of `report` in it yet: see `remember`. */
	memory: FinishedMemory;
}

/** How far back each look lists. OpenAI ends a batch after 24 hours, so nearly all that are open are in there. */
export const LISTED_SECONDS = 36 * 3600;

/** OpenAI deletes results then: what is older is not worth a workflow. */
const RETENTION_SECONDS = 30 * 24 * 3600;

/** OpenAI ends each batch after a day or so: this many are open longer only where something never ends any. */
const MOST_WAITING = 1000;

const IMAGE_ENDPOINTS: readonly string[] = Object.values(BATCH_ENDPOINTS);

/** A project's batches may be for any endpoint. One that does not say which is taken. */
export function isImageBatch({ endpoint }: Pick<Batch, 'endpoint'>): boolean {
	return (
		endpoint === '' ||
		IMAGE_ENDPOINTS.includes(endpoint) ||
		IMAGE_ENDPOINTS.includes(`/v1${endpoint}`)
	);
}

/**
 * How far back to list, as a time of creation. The first look goes back all the way: for what is open, however old.
 * @param newest time of creation of the newest batch that exists
 */
export function listSince(memory: FinishedMemory | null, newest: number): number {
	return Math.max(memory?.since ?? 0, newest - RETENTION_SECONDS);
}

/**
 * Decides what is new. At the first look nothing is, and after a change of the filter only what both filters
 * want: what had ended before is not brought up by choosing another label.
 * @param memory `null` = this is the first look
 */
export function look(
	memory: FinishedMemory | null,
	{ batches, gone, account }: Sight,
	filter: FinishedFilter,
	isWanted: (batch: Batch, filter: FinishedFilter) => boolean,
): Look {
	const [newest] = [...batches].sort((a, b) => b.createdAt - a.createdAt);
	const from = listSince(memory, newest?.createdAt ?? 0);
	const known: Record<string, number> = { ...memory?.known };
	const waiting: Record<string, number> = { ...memory?.waiting };
	const report: Batch[] = [];
	for (const id of [...gone, ...Object.keys(known)]) delete waiting[id];
	for (const batch of batches) {
		const { id, createdAt } = batch;
		if (id in known || (createdAt < from && !(id in waiting))) continue;
		// So that it comes after those that have not been asked for.
		delete waiting[id];
		if (!isImageBatch(batch)) continue;
		const isOpen = !isFinished(batch);
		const isNew =
			!isOpen && memory !== null && isWanted(batch, filter) && isWanted(batch, memory.filter);
		if (isNew) report.push(batch);
		if (isOpen || isNew) waiting[id] = createdAt;
		else known[id] = createdAt;
	}
	report.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0) || a.createdAt - b.createdAt);
	const since = Math.max(memory?.since ?? 0, (newest?.createdAt ?? 0) - LISTED_SECONDS);
	return {
		report,
		memory: {
			since,
			known: only(known, (createdAt) => createdAt >= since),
			waiting: youngest(only(waiting, (createdAt) => createdAt < since)),
			newest: newest?.id ?? memory?.newest ?? null,
			account,
			filter: { label: filter.label, statuses: [...filter.statuses].sort() },
		},
	};
}

type AboutBatch = Pick<Batch, 'id' | 'createdAt'>;

/** The memory once this batch has been reported. */
export function remember(memory: FinishedMemory, { id, createdAt }: AboutBatch): FinishedMemory {
	return {
		...memory,
		waiting: without(memory.waiting, id),
		known: { ...memory.known, [id]: createdAt },
	};
}

/** The memory when reporting this batch came to nothing. */
export function forget(memory: FinishedMemory, { id, createdAt }: AboutBatch): FinishedMemory {
	const known = without(memory.known, id);
	return {
		...memory,
		known,
		...(createdAt < memory.since && { waiting: { ...memory.waiting, [id]: createdAt } }),
	};
}

const without = (times: Record<string, number>, id: string): Record<string, number> =>
	Object.fromEntries(Object.entries(times).filter(([other]) => other !== id));

function only(
	times: Record<string, number>,
	isKept: (createdAt: number) => boolean,
): Record<string, number> {
	return Object.fromEntries(Object.entries(times).filter(([, createdAt]) => isKept(createdAt)));
}

function youngest(waiting: Record<string, number>): Record<string, number> {
	const times = Object.values(waiting).sort((a, b) => b - a);
	return times.length <= MOST_WAITING
		? waiting
		: only(waiting, (createdAt) => createdAt > (times[MOST_WAITING] as number));
}
