import type { INodeProperties } from 'n8n-workflow';

export const askProviderField: INodeProperties = {
	displayName: 'Ask the Provider',
	name: 'askProvider',
	type: 'boolean',
	default: false,
	description:
		"Whether to use a credential to include the models its key can use, their shutdown dates, its catalogue, and the provider's own quote if there is one. No images are made.",
};

export const acceptanceRateField: INodeProperties = {
	displayName: 'Acceptance Rate (%)',
	name: 'acceptanceRate',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100 },
	default: 100,
	description:
		"The percentage of images that you expect to use. The price per accepted image is based on it: the cheapest model isn't the cheapest choice if you throw half of its images away.",
};

export const groupByField: INodeProperties = {
	displayName: 'Group By Field',
	name: 'groupBy',
	type: 'string',
	default: '',
	placeholder: 'e.g. campaign',
	requiresDataPath: 'single',
	hint: 'Enter the field name as text',
	description:
		'A field of your own rows, such as campaign, client or SKU. The report adds up the cost for each of its values.',
};

export const includeThumbnails: INodeProperties = {
	displayName: 'Include Thumbnails',
	name: 'includeThumbnails',
	type: 'boolean',
	default: true,
	description:
		'Whether to show images on the page if their files are in the input items, up to 6 MB, picked images first',
};
