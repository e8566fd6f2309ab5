import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { batchIdField } from '../../fields/batchId';
import { collectOptions } from '../../fields/collect';
import { runFieldOf } from '../../fields/run';
import { showFor } from '../../fields/show';

export const option = {
	name: 'Collect',
	value: 'collect',
	action: 'Collect batch results',
	description: 'Bring in the images of a finished batch, each with its cost',
};

export const properties: INodeProperties[] = showFor('batch', 'collect', [
	batchIdField,
	{
		displayName: 'When Unfinished',
		name: 'whenUnfinished',
		type: 'options',
		options: [
			{
				name: 'Return Its Status',
				value: 'status',
				description: 'One item with finished = false, so that an IF node can wait',
			},
			{ name: 'Stop with an Error', value: 'error' },
		],
		default: 'status',
		description: 'What to do when OpenAI is still working on the batch',
	},
	collectOptions,
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'batchTimeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { collectItems } = await import('../../../platform/batch/collectRun');

	return await collectItems(context);
}
