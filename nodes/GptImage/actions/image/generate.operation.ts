import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { countField } from '../../fields/count';
import { modelFields } from '../../fields/model';
import { optionsField } from '../../fields/options';
import { promptField } from '../../fields/prompt';
import { qualityField } from '../../fields/quality';
import { runField } from '../../fields/run';
import { showFor } from '../../fields/show';
import { sizeFields } from '../../fields/size';
import { variationsField } from '../../fields/variations';

export const option = {
	name: 'Generate',
	value: 'generate',
	action: 'Generate images',
	description: 'Make images from a prompt',
};

export const properties: INodeProperties[] = showFor('image', 'generate', [
	...modelFields('draft'),
	promptField('e.g. A red balloon on a wooden table, soft morning light'),
	variationsField,
	qualityField,
	...sizeFields,
	countField,
	optionsField([
		'background',
		'complexity',
		'fileName',
		'includeInputFields',
		'moderation',
		'outputBinaryField',
		'outputCompression',
		'outputFormat',
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
