import type { INodeProperties } from 'n8n-workflow';
import { includeThumbnails } from './cost';
import { formatOptions } from './formatOptions';
import { variationSample, variationSeed } from './image';
import { expiresAfterDays, referenceName, sendUrls } from './inputImages';
import { addLink, linkExpires } from './link';
import { draftBinaryField } from './promote';

const background: INodeProperties = {
	displayName: 'Background',
	name: 'background',
	type: 'options',
	options: [
		{ name: 'Auto', value: 'auto' },
		{ name: 'Opaque', value: 'opaque' },
		{ name: 'Transparent', value: 'transparent', description: 'Needs PNG or WebP' },
	],
	default: 'auto',
	description: 'Background of the image. Auto lets the model decide.',
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
	description:
		'How much the model plans the image, independent of its quality. Only GPT Image 2.6.',
};

const fileName: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. product-42',
	description:
		'If empty, the name is made from the prompt. The extension matches the format, and duplicate names are numbered.',
};

const includeInputFields: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInputFields',
	type: 'boolean',
	default: true,
	description: "Whether to add the whole input item to each output item, under 'input'",
};

const uploadInputFields: INodeProperties = {
	...includeInputFields,
	hint: 'Your input items are uploaded to OpenAI',
	description:
		"Whether to upload each input item to OpenAI along with the requests, so that any workflow that collects the images gets it back under 'input'. If off, the rows stay in n8n: only the custom ID is sent, and Collect adds the rows by its option 'Rows'.",
};

/** Said without opening the options, because it is so unless somebody turns it off. */
export const uploadNotice: INodeProperties = {
	displayName:
		"Your complete input items are uploaded to OpenAI with the batch, so that each image is returned with its row. To keep them in n8n, add the option 'Include Input Fields' and turn it off.",
	name: 'uploadNotice',
	type: 'notice',
	default: '',
	// An agent's words are not uploaded unless the option is added.
	displayOptions: { hide: { '/options.includeInputFields': [false], '@tool': [true] } },
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
			description: 'Preserves faces and logos closely; uses more input tokens',
		},
	],
	default: 'low',
	description:
		"How closely the input images are preserved. GPT Image 2 and later always preserve them closely and don't have this option.",
};

const moderation: INodeProperties = {
	displayName: 'Moderation',
	name: 'moderation',
	type: 'options',
	options: [
		{ name: 'Auto', value: 'auto' },
		{ name: 'Low', value: 'low', description: 'Less strict filtering' },
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

const safetyIdentifier: INodeProperties = {
	displayName: 'Safety Identifier',
	name: 'safetyIdentifier',
	type: 'string',
	default: '',
	description:
		'A stable ID of the person you make the image for, up to 128 characters. It helps OpenAI detect abuse by individual users. Send a hash, never a name.',
};

const catalogueUrl: INodeProperties = {
	displayName: 'Catalogue URL',
	name: 'catalogueUrl',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://example.com/gpt-image-catalogue.json',
	description:
		'Address of a JSON file with prices and models newer than this package. For all other operations, set it in the credential.',
};

const ALL = {
	...formatOptions,
	addLink,
	background,
	catalogueUrl,
	complexity,
	draftBinaryField,
	expiresAfterDays,
	fileName,
	includeInputFields,
	includeThumbnails,
	inputFidelity,
	linkExpires,
	moderation,
	outputBinaryField,
	referenceName,
	safetyIdentifier,
	sendUrls,
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
