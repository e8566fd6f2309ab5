import type { INodeProperties } from 'n8n-workflow';

export const registrationFields: INodeProperties[] = [
	{
		displayName: 'Webhook at OpenAI',
		name: 'registration',
		type: 'options',
		options: [
			{
				name: 'Set Up Automatically',
				value: 'automatic',
				description: 'Registered when the workflow is published, removed when it is unpublished',
			},
			{
				name: 'Set Up by Hand',
				value: 'manual',
				description: "For a key that isn't allowed to manage webhooks",
			},
		],
		default: 'automatic',
		description: 'How the webhook is set up at OpenAI',
	},
	{
		displayName:
			"Create a webhook in the settings of your OpenAI project for the production URL (under 'Webhook URLs' above), choose the batch events, and enter its signing secret as 'Webhook Secret' in the credential.",
		name: 'byHandNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { registration: ['manual'] } },
	},
];

export const eventsField: INodeProperties = {
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	options: [
		{ name: 'Batch Cancelled', value: 'batch.cancelled' },
		{ name: 'Batch Completed', value: 'batch.completed' },
		{ name: 'Batch Expired', value: 'batch.expired' },
		{ name: 'Batch Failed', value: 'batch.failed' },
	],
	default: ['batch.cancelled', 'batch.completed', 'batch.expired', 'batch.failed'],
	description: 'The events that start the workflow. Leave empty for all.',
};
