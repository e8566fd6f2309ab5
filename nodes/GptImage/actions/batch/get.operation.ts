import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { batchIdField } from '../../fields/batch';
import { runFieldOf } from '../../fields/run';
import { showFor } from '../../fields/show';
import { batchFormFields } from '../../fields/simplify';

export const option = {
	name: 'Get',
	value: 'get',
	action: 'Get batch',
	description: 'Get the status of a batch',
};

export const properties: INodeProperties[] = showFor('batch', 'get', [
	batchIdField,
	...batchFormFields,
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'batchTimeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { perBatchStatus } = await import('../../../platform/batches/perBatch');
	const { waitWords } = await import('../../../core/batch/unfinished');

	return await perBatchStatus(
		context,
		async (api, batchId) => await api.retrieve(batchId),
		waitWords,
	);
}
