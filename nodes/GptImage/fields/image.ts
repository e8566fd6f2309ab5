import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { MAX_IMAGES_PER_ITEM } from '../../core/requests/parameters';

/** @param preset an expression for what is usually meant */
export function promptField(placeholder: string, preset = ''): INodeProperties {
	return {
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		default: preset,
		required: true,
		placeholder,
		description: 'What the image should show, in up to 32,000 characters',
	};
}

/** From cheap to dear, which says more here than the alphabet. */
const QUALITIES: INodePropertyOptions[] = [
	{
		name: 'Auto',
		value: 'auto',
		description: 'The model decides; the item shows what it chose and what it cost',
	},
	{ name: 'Low', value: 'low', description: 'For drafts' },
	{ name: 'Medium', value: 'medium' },
	{ name: 'High', value: 'high' },
	{ name: 'Extra High', value: 'xhigh', description: 'Only GPT Image 2.5 and later' },
	{ name: 'Max', value: 'max', description: 'Only GPT Image 2.5 and later' },
];

export const qualityFieldOf = (preset: 'low' | 'high'): INodeProperties => ({
	displayName: 'Quality',
	name: 'quality',
	type: 'options',
	options: QUALITIES,
	default: preset,
	description:
		'How detailed the image is, which is the main cost driver. The same quality costs more or less on other models.',
});

export const qualityField = qualityFieldOf('low');

const SIZES: INodePropertyOptions[] = [
	{ name: 'Square (1024x1024)', value: '1024x1024' },
	{ name: 'Portrait (1024x1536)', value: '1024x1536' },
	{ name: 'Landscape (1536x1024)', value: '1536x1024' },
	{
		name: 'Auto',
		value: 'auto',
		description: 'The model decides; an edit keeps the shape of the input image',
	},
	{ name: 'Custom', value: 'custom', description: 'Only GPT Image 2 and later' },
];

const RULES =
	'In pixels: a multiple of 16, up to 3840. The longer edge may be at most 3 times the shorter one, and the image must have 655,360 to 8,294,400 pixels.';

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

/** A photo is seldom square. */
export const editedSizeFields = sizeFieldsOf(SIZES, 'auto');

export const promotedSizeFields = sizeFieldsOf(
	[{ name: 'Same as Draft', value: 'same' }, ...SIZES],
	'same',
);

export const countField: INodeProperties = {
	displayName: 'Number of Images',
	name: 'count',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MAX_IMAGES_PER_ITEM },
	default: 1,
	description:
		'How many images to make for each input item. Each one is billed and becomes an item.',
};

/** Below the prompt, which every edit needs. */
export const maskField: INodeProperties = {
	displayName: 'Mask Binary Field',
	name: 'maskBinaryField',
	type: 'string',
	default: '',
	placeholder: 'e.g. mask',
	hint: 'The name of the input binary field that contains the mask, if there is one',
	description:
		'A PNG with an alpha channel, the same width and height as the first image and smaller than 4 MB. Its transparent areas may be changed.',
};

/** Beside the mask, of which it is the opposite: what it shows matters, not where it is empty. */
export const markupField: INodeProperties = {
	displayName: 'Markup Binary Field',
	name: 'markupBinaryField',
	type: 'string',
	default: '',
	placeholder: 'e.g. markup',
	hint: 'The name of the input binary field that contains the markup, if there is one',
	description:
		"A transparent PNG with arrows, circles or words that you drew over the first image, with the same width and height. Needs GPT Image 2.5 or later, and can't be combined with a mask.",
};

export const variationsField: INodeProperties = {
	displayName: 'Variations',
	name: 'variations',
	type: 'fixedCollection',
	typeOptions: {
		multipleValues: true,
		multipleValueButtonText: 'Add Placeholder',
		sortable: true,
		fixedCollection: { itemTitle: '={{ $collection.item.value.name }}' },
	},
	placeholder: 'Add Placeholder',
	default: {},
	description:
		"Makes the image in every combination of the words. Each word replaces its placeholder in the prompt, such as {lighting}, or is appended to the prompt. To make only some of the combinations, set 'Variation Sample' under 'Options'.",
	options: [
		{
			displayName: 'Placeholder',
			name: 'axes',
			values: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. lighting',
					description: 'The name of the placeholder, which is in braces in the prompt: {lighting}',
				},
				{
					displayName: 'Words',
					name: 'words',
					type: 'string',
					typeOptions: { rows: 3 },
					default: '',
					placeholder: 'e.g. soft morning light, neon, candlelight',
					description:
						'One per line, or separated by commas on a single line. Each one makes an image.',
				},
			],
		},
	],
};

export const variationSample: INodeProperties = {
	displayName: 'Variation Sample',
	name: 'variationSample',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description:
		"How many combinations of 'Variations' to make, picked at random. 0 means all of them.",
};

export const variationSeed: INodeProperties = {
	displayName: 'Variation Seed',
	name: 'variationSeed',
	type: 'string',
	default: '1',
	description: 'Any text or number. The same seed always picks the same combinations.',
};
