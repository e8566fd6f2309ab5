import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import type { Failure } from '../../core/failures/failure';
import { isRequestKey } from '../../core/lineage/ourItem';
import type { SendResult } from '../../core/scheduler/outcome';
import type { Runtime } from '../../core/scheduler/types';
import { asRecord } from '../../core/util/json';
import { type BatchApi, createBatchApi } from '../api/batchApi';
import { errorFields, errorItem } from '../n8n/errorItems';
import { problemsError, toNodeError } from '../n8n/errors';
import { forEachItem, type Worked } from '../n8n/forEachItem';
import { Hints } from '../n8n/hints';
import { BATCH_TIMEOUT, readRunSettings, type RunSettings } from '../n8n/runSettings';
import { n8nRuntime } from '../n8n/runtime';
import { batchItem } from './batchItem';
import { explainBatchFailure } from './explainBatchFailure';
import { readBatchId } from './settings';

/** What an operation on one batch works with. */
export interface BatchTask {
	api: BatchApi;
	batchId: string;
	itemIndex: number;
	settings: RunSettings;
	runtime: Runtime;
}

/** What is known of an input item's batch, or the items that are there in its place. */
type Turn<T> = { task: BatchTask; found: T } | { items: INodeExecutionData[] };

/**
 * Runs an operation for the batch of each input item, one after the other. The ids of all are read before.
 * @throws NodeApiError or NodeOperationError for the first that fails, unless the node continues on errors
 */
async function perBatch(
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
	const runtime = n8nRuntime(context);
	const api = await createBatchApi(context, settings.timeoutMs, settings, runtime);
	const named = await forEachItem(context, async (itemIndex) =>
		readTurn(context, { api, itemIndex, settings, runtime }),
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

/**
 * The same for an operation that brings nothing but the batch itself.
 * @param wordOn what there is to say of one, in amber; `null` = nothing
 */
export async function perBatchStatus(
	context: IExecuteFunctions,
	call: (api: BatchApi, batchId: string) => Promise<SendResult<Batch>>,
	wordOn: (batch: Batch) => string | null = () => null,
): Promise<INodeExecutionData[][]> {
	const hints = new Hints();
	const output = await perBatch(context, async ({ api, batchId, itemIndex }) => {
		const batch = await call(api, batchId);
		const word = batch.ok ? wordOn(batch.value) : null;
		if (word !== null) hints.add('warning', word);
		return batch.ok
			? { ok: true, value: [{ json: batchItem(batch.value), pairedItem: { item: itemIndex } }] }
			: batch;
	});
	context.addExecutionHints(...hints.all());
	return output;
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
	return failedTurn(context, error, itemIndex, {
		status: 'failed',
		...errorFields(error, 'invalid_input', null),
		cost: { usd: null, basis: 'unknown' },
	});
}

/** Submit gives such items for what it has put into no batch: refused, failed, or beyond a budget. They pass through. */
function isInNoBatch({
	operation = 'batch',
	request,
	requestKey,
	status,
	batchId,
}: IDataObject): boolean {
	const isOurs =
		operation === 'batch' &&
		isRequestKey(asRecord(request).key ?? requestKey) &&
		batchId === undefined;
	return isOurs && (status === 'skipped' || status === 'failed');
}

function failedCall(
	context: IExecuteFunctions,
	{ api, batchId, itemIndex }: BatchTask,
	failure: Failure,
): Worked<Turn<never>> {
	const error = batchError(context, api, failure, batchId, itemIndex);
	return failedTurn(context, error, itemIndex, {
		status: 'failed',
		...errorFields(error, failure.code, failure),
		batchId,
		cost: { usd: null, basis: 'unknown' },
		request: { id: failure.requestId },
	});
}

export function batchError(
	context: Pick<IExecuteFunctions, 'getNode'>,
	{ server }: Pick<BatchApi, 'server'>,
	failure: Failure,
	batchId: string,
	itemIndex: number,
) {
	return toNodeError(
		context.getNode(),
		failure,
		explainBatchFailure(failure, batchId, server),
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
