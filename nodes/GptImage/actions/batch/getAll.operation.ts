import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { runFieldOf } from '../../fields/run';
import { showFor } from '../../fields/show';
import { statusOptions } from '../../fields/batchStatus';

export const option = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many batches',
	description: 'List batches of images, the newest first',
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
				"Whether to list the project's batches of chats, embeddings and the like, too, and not those of images alone",
		},
		{
			displayName: 'Label',
			name: 'label',
			type: 'string',
			default: '',
			placeholder: 'e.g. nightly-catalogue',
			description: 'Only batches that were submitted with this label',
		},
		{
			displayName: 'Statuses',
			name: 'statuses',
			type: 'multiOptions',
			options: statusOptions,
			default: [],
			description: 'Only batches with one of these statuses. All if empty.',
		},
	],
};

export const properties: INodeProperties[] = showFor('batch', 'getAll', [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		displayOptions: { show: { returnAll: [false] } },
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
	},
	filters,
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'batchTimeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { getManyBatches } = await import('../../../platform/batch/getMany');

	return await getManyBatches(context);
}
