import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { groupByField } from '../../fields/cost';
import { optionsField } from '../../fields/options';
import { showFor } from '../../fields/show';

export const option = {
	name: 'Report',
	value: 'report',
	action: 'Report cost',
	description: 'Add up what images cost, as data, as a web page and as a CSV file',
};

export const properties: INodeProperties[] = showFor('cost', 'report', [
	{
		displayName:
			'Covers all input items, from one run or several: images, failures, drafts and the images made from them. Each image is counted once. To report on several branches, add a Merge node before this one.',
		name: 'reportNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		default: '',
		placeholder: 'e.g. November Images',
		description: 'Heading of the page',
	},
	groupByField,
	optionsField(['includeThumbnails', 'outputBinaryField']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const { reportItems } = await import('../../../platform/cost/report');

	return await reportItems(context);
}
