import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { batchIdField } from '../../fields/batchId';
import { runFieldOf } from '../../fields/run';
import { showFor } from '../../fields/show';

export const option = {
	name: 'Cancel',
	value: 'cancel',
	action: 'Cancel batch',
	description: 'Stop a batch; what is done by then is billed and can be collected',
};

export const properties: INodeProperties[] = showFor('batch', 'cancel', [
	batchIdField,
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'timeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind these lie the SDK and zod, which n8n shall not load when it starts.
	const { perBatch } = await import('../../../platform/batch/perBatch');
	const { batchItem } = await import('../../../platform/batch/batchItem');

	return await perBatch(context, async ({ api, batchId, itemIndex }) => {
		const batch = await api.cancel(batchId);
		if (!batch.ok) return batch;
		return { ok: true, value: [{ json: batchItem(batch.value), pairedItem: { item: itemIndex } }] };
	});
}
