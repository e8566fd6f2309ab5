import type { INodeProperties } from 'n8n-workflow';

export const acceptanceRateField: INodeProperties = {
	displayName: 'Acceptance Rate (%)',
	name: 'acceptanceRate',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100 },
	default: 100,
	description:
		'How many of a hundred images you expect to use. The price per accepted image follows from it: the cheapest model is not the cheapest workflow when half is thrown away.',
};
