import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { showWhen } from './show';

/** Where the images to edit come from, the usual way first. */
const inputFromField: INodeProperties = {
	displayName: 'Input Images From',
	name: 'inputFrom',
	type: 'options',
	options: [
		{ name: 'Binary Fields', value: 'binary', description: 'Files of the input item' },
		{ name: 'URLs', value: 'url', description: 'Links to images, which n8n downloads' },
		{
			name: 'File IDs',
			value: 'fileId',
			description: 'Images that you uploaded with Reference > Upload',
		},
		{ name: 'Mixed', value: 'mixed', description: 'Binary fields, URLs and file IDs in one list' },
	],
	default: 'binary',
	description: 'Where the images to send with the prompt come from',
};

/** What the API accepts. */
export const ALLOWED = 'From 1 to 16 PNG, JPEG or WebP images, each smaller than 50 MB';

/** What an agent may give where a person names a binary field. */
export const AS_A_TOOL =
	'If an AI Agent uses this node as a tool, it can also give the imageId of an image made before';

const inputBinaryFields: INodeProperties = {
	displayName: 'Input Binary Fields',
	name: 'inputBinaryFields',
	type: 'string',
	default: 'data',
	required: true,
	placeholder: 'e.g. data, logo',
	hint: 'The names of the input binary fields that contain the images, separated by commas',
	description: `${ALLOWED}. A mask applies to the first one. ${AS_A_TOOL}.`,
};

const inputLists: INodeProperties[] = [
	{
		displayName: 'URLs',
		name: 'inputUrls',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		required: true,
		placeholder: 'e.g. https://example.com/photo.png',
		hint: 'One per line, or an expression that returns a URL or a list of URLs',
		description: `${ALLOWED}. n8n downloads them before it sends anything, without your API key.`,
	},
	{
		displayName: 'File IDs',
		name: 'inputFileIds',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		required: true,
		placeholder: 'e.g. file-abc123',
		hint: 'One per line, or an expression that returns an ID or a list of IDs',
		description: "From 1 to 16 IDs. Reference > Upload returns the ID of an image as 'fileId'.",
	},
	{
		displayName: 'Input Images',
		name: 'inputMixed',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		required: true,
		placeholder: 'e.g. data, file-abc123, https://example.com/photo.png',
		hint: 'Binary fields, file IDs and URLs, one per line or separated by a comma and a space',
		description: `${ALLOWED}. A mask applies to the first one.`,
	},
];

/** The fields of input images. @param binary what differs where they come from binary fields */
export const inputImagesFieldsOf = (binary: Partial<INodeProperties> = {}): INodeProperties[] => [
	inputFromField,
	...showWhen('inputFrom', 'binary', [{ ...inputBinaryFields, ...binary }]),
	...inputLists.flatMap((field, index) =>
		showWhen('inputFrom', ['url', 'fileId', 'mixed'][index] ?? '', [field]),
	),
];

export const inputImagesFields = inputImagesFieldsOf();

/** What a reference may be made of. */
export const referenceSourceFields: INodeProperties[] = [
	{
		...inputFromField,
		options: (inputFromField.options as INodePropertyOptions[]).filter(({ value }) =>
			['binary', 'url'].includes(String(value)),
		),
		description: 'Where the images to upload come from',
	},
	...showWhen('inputFrom', 'binary', [{ ...inputBinaryFields, description: ALLOWED }]),
	...showWhen('inputFrom', 'url', inputLists.slice(0, 1)),
];

export const expiresAfterDays: INodeProperties = {
	displayName: 'Expires After (Days)',
	name: 'expiresAfterDays',
	type: 'number',
	typeOptions: { minValue: 0.05, maxValue: 30, numberPrecision: 2 },
	default: 30,
	description:
		'When the API deletes the image automatically, at most 30 days from now. To keep it until you delete it, remove this option.',
};

export const sendUrls: INodeProperties = {
	displayName: 'Send URLs',
	name: 'sendUrls',
	type: 'boolean',
	default: false,
	displayOptions: { show: { '/inputFrom': ['url', 'mixed'] } },
	description:
		"Whether the provider downloads the images from their URLs, so that large ones don't pass through n8n. Only for URLs that anyone on the internet can open.",
};

export const referenceName: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. brand-logo',
	description: 'Name of the file at the API. If empty, the image keeps its own name.',
};
