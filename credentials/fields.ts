import type { INodeProperties } from 'n8n-workflow';
import { PROVIDERS } from '../nodes/core/providers/find';
import type { Provider } from '../nodes/core/providers/provider';

/** Where people make a key. */
function keyPage({ id, name, pages }: Provider): INodeProperties[] {
	if (pages.keys === null) return [];
	const link = `<a href="${pages.keys}" target="_blank">${new URL(pages.keys).host}</a>`;
	return [
		{
			displayName: `No key yet? Create one for ${name} at ${link}`,
			name: `${id}KeyPage`,
			type: 'notice',
			default: '',
			displayOptions: { show: { provider: [id] } },
		},
	];
}

/** Fields that few need. */
const RARE: INodeProperties[] = [
	{
		displayName: 'Organization ID',
		name: 'organizationId',
		type: 'string',
		default: '',
		placeholder: 'e.g. org-…',
		description: 'Only needed if the key belongs to several organizations',
		displayOptions: { show: { provider: ['openai', 'compatible'] } },
	},
	{
		displayName: 'Project ID',
		name: 'projectId',
		type: 'string',
		default: '',
		placeholder: 'e.g. proj_…',
		description: 'Only needed to count usage towards a specific project',
		displayOptions: { show: { provider: ['openai', 'compatible'] } },
	},
	{
		displayName: 'Catalogue URL',
		name: 'catalogueUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/gpt-image-catalogue.json',
		description:
			"Address of a JSON file with prices and models newer than this package. It's fetched without the key and can't change where requests go. Budgets rely on its prices, so use an address you trust.",
	},
	{
		displayName: 'Webhook Secret',
		name: 'webhookSecret',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		placeholder: 'e.g. whsec_…',
		description:
			'Used to check that webhooks come from OpenAI. Only needed for webhooks that you set up by hand.',
		displayOptions: { show: { provider: ['openai'] } },
	},
];

/**
 * A field that is shown when it is asked for, and while something is in it. n8n drops what is in no field that is shown, and knows
 * no "or" between conditions: so the first, hidden one keeps the value, and each of the others stands for one of the two reasons.
 */
function onlyWhenAskedFor(field: INodeProperties): INodeProperties[] {
	const { name, typeOptions, default: preset, displayOptions } = field;
	const shownWith = (
		show: NonNullable<INodeProperties['displayOptions']>['show'],
	): INodeProperties => ({
		...field,
		displayOptions: { show: { ...show, ...displayOptions?.show } },
	});
	return [
		{
			displayName: field.displayName,
			name,
			type: 'hidden',
			...(typeOptions && { typeOptions }),
			...(displayOptions && { displayOptions }),
			default: preset,
		},
		shownWith({ showAdvanced: [true] }),
		shownWith({ showAdvanced: [false], [name]: [{ _cnd: { exists: true } }] }),
	];
}

/** For each provider that has a page for it. */
export const keyPages: INodeProperties[] = PROVIDERS.flatMap(keyPage);

export const rareFields: INodeProperties[] = RARE.flatMap(onlyWhenAskedFor);
