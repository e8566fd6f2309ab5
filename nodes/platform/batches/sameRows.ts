import type { Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { createBatchApi } from '../api/batchApi';
import { listPages } from './listBatches';
import { contentOf } from './lineSums';
import { COUNTS } from './lostBatches';
import type { Submitter } from './submitGroup';
import type { SubmittedGroup } from './submitting';

const DAY_S = 24 * 3600;
const TIMEOUT_MS = 10_000;
/** A day of most accounts, 100 batches each. */
const MOST_PAGES = 5;
const ONCE = { maxAttempts: 1, maxWaitMs: 0 };

/**
 * Other batches of the last day that hold the same requests as one that was submitted now, as after a second click. It is a
 * courtesy: where the list can't be had, nothing is known.
 */
export async function sameRowsBefore(
	submitter: Pick<Submitter, 'context' | 'runtime'>,
	groups: readonly SubmittedGroup[],
	now: Date,
): Promise<Batch[]> {
	try {
		return await listed(submitter, groups, now);
	} catch {
		// Such as a credential that can't be read any more. What was submitted must come out all the same.
		return [];
	}
}

async function listed(
	{ context, runtime }: Pick<Submitter, 'context' | 'runtime'>,
	groups: readonly SubmittedGroup[],
	now: Date,
): Promise<Batch[]> {
	const submitted = groups.filter(({ result, reused }) => result.ok && !reused);
	if (submitted.length === 0 || runtime.cancelled()) return [];
	const wanted = new Set(submitted.map(({ lines }) => contentOf(lines)));
	const own = new Set(groups.flatMap(({ result }) => (result.ok ? result.value.id : [])));
	// One that came later is told of where it was submitted: else each would be taken for the one too many.
	const last = Math.max(...submitted.map(({ result }) => (result.ok ? result.value.createdAt : 0)));
	const since = now.getTime() / 1000 - DAY_S;
	const found: Batch[] = [];
	let pages = 0;
	const api = await createBatchApi(context, TIMEOUT_MS, ONCE, runtime);
	await listPages(api, ({ batches }) => {
		found.push(
			...batches.filter(
				(batch) =>
					!own.has(batch.id) &&
					batch.createdAt >= since &&
					batch.createdAt <= last &&
					COUNTS.includes(batch.status) &&
					wanted.has(readMetadata(batch.metadata).content ?? ''),
			),
		);
		return ++pages === MOST_PAGES || (batches.at(-1)?.createdAt ?? since) < since;
	});
	return found;
}
