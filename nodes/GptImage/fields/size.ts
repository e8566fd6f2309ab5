import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

const SIZES: INodePropertyOptions[] = [
	{ name: 'Square (1024x1024)', value: '1024x1024' },
	{ name: 'Portrait (1024x1536)', value: '1024x1536' },
	{ name: 'Landscape (1536x1024)', value: '1536x1024' },
	{ name: 'Auto', value: 'auto', description: 'The model chooses' },
	{ name: 'Custom', value: 'custom', description: 'Only models from GPT Image 2 on' },
];

const RULES =
	'In pixels: a multiple of 16, at most 3840; the longer edge at most 3 times the shorter one, the whole from 655,360 to 8,294,400';

function edgeField(displayName: string, name: string): INodeProperties {
	return {
		displayName,
		name,
		type: 'number',
		typeOptions: { minValue: 16, maxValue: 3840 },
		default: 1024,
		description: RULES,
		displayOptions: { show: { size: ['custom'] } },
	};
}

const sizeFieldsOf = (options: INodePropertyOptions[], preset: string): INodeProperties[] => [
	{
		displayName: 'Size',
		name: 'size',
		type: 'options',
		options,
		default: preset,
		description: 'Width and height of the image in pixels',
	},
	edgeField('Width', 'width'),
	edgeField('Height', 'height'),
];

export const sizeFields = sizeFieldsOf(SIZES, '1024x1024');

export const promotedSizeFields = sizeFieldsOf(
	[{ name: 'Same as Draft', value: 'same' }, ...SIZES],
	'same',
);
