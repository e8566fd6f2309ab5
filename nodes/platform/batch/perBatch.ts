import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import type { Failure } from '../../core/run/failure';
import type { SendResult } from '../../core/run/outcome';
import type { RunWorld } from '../../core/run/runRequests';
import { createBatchApi, type BatchApi } from '../batchApi';
import { toNodeError } from '../errors';
import { readRunSettings, type RunSettings } from '../parameters';
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
	const settings = readRunSettings(context);
	const world = realWorld(context);
	const api = await createBatchApi(context, settings.timeoutMs, settings, world);
	const items: INodeExecutionData[] = [];
	for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
		for (const item of await oneBatch(context, operate, { api, itemIndex, settings, world })) items.push(item);
	}
	return [items];
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
): Promise<INodeExecutionData[]> {
	const batchId = readBatchId(context, task.itemIndex);
	const result = await operate({ ...task, batchId });
	if (result.ok) return result.value;
	if (!context.continueOnFail()) throw batchError(context, task.api, result.failure, batchId, task.itemIndex);
	return [failedBatch(context, task.api, result.failure, batchId, task.itemIndex)];
}

export function batchError(context: Pick<IExecuteFunctions, 'getNode'>, { door }: Pick<BatchApi, 'door'>, failure: Failure, batchId: string, itemIndex: number) {
	return toNodeError(context.getNode(), failure, explainBatchFailure(failure, batchId, door), itemIndex);
}

function failedBatch(context: IExecuteFunctions, api: BatchApi, failure: Failure, batchId: string, itemIndex: number): INodeExecutionData {
	const { message, description } = batchError(context, api, failure, batchId, itemIndex);
	return {
		json: {
			error: message,
			description: description ?? null,
			code: failure.code,
			httpStatus: failure.status,
			batchId,
			cost: { usd: null, basis: 'unknown' },
			request: { id: failure.requestId },
		},
		pairedItem: { item: itemIndex },
	};
}
