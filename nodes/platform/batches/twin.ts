import type { Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { pause } from '../../core/scheduler/sync';
import { COUNTS, lostBatches } from './lostBatches';
import type { Submissions } from './submissions';
import type { Submitter } from './submitGroup';

/** A batch of another process may be listed some moments later only. */
const LISTED_AFTER_MS = 1500;

/**
 * Another retry of the same execution, in another process, may have submitted the same lines at the same moment. Of two such
 * batches the younger one is cancelled before much of it is made.
 * @param keys of its lines
 * @returns the batch that stays instead of this one; `null` = this one stays
 */
export async function olderTwin(
	submitter: Submitter,
	submissions: Submissions,
	batch: Batch,
	keys: readonly string[],
): Promise<Batch | null> {
	const { api, runtime } = submitter;
	await pause(runtime, LISTED_AFTER_MS, runtime.cancelled);
	const { content } = readMetadata(batch.metadata);
	const isTwin = (other: Batch): boolean =>
		COUNTS.includes(other.status) &&
		readMetadata(other.metadata).content === content &&
		age(other, batch) < 0;
	const lost = await lostBatches(submitter, submissions, new Date(), isTwin);
	if (!lost.ok) return null;
	const [oldest] = lost.value
		.filter((other) => other.keys.join() === keys.join())
		.sort((a, b) => age(a.batch, b.batch));
	if (oldest === undefined) return null;
	const cancelled = await api.cancel(batch.id);
	return cancelled.ok ? oldest.batch : null;
}

/** The same order in each process. */
const age = (a: Batch, b: Batch): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
