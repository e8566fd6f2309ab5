import type { INodeProperties } from 'n8n-workflow';

const DESCRIPTION =
	'Whether to return a simplified version of the response instead of the raw data';

/** Of nodes that no agent can use. */
export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: DESCRIPTION,
};

/** Names of fields as an agent gets them, each with the value that it is found by. */
type Selectable = ReadonlyArray<readonly [name: string, value: string]>;

const IMAGE: Selectable = [
	['Code', 'code'],
	['Cost (USD)', 'costUsd'],
	['Custom ID', 'customId'],
	['Description', 'description'],
	['Draft ID', 'draftId'],
	['Error', 'error'],
	['Estimated', 'estimated'],
	['File Name', 'fileName'],
	['Height', 'image.height'],
	['Image ID', 'imageId'],
	['Markdown', 'markdown'],
	['MIME Type', 'image.mimeType'],
	['Model', 'model'],
	['Prompt', 'prompt'],
	['Quality', 'quality'],
	['Session (USD)', 'sessionUsd'],
	['Size', 'size'],
	['Status', 'status'],
	['Total (USD)', 'totalUsd'],
	['URL', 'url'],
	['Width', 'image.width'],
];

const BATCH: Selectable = [
	['Batch ID', 'batchId'],
	['Completed', 'completed'],
	['Estimate (USD)', 'estimateUsd'],
	['Expires At', 'expiresAt'],
	['Failed', 'failed'],
	['Finished', 'finished'],
	['Label', 'label'],
	['Model', 'model'],
	['Problem', 'problem'],
	['Request Count', 'requestCount'],
	['Status', 'status'],
];

const ESTIMATE: Selectable = [
	['Alternatives', 'estimate.alternatives'],
	['Batch (USD)', 'estimate.batchUsd'],
	['Estimate (USD)', 'estimate.usd'],
	['Images', 'estimate.images'],
	['Model', 'estimate.model'],
	['Quality', 'estimate.quality'],
	['Size', 'estimate.size'],
	['Total (USD)', 'estimate.totalUsd'],
];

/** As n8n's guidelines have it: a switch, and for an agent a list that lets it have single fields. */
function formFields(selectable: INodeProperties): INodeProperties[] {
	return [
		{ ...simplifyField, displayOptions: { hide: { '@tool': [true] } } },
		{
			displayName: 'Output',
			name: 'output',
			type: 'options',
			options: [
				{ name: 'Simplified', value: 'simplified', description: 'At most ten fields of each item' },
				{ name: 'Raw', value: 'raw', description: 'All fields of each item' },
				{ name: 'Selected Fields', value: 'selected', description: 'The fields that you choose' },
			],
			default: 'simplified',
			displayOptions: { show: { '@tool': [true] } },
			description: 'How much of the response the agent gets',
		},
		selectable,
	];
}

const selectableOf = (fields: Selectable): INodeProperties => ({
	displayName: 'Output Fields',
	name: 'outputFields',
	type: 'multiOptions',
	options: fields.map(([name, value]) => ({ name, value })),
	default: [],
	displayOptions: { show: { '@tool': [true], output: ['selected'] } },
	description:
		'Fields that the agent gets. For failed items, it also gets the status and the error.',
});

export const imageFormFields = formFields({ ...selectableOf(IMAGE), default: ['imageId'] });
export const batchFormFields = formFields({ ...selectableOf(BATCH), default: ['batchId'] });
export const estimateFormFields = formFields({
	...selectableOf(ESTIMATE),
	default: ['estimate.usd'],
});
