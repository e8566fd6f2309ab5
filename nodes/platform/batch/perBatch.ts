import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
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

/**
 * Runs an operation for the batch of each input item, one after the other.
 * @throws NodeApiError or NodeOperationError for the first that fails, unless the node continues on errors
 */
export async function perBatch(
	context: IExecuteFunctions,
	operate: (task: BatchTask) => Promise<SendResult<INodeExecutionData[]>>,
): Promise<INodeExecutionData[][]> {
	const settings = readRunSettings(context, BATCH_TIMEOUT);
	const world = realWorld(context);
	const api = await createBatchApi(context, settings.timeoutMs, settings, world);
	const items = await forEachItem(context, async (itemIndex) => await oneBatch(context, operate, { api, itemIndex, settings, world }));
	return [items.flat()];
}

/** The same for an operation that brings nothing but the batch itself. */
export async function perBatchStatus(
	context: IExecuteFunctions,
	call: (api: BatchApi, batchId: string) => Promise<SendResult<Batch>>,
): Promise<INodeExecutionData[][]> {
	return await perBatch(context, async ({ api, batchId, itemIndex }) => {
		const batch = await call(api, batchId);
		return batch.ok ? { ok: true, value: [{ json: batchItem(batch.value), pairedItem: { item: itemIndex } }] } : batch;
	});
}

async function oneBatch(
	context: IExecuteFunctions,
	operate: (task: BatchTask) => Promise<SendResult<INodeExecutionData[]>>,
	task: Omit<BatchTask, 'batchId'>,
): Promise<Worked<INodeExecutionData[]>> {
	const { api, itemIndex } = task;
	const batchId = readBatchId(context, itemIndex);
	if (!batchId.ok) {
		const error = problemsError(context.getNode(), batchId.problems, itemIndex);
		return failedBatch(context, error, itemIndex, errorFields(error, 'invalid_input', null));
	}
	const result = await operate({ ...task, batchId: batchId.value });
	if (result.ok) return { value: result.value, error: null };
	const { failure } = result;
	const error = batchError(context, api, failure, batchId.value, itemIndex);
	return failedBatch(context, error, itemIndex, {
		...errorFields(error, failure.code, failure),
		batchId: batchId.value,
		cost: { usd: null, basis: 'unknown' },
		request: { id: failure.requestId },
	});
}

export function batchError(context: Pick<IExecuteFunctions, 'getNode'>, { door }: Pick<BatchApi, 'door'>, failure: Failure, batchId: string, itemIndex: number) {
	return toNodeError(context.getNode(), failure, explainBatchFailure(failure, batchId, door), itemIndex);
}

function failedBatch(context: IExecuteFunctions, error: ReturnType<typeof toNodeError>, itemIndex: number, json: IDataObject): Worked<INodeExecutionData[]> {
	return { value: [errorItem(context, json, error, itemIndex)], error };
}
