import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { countField } from '../../fields/count';
import { inputImageFields } from '../../fields/inputImages';
import { modelFields } from '../../fields/model';
import { optionsField } from '../../fields/options';
import { promptField } from '../../fields/prompt';
import { qualityField } from '../../fields/quality';
import { runField } from '../../fields/run';
import { showFor } from '../../fields/show';
import { sizeFields } from '../../fields/size';

export const option = {
	name: 'Edit',
	value: 'edit',
	action: 'Edit images',
	description: 'Change images, or make new ones from them',
};

/** Without moderation: OpenAI's multipart edits do not take it. */
export const properties: INodeProperties[] = showFor('image', 'edit', [
	...modelFields('draft'),
	...inputImageFields,
	promptField('e.g. Put the bottle on a beach at sunset'),
	qualityField,
	...sizeFields,
	countField,
	optionsField([
		'background',
		'complexity',
		'fileName',
		'includeInputFields',
		'inputFidelity',
		'outputBinaryField',
		'outputCompression',
		'outputFormat',
		'safetyIdentifier',
	]),
	runField,
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { runImageItems } = await import('../../../platform/images/run');

	return await runImageItems(context, 'edit');
}
