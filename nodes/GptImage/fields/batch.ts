import type { INodeProperties } from 'n8n-workflow';
import { MAX_REQUESTS_PER_BATCH } from '../../core/batch/grouping';

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
	description: 'What each line of the batch does',
};

export const customIdField: INodeProperties = {
	displayName: 'Custom ID',
	name: 'customId',
	type: 'string',
	default: '',
	placeholder: 'e.g. sku-4711',
	description:
		'Comes back with each result, so that you know which item it belongs to. Must be unique. Made for you if empty.',
};

export const labelField: INodeProperties = {
	displayName: 'Label',
	name: 'label',
	type: 'string',
	default: '',
	placeholder: 'e.g. nightly-catalogue',
	description:
		'Stored with the batch at OpenAI. The trigger and Get Many can filter by it. Items with different labels go into different batches.',
};

export const requestsPerBatchField: INodeProperties = {
	displayName: 'Requests per Batch',
	name: 'requestsPerBatch',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MAX_REQUESTS_PER_BATCH },
	default: 200,
	description:
		'Items beyond it go into another batch. A result holds about 2 MB an image, so 200 are some 400 MB to download; OpenAI allows 50,000. Where its queue has no room for so many, batches become smaller by themselves.',
};
