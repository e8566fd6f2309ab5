import type { Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { pause } from '../../core/scheduler/sync';
import { lostBatches } from './lostBatches';
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
	const isOlder = (other: Batch): boolean =>
		readMetadata(other.metadata).content === content &&
		(other.createdAt - batch.createdAt || (other.id < batch.id ? -1 : 1)) < 0;
	const twins = await lostBatches(submitter, submissions, new Date(), isOlder);
	if (!twins.ok) return null;
	const twin = twins.value.find((other) => other.keys.join() === keys.join());
	if (twin === undefined) return null;
	const cancelled = await api.cancel(batch.id);
	return cancelled.ok ? twin.batch : null;
}
