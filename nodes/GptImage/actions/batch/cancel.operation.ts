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
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'batchTimeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { perBatchStatus } = await import('../../../platform/batch/perBatch');

	return await perBatchStatus(context, async (api, batchId) => await api.cancel(batchId));
}
