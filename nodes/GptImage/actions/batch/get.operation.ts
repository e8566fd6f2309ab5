import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { batchIdField } from '../../fields/batchId';
import { runFieldOf } from '../../fields/run';
import { showFor } from '../../fields/show';

export const option = {
	name: 'Get',
	value: 'get',
	action: 'Get batch',
	description: 'Look how far a batch is',
};

export const properties: INodeProperties[] = showFor('batch', 'get', [
	batchIdField,
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'timeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind these lie the SDK and zod, which n8n shall not load when it starts.
	const { perBatch } = await import('../../../platform/batch/perBatch');
	const { batchItem } = await import('../../../platform/batch/batchItem');

	return await perBatch(context, async ({ api, batchId, itemIndex }) => {
		const batch = await api.retrieve(batchId);
		if (!batch.ok) return batch;
		return { ok: true, value: [{ json: batchItem(batch.value), pairedItem: { item: itemIndex } }] };
	});
}
