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
		{
			displayName: 'Matching Field',
			name: 'matchingField',
			type: 'string',
			default: '',
			placeholder: 'e.g. sku',
			description:
				"The field of your rows whose value was the Custom ID when they were submitted. Goes with 'Rows'.",
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
				'A failed request becomes an item with the status failed, ready to be submitted again',
		},
		{
			displayName: 'Rows',
			name: 'rows',
			type: 'string',
			default: '',
			placeholder: "e.g. {{ $('Rows').all() }}",
			description:
				"Rows that stayed in n8n: an expression that gives a list of items or objects. Each result gets its row under 'input', by 'Matching Field'.",
		},
	],
};
