import type { INodeProperties } from 'n8n-workflow';

export const askProviderField: INodeProperties = {
	displayName: 'Ask the Provider',
	name: 'askProvider',
	type: 'boolean',
	default: false,
	description:
		"Whether to use a credential: for the models and end dates of its key, its catalogue, and the provider's own quote where it gives one. Nothing is made.",
};

export const acceptanceRateField: INodeProperties = {
	displayName: 'Acceptance Rate (%)',
	name: 'acceptanceRate',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100 },
	default: 100,
	description:
		'How many of a hundred images you expect to use. The price per accepted image follows from it: the cheapest model is not the cheapest workflow when half is thrown away.',
};
