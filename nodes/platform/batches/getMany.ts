import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isImageBatch } from '../../core/batch/finished';
import { createBatchApi } from '../api/batchApi';
import { errorFields, errorItem } from '../n8n/errorItems';
import { forEachItem, type Worked } from '../n8n/forEachItem';
import { BATCH_TIMEOUT, readRunSettings } from '../n8n/runSettings';
import { n8nRuntime } from '../n8n/runtime';
import { batchItem } from './batchItem';
import { listBatches } from './listBatches';
import { batchError } from './perBatch';

/**
 * Lists batches for each input item.
 * @throws NodeApiError or NodeOperationError for the first list that fails, unless the node continues on errors
 */
export async function getManyBatches(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const settings = readRunSettings(context, BATCH_TIMEOUT);
	const api = await createBatchApi(context, settings.timeoutMs, settings, n8nRuntime(context));
	const items = await forEachItem(
		context,
		async (itemIndex): Promise<Worked<INodeExecutionData[]>> => {
			const { isWanted, ...filter } = readFilter(context, itemIndex);
			const found = await listBatches(api, filter, readLimit(context, itemIndex), isWanted);
			if (found.ok)
				return {
					value: found.value.map((batch) => ({
						json: batchItem(batch),
						pairedItem: { item: itemIndex },
					})),
					error: null,
				};
			const { failure } = found;
			const error = batchError(context, api, failure, '', itemIndex);
			const json = {
				status: 'failed',
				...errorFields(error, failure.code, failure),
				request: { id: failure.requestId },
			};
			return { value: [errorItem(context, json, error, itemIndex)], error };
		},
	);
	return [items.flat()];
}

function readFilter(context: IExecuteFunctions, itemIndex: number) {
	const { allEndpoints, label, statuses } = context.getNodeParameter(
		'filters',
		itemIndex,
		{},
	) as Record<string, unknown>;
	return {
		label: String(label ?? '').trim(),
		statuses: Array.isArray(statuses) ? statuses.map(String) : [],
		isWanted: allEndpoints === true ? () => true : isImageBatch,
	};
}

function readLimit(context: IExecuteFunctions, itemIndex: number): number | null {
	if (context.getNodeParameter('returnAll', itemIndex, false) === true) return null;
	const limit = Number(context.getNodeParameter('limit', itemIndex, 50));
	return Number.isFinite(limit) ? Math.max(1, Math.floor(limit)) : 50;
}
