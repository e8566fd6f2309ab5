import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { FORMAT_OPTIONS } from '../../fields/formatOptions';
import {
	countField,
	promptField,
	qualityField,
	sizeFields,
	variationsField,
} from '../../fields/image';
import { modelFields } from '../../fields/model';
import { optionsField } from '../../fields/options';
import { runField } from '../../fields/run';
import { showFor } from '../../fields/show';
import { imageFormFields } from '../../fields/simplify';

export const option = {
	name: 'Generate',
	value: 'generate',
	action: 'Generate images',
	description: 'Make images from a prompt',
};

export const properties: INodeProperties[] = showFor('image', 'generate', [
	promptField('e.g. A red balloon on a wooden table, soft morning light'),
	variationsField,
	...modelFields('draft'),
	qualityField,
	...sizeFields,
	countField,
	...imageFormFields,
	optionsField([
		'addLink',
		'background',
		'complexity',
		'fileName',
		'includeInputFields',
		'linkExpires',
		'moderation',
		'outputBinaryField',
		...FORMAT_OPTIONS,
		'safetyIdentifier',
		'variationSample',
		'variationSeed',
	]),
	runField,
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { runImageItems } = await import('../../../platform/images/run');

	return await runImageItems(context, 'generate');
}
