import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { batchIdField } from '../../fields/batch';
import { runFieldOf } from '../../fields/run';
import { showFor } from '../../fields/show';
import { batchFormFields } from '../../fields/simplify';

export const option = {
	name: 'Cancel',
	value: 'cancel',
	action: 'Cancel batch',
	description: 'Stop a batch; requests completed by then are billed and can be collected',
};

export const properties: INodeProperties[] = showFor('batch', 'cancel', [
	batchIdField,
	...batchFormFields,
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'batchTimeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { perBatchStatus } = await import('../../../platform/batches/perBatch');

	return await perBatchStatus(context, async (api, batchId) => await api.cancel(batchId));
}
