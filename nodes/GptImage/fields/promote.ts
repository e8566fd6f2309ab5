import type { INodeProperties } from 'n8n-workflow';
import { inputImageFields } from './inputImages';
import { modelFields } from './model';
import { promptField } from './prompt';
import { qualityFieldOf } from './quality';
import { showWhen } from './show';
import { promotedSizeFields } from './size';

const modeField: INodeProperties = {
	displayName: 'Mode',
	name: 'mode',
	type: 'options',
	options: [
		{
			name: 'Regenerate',
			value: 'regenerate',
			description: "Makes a new image from the draft's prompt",
		},
		{
			name: 'Refine',
			value: 'refine',
			description: 'Gives the draft along as reference, which keeps its composition',
		},
	],
	default: 'regenerate',
	description:
		'How the better model gets to the image. Refine costs the input tokens of the draft as well.',
};

const draftImageFields = inputImageFields
	.filter(({ name }) => name === 'inputBinaryFields')
	.map((field) => ({
		...field,
		hint: "The name of the input binary field that holds the draft's image; more references may follow, separated by commas",
		description: 'From 1 to 16 images in png, jpeg or webp, each smaller than 50 MB',
	}));

/** What a promotion asks for, live and in a batch. */
export const promoteFields: INodeProperties[] = [
	...modelFields('final'),
	modeField,
	...showWhen('mode', 'refine', draftImageFields),
	promptField('e.g. {{ $json.prompt }}', '={{ $json.prompt }}'),
	qualityFieldOf('high'),
	...promotedSizeFields,
];
