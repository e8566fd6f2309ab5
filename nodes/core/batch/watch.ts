import { isFinished, type Batch } from './batch';

/** What a watcher remembers between two looks. Plain data: n8n keeps it with the workflow. */
export interface WatchState {
	/** Unix seconds of the last look that saw everything; `null` = there was none. */
	lookedAt: number | null;
	/** Batches that need no report any more: when each was created, by id. */
	known: Record<string, number>;
}

/** OpenAI ends a batch a day after its creation; what it then takes to write the results is not documented. */
const LONGEST_LIFE_SECONDS = 3 * 24 * 3600;
/** Results are deleted after 30 days (OpenAI Batch guide), so a report of an older batch is of no use. */
const RESULTS_LIFE_SECONDS = 30 * 24 * 3600 + LONGEST_LIFE_SECONDS;

export function newWatch(): WatchState {
	return { lookedAt: null, known: {} };
}

/** Batches created before this moment (Unix seconds) can't have finished since the last look. */
export function horizonOf({ lookedAt }: WatchState, now: number): number {
	const since = lookedAt === null ? now - LONGEST_LIFE_SECONDS : lookedAt - LONGEST_LIFE_SECONDS;
	return Math.max(since, now - RESULTS_LIFE_SECONDS);
}

/**
 * What has finished since the last look, the oldest first. Everything that had finished before the first
 * look counts as known.
 * @param batches all that were created since the horizon
 */
export function newlyFinished(state: WatchState, batches: readonly Batch[]): Batch[] {
	const finished = batches.filter((batch) => isFinished(batch) && !Object.hasOwn(state.known, batch.id));
	if (state.lookedAt !== null) return finished.sort((a, b) => (a.endedAt ?? a.createdAt) - (b.endedAt ?? b.createdAt));
	for (const { id, createdAt } of finished) state.known[id] = createdAt;
	return [];
}

export function remember(state: WatchState, { id, createdAt }: Batch): void {
	state.known[id] = createdAt;
}

/** After a look that saw everything; forgets what the next one will not see. @param now Unix seconds */
export function looked(state: WatchState, now: number): void {
	state.lookedAt = now;
	const horizon = horizonOf(state, now);
	for (const [id, createdAt] of Object.entries(state.known)) if (createdAt < horizon) delete state.known[id];
}
