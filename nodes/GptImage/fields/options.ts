import type { INodeProperties } from 'n8n-workflow';

const background: INodeProperties = {
	displayName: 'Background',
	name: 'background',
	type: 'options',
	options: [
		{ name: 'Auto', value: 'auto' },
		{ name: 'Opaque', value: 'opaque' },
		{ name: 'Transparent', value: 'transparent', description: 'Needs png or webp' },
	],
	default: 'auto',
	description:
		'Whether there is something behind the subject is up to the model, unless you say so',
};

const complexity: INodeProperties = {
	displayName: 'Complexity',
	name: 'complexity',
	type: 'options',
	options: [
		{ name: 'Low', value: 'low' },
		{ name: 'Medium', value: 'medium' },
		{ name: 'High', value: 'high' },
	],
	default: 'high',
	description: 'How much the model plans the image, apart from its quality. Only GPT Image 2.6.',
};

const fileName: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. product-42',
	description:
		'Made from the prompt if empty. The extension follows the format, and equal names are numbered.',
};

const includeInputFields: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInputFields',
	type: 'boolean',
	default: false,
	description: "Whether to add the whole input item to each output item, under 'input'",
};

/** In a batch the rows leave n8n. */
const uploadInputFields: INodeProperties = {
	...includeInputFields,
	hint: 'Your input items are uploaded to OpenAI',
	description:
		"Whether to upload each input item to OpenAI beside the requests, so that it comes back under 'input' with its images, in whatever workflow collects them. When off, the rows stay in n8n: only the custom ID travels, and Collect joins them in its option 'Rows'.",
};

const inputFidelity: INodeProperties = {
	displayName: 'Input Fidelity',
	name: 'inputFidelity',
	type: 'options',
	options: [
		{ name: 'Low', value: 'low' },
		{
			name: 'High',
			value: 'high',
			description: 'Keeps faces and logos closely; more input tokens',
		},
	],
	default: 'low',
	description:
		'How closely the input images are kept. Models from GPT Image 2 on always keep them closely and do not know this option.',
};

const moderation: INodeProperties = {
	displayName: 'Moderation',
	name: 'moderation',
	type: 'options',
	options: [
		{ name: 'Auto', value: 'auto' },
		{ name: 'Low', value: 'low', description: 'Filters less' },
	],
	default: 'auto',
	description: 'How strictly prompts and images are filtered',
};

export const outputBinaryField: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'outputBinaryField',
	type: 'string',
	default: 'data',
	hint: 'The name of the output binary field to put the file in',
};

const outputCompression: INodeProperties = {
	displayName: 'Output Compression',
	name: 'outputCompression',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 100 },
	default: 100,
	description: 'From 0 (smallest file) to 100 (best image). Only jpeg and webp.',
};

const outputFormat: INodeProperties = {
	displayName: 'Output Format',
	name: 'outputFormat',
	type: 'options',
	options: [
		{ name: 'Auto', value: 'auto', description: 'Jpeg, but png for a transparent background' },
		{ name: 'JPEG', value: 'jpeg' },
		{ name: 'PNG', value: 'png' },
		{ name: 'WebP', value: 'webp' },
	],
	default: 'auto',
	description: 'File format of the image',
};

const safetyIdentifier: INodeProperties = {
	displayName: 'Safety Identifier',
	name: 'safetyIdentifier',
	type: 'string',
	default: '',
	description:
		'A stable ID of the person you make the image for, at most 128 characters, so that OpenAI can tell abuse apart from your account. Send a hash, never a name.',
};

const catalogueUrl: INodeProperties = {
	displayName: 'Catalogue URL',
	name: 'catalogueUrl',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://example.com/gpt-image-catalogue.json',
	description:
		'Prices and models newer than this package, as JSON. The same field is in the credential for all other operations.',
};

const variationSample: INodeProperties = {
	displayName: 'Variation Sample',
	name: 'variationSample',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description:
		'How many of the combinations of Variations to make, picked at random. 0 means every one.',
};

const variationSeed: INodeProperties = {
	displayName: 'Variation Seed',
	name: 'variationSeed',
	type: 'string',
	default: '1',
	description: 'The same seed picks the same combinations again. Any text or number.',
};

const draftBinaryField: INodeProperties = {
	displayName: 'Keep Draft Image in Field',
	name: 'draftBinaryField',
	type: 'string',
	default: '',
	placeholder: 'e.g. draft',
	hint: 'The name of the output binary field to put the draft in, beside the new image',
	description: 'Nothing is kept if empty',
};

const ALL = {
	background,
	catalogueUrl,
	complexity,
	draftBinaryField,
	fileName,
	includeInputFields,
	inputFidelity,
	moderation,
	outputBinaryField,
	outputCompression,
	outputFormat,
	safetyIdentifier,
	uploadInputFields,
	variationSample,
	variationSeed,
};

/** The `options` collection with those options that an operation has a use for. */
export function optionsField(names: ReadonlyArray<keyof typeof ALL>): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: names
			.map((name) => ALL[name])
			.sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}
