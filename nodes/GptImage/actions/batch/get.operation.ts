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
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'batchTimeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { perBatchStatus } = await import('../../../platform/batch/perBatch');

	return await perBatchStatus(context, async (api, batchId) => await api.retrieve(batchId));
}
