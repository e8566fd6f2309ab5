import type { INodeProperties } from 'n8n-workflow';
import { collectOptions } from '../GptImage/fields/batch';

/** Files are not deleted here: nobody has seen yet that the images arrived. */
const OFFERED = ['outputBinaryField', 'results'];

export const collectFields: INodeProperties[] = [
	{
		displayName: 'Collect Results',
		name: 'collect',
		type: 'boolean',
		default: false,
		description:
			'Whether to download the images and start with one item per image, instead of one item for the batch',
	},
	{
		displayName:
			"For batches of more than about 100 images, leave this off and add a GPT Image node with the operation Collect: n8n gives a trigger little time, and doesn't delete its files along with the execution.",
		name: 'collectNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { collect: [true] } },
	},
	{
		...collectOptions,
		displayOptions: { show: { collect: [true] } },
		options: (collectOptions.options ?? []).filter(({ name }) =>
			OFFERED.includes(name),
		) as INodeProperties[],
	},
];
