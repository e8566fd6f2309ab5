import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { statusOptions } from '../../fields/batch';
import { listFields } from '../../fields/list';
import { runFieldOf } from '../../fields/run';
import { showFor } from '../../fields/show';
import { batchFormFields } from '../../fields/simplify';

export const option = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many batches',
	description: 'List image batches, newest first',
};

const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options: [
		{
			displayName: 'All Endpoints',
			name: 'allEndpoints',
			type: 'boolean',
			default: false,
			description:
				"Whether to also list the project's batches for other endpoints, such as chats and embeddings",
		},
		{
			displayName: 'Label',
			name: 'label',
			type: 'string',
			default: '',
			placeholder: 'e.g. nightly-catalogue',
			description: 'Return only batches that were submitted with this label',
		},
		{
			displayName: 'Statuses',
			name: 'statuses',
			type: 'multiOptions',
			options: statusOptions,
			default: [],
			description: 'Return only batches with one of these statuses. Leave empty for all.',
		},
	],
};

export const properties: INodeProperties[] = showFor('batch', 'getAll', [
	...listFields,
	filters,
	...batchFormFields,
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'batchTimeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { getManyBatches } = await import('../../../platform/batches/getMany');

	return await getManyBatches(context);
}
