import type { INodeProperties } from 'n8n-workflow';

export const addLink: INodeProperties = {
	displayName: 'Add a Link',
	name: 'addLink',
	type: 'boolean',
	default: false,
	description:
		'Whether to add a link to each image, signed by n8n. Anyone who has the link can download the file without logging in, until it expires or n8n deletes the execution.',
};

export const linkExpires: INodeProperties = {
	displayName: 'Link Expires After (Hours)',
	name: 'linkExpires',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 8760 },
	default: 24,
	displayOptions: { show: { addLink: [true] } },
	description:
		"How long the links of 'Add a Link' work. n8n may delete the files earlier, together with the execution.",
};
