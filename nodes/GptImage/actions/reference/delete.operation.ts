import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { runFieldOf } from '../../fields/run';
import { showFor } from '../../fields/show';

export const option = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete reference',
	description: 'Delete an uploaded reference image. Its file ID then stops working.',
};

const fileIdField: INodeProperties = {
	displayName: 'Reference',
	name: 'fileId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description:
		'The reference to delete. Upload and Get Many return its ID as fileId: choose By ID and drag it here.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchReferences', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. file-abc123',
		},
	],
};

export const properties: INodeProperties[] = showFor('reference', 'delete', [
	fileIdField,
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'batchTimeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { deleteReferences } = await import('../../../platform/references/delete');

	return await deleteReferences(context);
}
