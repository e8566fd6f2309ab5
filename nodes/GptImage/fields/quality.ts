import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** From cheap to dear, which says more here than the alphabet. */
const QUALITIES: INodePropertyOptions[] = [
	{
		name: 'Auto',
		value: 'auto',
		description: 'The model chooses; what it chose and cost is on the item',
	},
	{ name: 'Low', value: 'low', description: 'For drafts' },
	{ name: 'Medium', value: 'medium' },
	{ name: 'High', value: 'high' },
	{ name: 'Extra High', value: 'xhigh', description: 'Only models from GPT Image 2.5 on' },
	{ name: 'Max', value: 'max', description: 'Only models from GPT Image 2.5 on' },
];

export const qualityFieldOf = (preset: 'low' | 'high'): INodeProperties => ({
	displayName: 'Quality',
	name: 'quality',
	type: 'options',
	options: QUALITIES,
	default: preset,
	description:
		'How much detail is worked out, which is most of the price. The same name costs differently on different models.',
});

export const qualityField = qualityFieldOf('low');
