import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { FORMAT_OPTIONS } from '../../fields/formatOptions';
import {
	countField,
	editedSizeFields,
	markupField,
	maskField,
	promptField,
	qualityField,
} from '../../fields/image';
import { inputImagesFields } from '../../fields/inputImages';
import { modelFields } from '../../fields/model';
import { optionsField } from '../../fields/options';
import { runField } from '../../fields/run';
import { showFor } from '../../fields/show';
import { imageFormFields } from '../../fields/simplify';

export const option = {
	name: 'Edit',
	value: 'edit',
	action: 'Edit images',
	description: 'Change images, or make new ones from them',
};

/** Without moderation: OpenAI's multipart edits do not take it. */
export const properties: INodeProperties[] = showFor('image', 'edit', [
	...inputImagesFields,
	promptField('e.g. Put the bottle on a beach at sunset'),
	maskField,
	markupField,
	...modelFields('draft'),
	qualityField,
	...editedSizeFields,
	countField,
	...imageFormFields,
	optionsField([
		'addLink',
		'background',
		'complexity',
		'fileName',
		'includeInputFields',
		'inputFidelity',
		'linkExpires',
		'outputBinaryField',
		...FORMAT_OPTIONS,
		'safetyIdentifier',
		'sendUrls',
	]),
	runField,
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { runImageItems } = await import('../../../platform/images/run');

	return await runImageItems(context, 'edit');
}
