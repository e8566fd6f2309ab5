import type { INodeProperties } from 'n8n-workflow';
import { outputBinaryField } from './options';

export const collectOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Delete Files at OpenAI',
			name: 'deleteFiles',
			type: 'boolean',
			default: false,
			description:
				'Whether to delete the files of the batch once every image is stored here and each other request has failed for certain. They can not be collected again then. OpenAI deletes them by itself after 30 days.',
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
			description: 'A failed request becomes an item with the status failed, ready to be submitted again',
		},
	],
};
