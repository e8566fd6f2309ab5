import type { INodeProperties } from 'n8n-workflow';

/** How the items are worked through. */
export const runField: INodeProperties = {
	displayName: 'Run Settings',
	name: 'run',
	type: 'collection',
	placeholder: 'Add Setting',
	default: {},
	options: [
		{
			displayName: 'Max Attempts',
			name: 'maxAttempts',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 20 },
			default: 4,
			description:
				'How often a request is tried when the API is busy or does not answer. What was refused for its content is never repeated.',
		},
		{
			displayName: 'Max Concurrency',
			name: 'maxConcurrency',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 100 },
			default: 8,
			description: 'How many requests may be on their way at once',
		},
		{
			displayName: 'Timeout (Seconds)',
			name: 'timeoutSeconds',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 300,
			description: 'How long one request may take. Large images of high quality can take minutes.',
		},
	],
};
