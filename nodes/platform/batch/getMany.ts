import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { createBatchApi } from '../batchApi';
import { toNodeError } from '../errors';
import { readRunSettings } from '../parameters';
import { realWorld } from '../world';
import { batchItem } from './batchItem';
import { explainBatchFailure } from './explainBatchFailure';
import { listBatches } from './listBatches';

/**
 * Lists batches for each input item.
 * @throws NodeApiError or NodeOperationError for the first list that fails, unless the node continues on errors
 */
export async function getManyBatches(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const settings = readRunSettings(context);
	const api = await createBatchApi(context, settings.timeoutMs, settings, realWorld(context));
	const items: INodeExecutionData[] = [];
	for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
		const pairedItem = { item: itemIndex };
		const found = await listBatches(api, readFilter(context, itemIndex), readLimit(context, itemIndex));
		if (found.ok) {
			for (const batch of found.value) items.push({ json: batchItem(batch), pairedItem });
			continue;
		}
		const error = toNodeError(context.getNode(), found.failure, explainBatchFailure(found.failure, '', api.door), itemIndex);
		if (!context.continueOnFail()) throw error;
		const { code, status, requestId } = found.failure;
		items.push({ json: { error: error.message, description: error.description ?? null, code, httpStatus: status, request: { id: requestId } }, pairedItem });
	}
	return [items];
}

function readFilter(context: IExecuteFunctions, itemIndex: number) {
	const { label, statuses } = context.getNodeParameter('filters', itemIndex, {}) as Record<string, unknown>;
	return { label: String(label ?? '').trim(), statuses: Array.isArray(statuses) ? statuses.map(String) : [] };
}

function readLimit(context: IExecuteFunctions, itemIndex: number): number | null {
	if (context.getNodeParameter('returnAll', itemIndex, false) === true) return null;
	const limit = Number(context.getNodeParameter('limit', itemIndex, 50));
	return Number.isFinite(limit) ? Math.max(1, Math.floor(limit)) : 50;
}
