import type { INodeProperties } from 'n8n-workflow';

export const batchIdField: INodeProperties = {
	displayName: 'Batch',
	name: 'batchId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description:
		'The batch to work on. Submit and the triggers give its ID as batchId: choose By ID and drag it here.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchBatches', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. batch_67dadc20e3d48190a2a7e1a3d4b0f1c2',
		},
	],
};
