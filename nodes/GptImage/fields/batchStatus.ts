import type { INodePropertyOptions } from 'n8n-workflow';

export const finishedStatusOptions: INodePropertyOptions[] = [
	{ name: 'Cancelled', value: 'cancelled' },
	{ name: 'Completed', value: 'completed' },
	{
		name: 'Expired',
		value: 'expired',
		description: 'Not done within 24 hours; what was done can be collected',
	},
	{ name: 'Failed', value: 'failed', description: 'Refused as a whole' },
];

export const statusOptions: INodePropertyOptions[] = [
	...finishedStatusOptions,
	{ name: 'Cancelling', value: 'cancelling' },
	{ name: 'Finalizing', value: 'finalizing' },
	{ name: 'In Progress', value: 'in_progress' },
	{ name: 'Validating', value: 'validating' },
].sort((a, b) => a.name.localeCompare(b.name));
