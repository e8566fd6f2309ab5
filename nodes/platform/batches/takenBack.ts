import type { Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { roomFailureOf } from '../../core/batch/queueRoom';
import type { BatchApi } from '../api/batchApi';

/** Submit looks at its new batches again and again; while it works on many, one may wait for that this long, in seconds. */
const SEEN_WITHIN = 1800;

/**
 * Whether Submit has taken a batch's requests back, because OpenAI's queue had no room for it, or another retry has submitted
 * them: then they are in other batches, or came out of Submit as failed, and nothing is to start for this one. Submit deletes
 * its input file then.
 * @returns `later` = Submit may not have seen it yet
 */
export async function takenBack(
	api: Pick<BatchApi, 'hasFile'>,
	batch: Batch,
	now: Date,
): Promise<'yes' | 'no' | 'later'> {
	const { submission = '' } = readMetadata(batch.metadata);
	const hadNoRoom = roomFailureOf(batch) !== null;
	const isEmpty = batch.status === 'cancelled' && batch.counts.completed === 0;
	if (submission === '' || batch.inputFileId === '' || !(hadNoRoom || isEmpty)) return 'no';
	const has = await api.hasFile(batch.inputFileId);
	if (has.ok && !has.value) return 'yes';
	const isEarly = now.getTime() / 1000 < (batch.endedAt ?? batch.createdAt) + SEEN_WITHIN;
	return hadNoRoom && isEarly ? 'later' : 'no';
}

export const takenBackWords = (batch: Batch): string =>
	roomFailureOf(batch) === null
		? `Another retry had submitted the requests of ${batch.id}, so Submit cancelled it.`
		: `OpenAI's queue had no room for ${batch.id}, so Submit took its requests back: they are in other batches, or Submit returned them as failed.`;
