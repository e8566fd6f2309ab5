import { type Batch, isFinished } from '../../core/batch/batch';
import { isImageBatch, LISTED_SECONDS } from '../../core/batch/finished';
import { pause } from '../../core/scheduler/sync';
import type { Runtime } from '../../core/scheduler/types';
import type { BatchApi } from '../api/batchApi';
import { listPages } from './listBatches';

const FIRST_LOOK_MS = 1000;
const LONGEST_LOOK_MS = 10_000;

/** How long a new batch is followed: before the next one takes its place, and before all are left or where one waits for it. */
export const WATCH_MS = 20_000;
export const LONG_WATCH_MS = 300_000;

/** Batches that are followed at once: OpenAI takes up to minutes to check one, and as many may be made for which there is no room. */
export const MOST_FOLLOWED = 32;

/**
 * Follows a batch until OpenAI has checked it, which is when it fails for want of room.
 * @param maxMs after which it is left
 */
export async function untilValidated(
	api: BatchApi,
	batch: Batch,
	maxMs: number,
	runtime: Runtime,
): Promise<Batch> {
	const end = runtime.now() + maxMs;
	let latest = batch;
	for (
		let wait = FIRST_LOOK_MS;
		latest.status === 'validating' && runtime.now() + wait <= end;
		wait = Math.min(2 * wait, LONGEST_LOOK_MS)
	) {
		await pause(runtime, wait, runtime.cancelled);
		if (runtime.cancelled()) break;
		const looked = await api.retrieve(batch.id);
		if (looked.ok) latest = looked.value;
	}
	return latest;
}

const POLL_MS = 5000;
const LONGEST_POLL_MS = 60_000;

/** Other programs may have made room, and a limit may have been raised: then it is tried without a batch that has ended. */
const TRY_ANYHOW_MS = 30 * 60_000;

/** Ids of the newest batches of images that have not ended: none of them = there is none; `null` = not known. */
export async function livingBatches(api: BatchApi): Promise<Set<string> | null> {
	const living = new Set<string>();
	const times: number[] = [];
	const failure = await listPages(api, ({ batches }) => {
		for (const batch of batches)
			if (!isFinished(batch) && isImageBatch(batch)) living.add(batch.id);
		times.push(...batches.map(({ createdAt }) => createdAt));
		return living.size > 0 || (times[0] ?? 0) - (times.at(-1) ?? 0) > LISTED_SECONDS;
	});
	return failure === null ? living : null;
}

/**
 * Waits until one of these has ended.
 * @param until time of the runtime after which it is no longer waited
 */
export async function untilOneEnds(
	api: BatchApi,
	living: ReadonlySet<string>,
	until: number,
	runtime: Runtime,
): Promise<void> {
	const end = Math.min(until, runtime.now() + TRY_ANYHOW_MS);
	for (
		let wait = POLL_MS;
		runtime.now() < end && !runtime.cancelled();
		wait = Math.min(1.5 * wait, LONGEST_POLL_MS)
	) {
		await pause(runtime, Math.min(wait, end - runtime.now()), runtime.cancelled);
		const still = runtime.cancelled() ? null : await livingBatches(api);
		if (still !== null && [...living].some((id) => !still.has(id))) return;
	}
}
