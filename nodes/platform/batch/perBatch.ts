import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import { asRecord, asText } from '../../core/run/errorBody';
import type { Failure } from '../../core/run/failure';
import type { SendResult } from '../../core/run/outcome';
import type { RunWorld } from '../../core/run/runRequests';
import { createBatchApi, type BatchApi } from '../batchApi';
import { errorFields, errorItem } from '../errorItems';
import { problemsError, toNodeError } from '../errors';
import { forEachItem, type Worked } from '../forEachItem';
import { BATCH_TIMEOUT, readRunSettings, type RunSettings } from '../parameters';
import { realWorld } from '../world';
import { batchItem } from './batchItem';
import { explainBatchFailure } from './explainBatchFailure';
import { readBatchId } from './settings';

/** What an operation on one batch works with. */
export interface BatchTask {
	api: BatchApi;
	batchId: string;
	itemIndex: number;
	settings: RunSettings;
	world: RunWorld;
}

/** What is known of an input item's batch, or the items that are there in its place. */
type Turn<T> = { task: BatchTask; found: T } | { items: INodeExecutionData[] };

/**
 * Runs an operation for the batch of each input item, one after the other. The ids of all are read before.
 * @throws NodeApiError or NodeOperationError for the first that fails, unless the node continues on errors
 */
export async function perBatch(
	context: IExecuteFunctions,
	operate: (task: BatchTask) => Promise<SendResult<INodeExecutionData[]>>,
): Promise<INodeExecutionData[][]> {
	return await perFoundBatch(context, async () => ({ ok: true, value: null }), operate);
}

/**
 * The same for an operation that looks at all batches before it works on the first.
 * @param find what it wants to know of a batch
 */
export async function perFoundBatch<T>(
	context: IExecuteFunctions,
	find: (task: BatchTask) => Promise<SendResult<T>>,
	operate: (task: BatchTask, found: T) => Promise<SendResult<INodeExecutionData[]>>,
): Promise<INodeExecutionData[][]> {
	const settings = readRunSettings(context, BATCH_TIMEOUT);
	const world = realWorld(context);
	const api = await createBatchApi(context, settings.timeoutMs, settings, world);
	const named = await forEachItem(context, async (itemIndex) =>
		readTurn(context, { api, itemIndex, settings, world }),
	);
	const found = await nextTurns(context, named, find);
	const done = await nextTurns(context, found, operate);
	return [done.flatMap((turn) => ('items' in turn ? turn.items : turn.found))];
}

async function nextTurns<T, U>(
	context: IExecuteFunctions,
	turns: ReadonlyArray<Turn<T>>,
	work: (task: BatchTask, found: T) => Promise<SendResult<U>>,
): Promise<Array<Turn<U>>> {
	return await forEachItem(context, async (itemIndex): Promise<Worked<Turn<U>>> => {
		const turn = turns[itemIndex] ?? { items: [] };
		if ('items' in turn) return { value: turn, error: null };
		const result = await work(turn.task, turn.found);
		return result.ok
			? { value: { task: turn.task, found: result.value }, error: null }
			: failedCall(context, turn.task, result.failure);
	});
}

/** The same for an operation that brings nothing but the batch itself. */
export async function perBatchStatus(
	context: IExecuteFunctions,
	call: (api: BatchApi, batchId: string) => Promise<SendResult<Batch>>,
): Promise<INodeExecutionData[][]> {
	return await perBatch(context, async ({ api, batchId, itemIndex }) => {
		const batch = await call(api, batchId);
		return batch.ok
			? { ok: true, value: [{ json: batchItem(batch.value), pairedItem: { item: itemIndex } }] }
			: batch;
	});
}

function readTurn(
	context: IExecuteFunctions,
	task: Omit<BatchTask, 'batchId'>,
): Worked<Turn<null>> {
	const { itemIndex } = task;
	const batchId = readBatchId(context, itemIndex);
	if (batchId.ok)
		return { value: { task: { ...task, batchId: batchId.value }, found: null }, error: null };
	const item = context.getInputData()[itemIndex];
	if (item !== undefined && isInNoBatch(item.json))
		return { value: { items: [{ ...item, pairedItem: { item: itemIndex } }] }, error: null };
	const error = problemsError(context.getNode(), batchId.problems, itemIndex);
	return failedTurn(context, error, itemIndex, errorFields(error, 'invalid_input', null));
}

/** Submit gives such items for what it has put into no batch: refused, failed, or beyond a budget. They pass through. */
function isInNoBatch({ operation, request, skipped, status, batchId }: IDataObject): boolean {
	const isOurs =
		operation === 'batch' && asText(asRecord(request).key) !== null && batchId === undefined;
	return isOurs && (skipped !== undefined || status === 'failed');
}

function failedCall(
	context: IExecuteFunctions,
	{ api, batchId, itemIndex }: BatchTask,
	failure: Failure,
): Worked<Turn<never>> {
	const error = batchError(context, api, failure, batchId, itemIndex);
	return failedTurn(context, error, itemIndex, {
		...errorFields(error, failure.code, failure),
		batchId,
		cost: { usd: null, basis: 'unknown' },
		request: { id: failure.requestId },
	});
}

export function batchError(
	context: Pick<IExecuteFunctions, 'getNode'>,
	{ door }: Pick<BatchApi, 'door'>,
	failure: Failure,
	batchId: string,
	itemIndex: number,
) {
	return toNodeError(
		context.getNode(),
		failure,
		explainBatchFailure(failure, batchId, door),
		itemIndex,
	);
}

function failedTurn(
	context: IExecuteFunctions,
	error: ReturnType<typeof toNodeError>,
	itemIndex: number,
	json: IDataObject,
): Worked<Turn<never>> {
	return { value: { items: [errorItem(context, json, error, itemIndex)] }, error };
}
