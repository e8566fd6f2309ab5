import type { INodeProperties } from 'n8n-workflow';

/** For the triggers. */
export const labelFilterField: INodeProperties = {
	displayName: 'Label',
	name: 'label',
	type: 'string',
	default: '',
	placeholder: 'e.g. nightly-catalogue',
	description: 'Only batches that were submitted with this label. All if empty.',
};
