import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { batchIdField, collectOptions } from '../../fields/batch';
import { runFieldOf } from '../../fields/run';
import { showFor } from '../../fields/show';
import { imageFormFields } from '../../fields/simplify';

export const option = {
	name: 'Collect',
	value: 'collect',
	action: 'Collect batch results',
	description: 'Get the images of a finished batch, each with its cost',
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
				description: 'Returns one item with finished = false, which an If node can check',
			},
			{ name: 'Stop with an Error', value: 'error' },
		],
		default: 'status',
		description: 'What to do if OpenAI is still working on the batch',
	},
	...imageFormFields,
	collectOptions,
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'batchTimeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { collectBatches } = await import('../../../platform/batches/collectRun');

	return await collectBatches(context);
}
