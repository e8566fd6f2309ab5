import type { Batch } from '../../core/batch/batch';
import { isSurelyNotCreated } from '../../core/batch/creation';
import { isRoomRefusal, roomFailureOf } from '../../core/batch/queueRoom';
import { type AttemptOptions, sendRepeatedly } from '../../core/scheduler/sendRepeatedly';
import type { SendResult } from '../../core/scheduler/outcome';
import { pause } from '../../core/scheduler/sync';
import type { Runtime } from '../../core/scheduler/types';
import type { BatchApi, NewBatch } from '../api/batchApi';
import { listPages } from './listBatches';

/** A batch whose answer was lost may be listed some moments later only, so it is looked for after these waits, in ms. */
const LOOKS_AFTER = [500, 1500, 4000];

export interface Creation {
	result: SendResult<Batch>;
	/** It failed, and whether there is a batch all the same is not known. */
	isUnclear: boolean;
}

/** Creates a batch; when an answer was lost, it is looked for before another one is created. */
export async function createOnce(
	api: BatchApi,
	batch: NewBatch,
	name: string,
	options: AttemptOptions,
	runtime: Runtime,
): Promise<Creation> {
	let isUnclear = false;
	const begin = unixNow();
	const attempt = async (): Promise<SendResult<Batch>> => {
		const there = isUnclear ? await lookFor(api, name, begin, runtime) : null;
		if (there !== null) return there;
		const created = await api.create(batch);
		isUnclear = !created.ok && !isSurelyNotCreated(created.failure);
		// To wait for room is not for here.
		if (created.ok || !isRoomRefusal(created.failure)) return created;
		return { ok: false, failure: { ...created.failure, shouldRetry: false } };
	};
	const created = await sendRepeatedly(attempt, options, runtime);
	if (created.ok || !isUnclear) return { result: created, isUnclear: false };
	const there = await lookFor(api, name, begin, runtime);
	return there?.ok === true
		? { result: there, isUnclear: false }
		: { result: created, isUnclear: true };
}

/** By how much a provider's clock may differ from ours, in seconds. */
const CLOCKS_APART = 3600;

export const unixNow = (): number => Math.floor(Date.now() / 1000);

/**
 * @param submittedAt Unix seconds; there may be hundreds of batches since
 * @returns `null` = it is not there
 */
export async function lookFor(
	api: BatchApi,
	name: string,
	submittedAt: number,
	runtime: Runtime,
): Promise<SendResult<Batch> | null> {
	const isIt = (batch: Batch): boolean =>
		batch.metadata.submission === name && roomFailureOf(batch) === null;
	const found: Batch[] = [];
	for (const wait of LOOKS_AFTER) {
		await pause(runtime, wait, runtime.cancelled);
		const failure = await listPages(api, ({ batches }) => {
			found.push(...batches.filter(isIt));
			return (
				found.length > 0 || (batches.at(-1)?.createdAt ?? submittedAt) < submittedAt - CLOCKS_APART
			);
		});
		const [batch] = found;
		if (batch !== undefined) return { ok: true, value: batch };
		if (failure !== null) return { ok: false, failure };
	}
	return null;
}
