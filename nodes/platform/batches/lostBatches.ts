import { type Batch, isFinished } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { type Failure, localFailure } from '../../core/failures/failure';
import type { SendResult } from '../../core/scheduler/outcome';
import { listPages } from './listBatches';
import { readManifest } from './manifestReader';
import type { Submissions } from './submissions';
import type { Submitter } from './submitGroup';

/** Whose images are paid for, or will be. */
export const COUNTS: readonly string[] = ['validating', 'in_progress', 'finalizing', 'completed'];

/** OpenAI works on a batch for a day. */
const LOST_SECONDS = 24 * 3600;

/** A batch, and the keys of its lines. */
export interface LostBatch {
	batch: Batch;
	keys: string[];
}

/**
 * Batches of this node that go on or are done and are not in the books, the newest first: where it is known of which
 * execution this one is a retry, those of that one and its other retries.
 */
export async function lostBatches(
	{ api, context, node, options, runtime }: Submitter,
	{ isTool, isUnreadable, firstIn, known }: Submissions,
	now: Date,
	isWanted: (batch: Batch) => boolean = mayBringResults,
): Promise<SendResult<LostBatch[]>> {
	const since = now.getTime() / 1000 - LOST_SECONDS;
	// Each call of an agent is a run of its own: which one has submitted them can't be read.
	const ofAnyRun = isTool && isUnreadable ? `${context.getNode().id} ` : null;
	const ours: Batch[] = [];
	const inBooks = new Set(known.map(({ name }) => name));
	const failure = await listPages(api, ({ batches }) => {
		for (const batch of batches) {
			const about = readMetadata(batch.metadata);
			if (
				batch.createdAt >= since &&
				(ofAnyRun === null ? about.node === node : about.node?.startsWith(ofAnyRun)) &&
				about.workflowId === String(context.getWorkflow().id ?? '') &&
				(firstIn === null || [about.executionId, about.firstExecutionId].includes(firstIn)) &&
				!inBooks.has(about.submission ?? '') &&
				isWanted(batch)
			)
				ours.push(batch);
		}
		return (batches.at(-1)?.createdAt ?? since) < since;
	});
	if (failure !== null) return { ok: false, failure };
	const found: LostBatch[] = [];
	for (const batch of ours) {
		const manifest = await readManifest({ api, options, runtime }, batch);
		if (!manifest.ok) return manifest;
		const keys = [...manifest.value.entries.values()].map(({ key }) => key);
		const { requestCount = batch.counts.total } = readMetadata(batch.metadata);
		if (keys.includes('') || keys.length < requestCount)
			return { ok: false, failure: unreadable(batch) };
		found.push({ batch, keys });
	}
	return { ok: true, value: found };
}

/** One that was cancelled or has expired may hold images that are paid for. */
const mayBringResults = (batch: Batch): boolean =>
	batch.status === 'completed' || !isFinished(batch) || batch.counts.completed > 0;

/** Whether its lines are those of this submission can't be told, and they may be paid for. */
const unreadable = ({ id, metadata }: Batch): Failure => {
	const { executionId = '' } = readMetadata(metadata);
	const message = `${id}, which execution ${executionId} of this node submitted, may contain requests for these items, but its manifest can't be read, so this retry submits nothing. Collect ${id}, then run the workflow again with the items that are missing from it.`;
	return localFailure('invalidInput', 'manifest_unreadable', message);
};
