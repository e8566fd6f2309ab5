import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { optionsField } from '../../fields/options';
import { showFor } from '../../fields/show';

export const option = {
	name: 'Report',
	value: 'report',
	action: 'Report cost',
	description: 'Add up what images cost, as data and as a page with charts',
};

export const properties: INodeProperties[] = showFor('cost', 'report', [
	{
		displayName:
			'Takes all items that come in, of one run or of many: images, failures, drafts and what was made of them. Each image is counted once. Connect a Merge node before it to report on several branches.',
		name: 'reportNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		default: '',
		placeholder: 'e.g. Images of November',
		description: 'Stands above the page',
	},
	optionsField(['outputBinaryField']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const { reportItems } = await import('../../../platform/cost/report');

	return await reportItems(context);
}
