import type { Batch } from '../../core/batch/batch';
import { isSurelyNotCreated } from '../../core/batch/creation';
import { isRoomRefusal, roomFailureOf } from '../../core/batch/room';
import { sendRepeatedly, type AttemptOptions } from '../../core/run/attempts';
import type { SendResult } from '../../core/run/outcome';
import type { RunWorld } from '../../core/run/runRequests';
import { pause } from '../../core/run/sync';
import type { BatchApi, NewBatch } from '../batchApi';

/** A batch whose answer was lost may be listed some moments later only, so it is looked for after these waits, in ms. */
const LOOKS_AFTER = [500, 1500, 4000];

export interface Creation {
	result: SendResult<Batch>;
	/** It failed, and whether there is a batch all the same is not known. */
	isUnclear: boolean;
}

/** Creates a batch; when an answer was lost, it is looked for before another one is created. */
export async function createOnce(api: BatchApi, batch: NewBatch, name: string, options: AttemptOptions, world: RunWorld): Promise<Creation> {
	let isUnclear = false;
	const attempt = async (): Promise<SendResult<Batch>> => {
		const there = isUnclear ? await lookFor(api, name, world) : null;
		if (there !== null) return there;
		const created = await api.create(batch);
		isUnclear = !created.ok && !isSurelyNotCreated(created.failure);
		// To wait for room is not for here.
		if (created.ok || !isRoomRefusal(created.failure)) return created;
		return { ok: false, failure: { ...created.failure, shouldRetry: false } };
	};
	const created = await sendRepeatedly(attempt, options, world);
	if (created.ok || !isUnclear) return { result: created, isUnclear: false };
	const there = await lookFor(api, name, world);
	return there?.ok === true ? { result: there, isUnclear: false } : { result: created, isUnclear: true };
}

/** @returns `null` = it is not there */
export async function lookFor(api: BatchApi, name: string, world: RunWorld): Promise<SendResult<Batch> | null> {
	for (const wait of LOOKS_AFTER) {
		await pause(world, wait, world.cancelled);
		const page = await api.list(null, 100);
		if (!page.ok) return page;
		const found = page.value.batches.find((batch) => batch.metadata.submission === name && roomFailureOf(batch) === null);
		if (found !== undefined) return { ok: true, value: found };
	}
	return null;
}
