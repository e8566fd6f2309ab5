import type { Batch } from '../../core/batch/batch';
import { pause } from '../../core/scheduler/sync';
import { COUNTS, lostBatches } from './lostBatches';
import type { Submissions } from './submissions';
import type { Submitter } from './submitGroup';

/** A batch of another process may be listed some moments later only. */
const LISTED_AFTER_MS = 1500;

/** One that is older than this was listed before anything was submitted. */
const SEEN_AFTER_S = 3600;

/**
 * Another retry of the same execution, in another process, may have submitted the same lines at the same moment. Of two such
 * batches the younger one is cancelled before much of it is made; where they are divided otherwise, both stay.
 * @param keys of its lines
 * @returns `twin` = the batch that stays instead of this one, `alsoIn` = batches that stay and have some of its lines; `null` = that can't be told
 */
export async function olderTwin(
	submitter: Submitter,
	submissions: Submissions,
	batch: Batch,
	keys: readonly string[],
): Promise<{ twin: Batch | null; alsoIn: Batch[] | null }> {
	const { api, runtime } = submitter;
	await pause(runtime, LISTED_AFTER_MS, runtime.cancelled);
	const isOlder = (other: Batch): boolean =>
		COUNTS.includes(other.status) &&
		other.createdAt > batch.createdAt - SEEN_AFTER_S &&
		age(other, batch) < 0;
	const lost = await lostBatches(submitter, submissions, new Date(), isOlder);
	if (!lost.ok) return { twin: null, alsoIn: null };
	const ours = new Set(keys);
	const others = lost.value
		.filter((other) => other.keys.some((key) => ours.has(key)))
		.sort((a, b) => age(a.batch, b.batch));
	const oldest = others.find((other) => other.keys.join() === keys.join());
	if (oldest !== undefined && (await api.cancel(batch.id)).ok) {
		// By this, triggers know it. Its manifest stays: it may have made some images.
		await api.deleteFile(batch.inputFileId);
		return { twin: oldest.batch, alsoIn: [] };
	}
	return { twin: null, alsoIn: others.map((other) => other.batch) };
}

/** The same order in each process. */
const age = (a: Batch, b: Batch): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
