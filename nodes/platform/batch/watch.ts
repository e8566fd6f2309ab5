import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { isFinished, type Batch } from '../../core/batch/batch';
import { looked, horizonOf, newlyFinished, newWatch, remember, type WatchState } from '../../core/batch/watch';
import type { Failure } from '../../core/run/failure';
import type { SendResult } from '../../core/run/outcome';
import { createBatchApi, type BatchApi } from '../batchApi';
import { realWorld } from '../world';
import { batchItem } from './batchItem';
import { collectBatch } from './collect';
import { collectedItems } from './collectItems';
import { listBatches, passes, type BatchFilter } from './listBatches';
import { batchError } from './perBatch';

const TIMEOUT_MS = 60_000;
const OPTIONS = { maxAttempts: 3, maxWaitMs: 60_000 };
const PAGE = 100;

interface WatchSettings {
	filter: BatchFilter;
	collect: boolean;
	/** Binary field that receives an image. */
	field: string;
}

/**
 * Batches that this process is collecting or has reported: n8n starts the next poll although this one is not
 * done, and a workflow that is published anew begins with what was last saved, while the poll of the version
 * before may still run.
 */
const TAKEN = new Map<string, { createdAt: number; isReported: boolean }>();

/**
 * Starts an execution for each batch that has finished since the last poll.
 * @returns items only when the poll is a test in the editor
 * @throws NodeApiError or NodeOperationError when the API can't be asked, or a batch not collected
 */
export async function pollBatches(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const settings = readSettings(context);
	const api = await createBatchApi(context, TIMEOUT_MS, OPTIONS, realWorld({}));
	if (context.getMode() === 'manual') return await newestFinished(context, api, settings);
	const state = stateOf(context);
	const now = Math.floor(Date.now() / 1000);
	const batches = await createdSince(api, horizonOf(state, now));
	if (!batches.ok) throw batchError(context, batches.failure, '', 0);
	const failures: Array<{ failure: Failure; batch: Batch }> = [];
	for (const batch of newlyFinished(state, batches.value)) {
		if (!passes(batch, settings.filter)) {
			// Another label, chosen later, shall not bring up what has ended before.
			remember(state, batch);
			continue;
		}
		const failure = await report(context, api, settings, state, batch);
		if (failure !== null) failures.push({ failure, batch });
	}
	looked(state, now);
	forgetTaken(now - 40 * 24 * 3600);
	const [first] = failures;
	if (first !== undefined) throw batchError(context, first.failure, first.batch.id, 0);
	return null;
}

function readSettings(context: IPollFunctions): WatchSettings {
	const statuses: unknown = context.getNodeParameter('statuses', []);
	const options = context.getNodeParameter('options', {}) as IDataObject;
	return {
		filter: {
			label: String(context.getNodeParameter('label', '') ?? '').trim(),
			statuses: Array.isArray(statuses) ? statuses.map(String) : [],
		},
		collect: context.getNodeParameter('collect', false) === true,
		field: String(options.outputBinaryField ?? '').trim() || 'data',
	};
}

function stateOf(context: IPollFunctions): WatchState {
	const kept = context.getWorkflowStaticData('node');
	kept['watch'] ??= newWatch() as unknown as IDataObject;
	return kept['watch'] as unknown as WatchState;
}

/** @param horizon Unix seconds */
async function createdSince(api: BatchApi, horizon: number): Promise<SendResult<Batch[]>> {
	const batches: Batch[] = [];
	for (let after: string | null = null; ; ) {
		const page = await api.list(after, PAGE);
		if (!page.ok) return page;
		const recent = page.value.batches.filter(({ createdAt }) => createdAt >= horizon);
		batches.push(...recent);
		after = page.value.batches.at(-1)?.id ?? null;
		if (recent.length < page.value.batches.length || !page.value.hasMore || after === null) return { ok: true, value: batches };
	}
}

/**
 * One execution for the batch. n8n makes a single execution of what poll() returns, so each batch is emitted
 * by itself; n8n saves with each of them what is remembered, so it is noted before.
 */
async function report(
	context: IPollFunctions,
	api: BatchApi,
	settings: WatchSettings,
	state: WatchState,
	batch: Batch,
): Promise<Failure | null> {
	const task = `${context.getWorkflow().id} ${context.getNode().id} ${batch.id}`;
	const taken = TAKEN.get(task);
	if (taken !== undefined) {
		if (taken.isReported) remember(state, batch);
		return null;
	}
	const mine = { createdAt: batch.createdAt, isReported: false };
	TAKEN.set(task, mine);
	const items = await itemsOf(context, api, settings, batch).catch((error: unknown) => {
		TAKEN.delete(task);
		throw error;
	});
	// Not remembered, so that the next poll tries again.
	if (!items.ok) {
		TAKEN.delete(task);
		return items.failure;
	}
	remember(state, batch);
	mine.isReported = true;
	context.__emit([items.value]);
	return null;
}

/** What no look will see any more. @param horizon Unix seconds */
function forgetTaken(horizon: number): void {
	for (const [task, { createdAt }] of TAKEN) if (createdAt < horizon) TAKEN.delete(task);
}

async function itemsOf(
	context: IPollFunctions,
	api: BatchApi,
	{ collect, field }: WatchSettings,
	batch: Batch,
): Promise<SendResult<INodeExecutionData[]>> {
	const status = { json: batchItem(batch), pairedItem: { item: 0 } };
	if (!collect) return { ok: true, value: [status] };
	const collector = { store: context, api, options: OPTIONS, world: realWorld({}), results: 'all' as const, progress: () => undefined };
	const collected = await collectBatch(collector, batch);
	// What is gone will not come back: its end is told all the same.
	if (collected.failure?.status === 404) return { ok: true, value: [status] };
	if (collected.failure !== null) return { ok: false, failure: collected.failure };
	const output = { node: context.getNode(), results: 'all' as const, field, toErrorOutput: false, itemIndex: 0, now: new Date() };
	const items = collectedItems(collected, output);
	return { ok: true, value: items.length === 0 ? [status] : items };
}

/** What "Fetch Test Event" in the editor shows. */
async function newestFinished(
	context: IPollFunctions,
	api: BatchApi,
	settings: WatchSettings,
): Promise<INodeExecutionData[][] | null> {
	const found = await listBatches(api, settings.filter, 1, isFinished);
	if (!found.ok) throw batchError(context, found.failure, '', 0);
	const [newest] = found.value;
	if (newest === undefined) return null;
	const items = await itemsOf(context, api, settings, newest);
	if (!items.ok) throw batchError(context, items.failure, newest.id, 0);
	return [items.value];
}
