import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { MAX_REQUESTS_PER_BATCH } from '../../core/batch/grouping';
import { addLink, linkExpires } from './link';
import { outputBinaryField } from './options';

export const endpointField: INodeProperties = {
	displayName: 'Make Images By',
	name: 'endpoint',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Generate', value: 'generate', description: 'From a prompt' },
		{ name: 'Edit', value: 'edit', description: 'From images and a prompt' },
		{ name: 'Promote', value: 'promote', description: 'From drafts, with a better model' },
	],
	default: 'generate',
	description: 'How the images of the batch are made',
};

export const customIdField: INodeProperties = {
	displayName: 'Custom ID',
	name: 'customId',
	type: 'string',
	default: '',
	placeholder: 'e.g. sku-4711',
	description:
		'Returned with each result, so that you know which item it belongs to. Must be unique. If empty, one is created for you.',
};

export const labelField: INodeProperties = {
	displayName: 'Label',
	name: 'label',
	type: 'string',
	default: '',
	placeholder: 'e.g. nightly-catalogue',
	description:
		'Stored with the batch at OpenAI. The triggers and Get Many can filter by it. Items with different labels go into separate batches.',
};

export const requestsPerBatchField: INodeProperties = {
	displayName: 'Requests per Batch',
	name: 'requestsPerBatch',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MAX_REQUESTS_PER_BATCH },
	default: 200,
	description:
		'The most requests in one batch; further items go into another batch. Results take about 2 MB per image, so 200 images are about 400 MB to download. OpenAI allows 50,000. If its queue has no room for that many, batches are made smaller automatically.',
};

export const batchIdField: INodeProperties = {
	displayName: 'Batch',
	name: 'batchId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description:
		'The batch to use. Submit and the triggers return its ID as batchId: choose By ID and drag it here.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchBatches', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. batch_67dadc20e3d48190a2a7e1a3d4b0f1c2',
		},
	],
};

export const finishedStatusOptions: INodePropertyOptions[] = [
	{ name: 'Cancelled', value: 'cancelled' },
	{ name: 'Completed', value: 'completed' },
	{
		name: 'Expired',
		value: 'expired',
		description: 'Not finished within 24 hours; completed requests can be collected',
	},
	{ name: 'Failed', value: 'failed', description: 'The whole batch was refused' },
];

export const statusOptions: INodePropertyOptions[] = [
	...finishedStatusOptions,
	{ name: 'Cancelling', value: 'cancelling' },
	{ name: 'Finalizing', value: 'finalizing' },
	{ name: 'In Progress', value: 'in_progress' },
	{ name: 'Validating', value: 'validating' },
].sort((a, b) => a.name.localeCompare(b.name));

export const collectOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		addLink,
		{
			displayName: 'Delete Files at OpenAI',
			name: 'deleteFiles',
			type: 'boolean',
			default: false,
			description:
				"Whether to delete the batch's files once every image is stored in n8n and every other request is known to have failed. The batch can't be collected again after that. OpenAI deletes the files automatically after 30 days.",
		},
		linkExpires,
		{
			displayName: 'Matching Field',
			name: 'matchingField',
			type: 'string',
			default: '',
			placeholder: 'e.g. sku',
			description:
				"The field of your rows whose value was the Custom ID when they were submitted. Use it together with 'Rows'.",
		},
		outputBinaryField,
		{
			displayName: 'Results to Return',
			name: 'results',
			type: 'options',
			options: [
				{ name: 'All', value: 'all' },
				{ name: 'Failed Requests Only', value: 'failed' },
				{ name: 'Images Only', value: 'images' },
			],
			default: 'all',
			description:
				'Failed requests are returned as items with the status failed, ready to be submitted again',
		},
		{
			displayName: 'Rows',
			name: 'rows',
			type: 'string',
			default: '',
			placeholder: "e.g. {{ $('Rows').all() }}",
			description:
				"Rows that stayed in n8n, as an expression that returns a list of items or objects. Each result gets its row under 'input', matched by 'Matching Field'.",
		},
	],
};
