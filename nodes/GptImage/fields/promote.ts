import type { INodeProperties } from 'n8n-workflow';
import {
	editedSizeFields,
	maskField,
	promotedSizeFields,
	promptField,
	qualityField,
	qualityFieldOf,
	sizeFields,
	variationsField,
} from './image';
import { ALLOWED, AS_A_TOOL, inputImagesFields, inputImagesFieldsOf } from './inputImages';
import { modelFields } from './model';
import { showWhen } from './show';

const modeField: INodeProperties = {
	displayName: 'How to Make It',
	name: 'mode',
	type: 'options',
	options: [
		{
			name: 'Refine the Draft (Keeps the Picture)',
			value: 'refine',
			description:
				'Improves the picture that was picked. The draft is sent to the model, so its input tokens are billed.',
		},
		{
			name: 'New Picture From the Prompt',
			value: 'regenerate',
			description: 'Makes a different picture from the same prompt. Needs no input image.',
		},
	],
	default: 'refine',
	description:
		'How the final image is made: from the picture of the draft, or from its prompt alone',
};

const draftImageFields = inputImagesFieldsOf({
	hint: "The name of the input binary field that contains the draft's image. You can add reference images, separated by commas.",
	description: `${ALLOWED}. ${AS_A_TOOL}.`,
});

/** What a promotion asks for, live and in a batch. */
export const promoteFields: INodeProperties[] = [
	modeField,
	...showWhen('mode', 'refine', draftImageFields),
	promptField('e.g. {{ $json.prompt }}', '={{ $json.prompt }}'),
	...modelFields('final'),
	qualityFieldOf('high'),
	...promotedSizeFields,
];

/** Everything but promoting. */
const MADE_ANEW = ['generate', 'edit'];

/** Behind a field that says how images are made: the fields of the operation that makes them so. */
export const fieldsByEndpoint: INodeProperties[] = [
	...showWhen('endpoint', 'promote', promoteFields),
	...showWhen('endpoint', 'edit', inputImagesFields),
	...showWhen('endpoint', MADE_ANEW, [promptField('e.g. {{ $json.prompt }}')]),
	...showWhen('endpoint', 'edit', [maskField]),
	...showWhen('endpoint', 'generate', [variationsField]),
	...showWhen('endpoint', MADE_ANEW, [...modelFields('draft'), qualityField]),
	...showWhen('endpoint', 'generate', sizeFields),
	...showWhen('endpoint', 'edit', editedSizeFields),
];

export const draftBinaryField: INodeProperties = {
	displayName: 'Keep Draft Image in Field',
	name: 'draftBinaryField',
	type: 'string',
	default: '',
	placeholder: 'e.g. draft',
	hint: 'The name of the output binary field to put the draft in, next to the new image',
	description: "If empty, the image of the draft isn't kept",
};
