import type { INodeProperties } from 'n8n-workflow';

/** For the triggers. */
export const labelFilterField: INodeProperties = {
	displayName: 'Label',
	name: 'label',
	type: 'string',
	default: '',
	placeholder: 'e.g. nightly-catalogue',
	description: 'Start only for batches that were submitted with this label. Leave empty for all.',
};
