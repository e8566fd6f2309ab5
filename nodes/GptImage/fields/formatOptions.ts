import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { CATALOGUE } from '../../core/catalogue/catalogue';

const outputFormat: INodeProperties = {
	displayName: 'Output Format',
	name: 'outputFormat',
	type: 'options',
	options: [
		{ name: 'Auto', value: 'auto', description: 'JPEG, or PNG if the background is transparent' },
		{
			name: 'GIF',
			value: 'gif',
			description: 'Animation, only with GPT Image 2.6. Set the size to Auto or Custom.',
		},
		{ name: 'JPEG', value: 'jpeg' },
		{ name: 'PNG', value: 'png' },
		{
			name: 'SVG',
			value: 'svg',
			description:
				'Vector drawing, only with GPT Image 2.6. The text model that writes it is billed as well.',
		},
		{ name: 'WebP', value: 'webp' },
	],
	default: 'auto',
	description: 'File format of the image',
};

const outputCompression: INodeProperties = {
	displayName: 'Output Compression',
	name: 'outputCompression',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 100 },
	default: 100,
	description: 'From 0 (smallest file) to 100 (best image). Only for JPEG and WebP.',
};

/** Options that belong to one format show up once it is chosen. */
const FOR_GIF: INodeProperties['displayOptions'] = { show: { outputFormat: ['gif'] } };
const FOR_SVG: INodeProperties['displayOptions'] = { show: { outputFormat: ['svg'] } };

const frameCount: INodeProperties = {
	displayName: 'Frame Count',
	name: 'frameCount',
	type: 'number',
	typeOptions: { minValue: 2, maxValue: 16 },
	default: 9,
	displayOptions: FOR_GIF,
	description:
		'How many frames the GIF has, from 2 to 16. The more frames, the smaller each must be.',
};

const frameDurationMs: INodeProperties = {
	displayName: 'Frame Duration (Ms)',
	name: 'frameDurationMs',
	type: 'number',
	typeOptions: { minValue: 10, maxValue: 655350 },
	default: 200,
	displayOptions: FOR_GIF,
	description: 'How long each frame of the GIF is shown, in milliseconds, rounded to 10',
};

const svgModel: INodeProperties = {
	displayName: 'SVG Model',
	name: 'svgModel',
	type: 'string',
	default: '',
	placeholder: `e.g. ${Object.keys(CATALOGUE.svgAuthors ?? {})[0] ?? ''}`,
	displayOptions: FOR_SVG,
	description:
		'ID of the text model that writes the SVG. OpenAI requires it if your project may choose the model, and refuses it otherwise. Its tokens are billed in addition to the image.',
};

/** From little to much, which says more here than the alphabet. */
const EFFORTS: INodePropertyOptions[] = [
	{ name: 'None', value: 'none' },
	{ name: 'Minimal', value: 'minimal' },
	{ name: 'Low', value: 'low' },
	{ name: 'Medium', value: 'medium' },
	{ name: 'High', value: 'high' },
	{ name: 'Extra High', value: 'xhigh' },
	{ name: 'Max', value: 'max' },
];

const svgReasoningEffort: INodeProperties = {
	displayName: 'SVG Reasoning Effort',
	name: 'svgReasoningEffort',
	type: 'options',
	options: EFFORTS,
	default: 'medium',
	displayOptions: FOR_SVG,
	description:
		'How much the SVG model thinks before it writes. The allowed values depend on the model.',
};

/** Options of the file that an image becomes. */
export const formatOptions = {
	frameCount,
	frameDurationMs,
	outputCompression,
	outputFormat,
	svgModel,
	svgReasoningEffort,
};

/** Their names. */
export const FORMAT_OPTIONS = [
	'frameCount',
	'frameDurationMs',
	'outputCompression',
	'outputFormat',
	'svgModel',
	'svgReasoningEffort',
] as const;
