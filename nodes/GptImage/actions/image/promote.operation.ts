import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { FORMAT_OPTIONS } from '../../fields/formatOptions';
import { countField } from '../../fields/image';
import { optionsField } from '../../fields/options';
import { promoteFields } from '../../fields/promote';
import { runField } from '../../fields/run';
import { showFor, showWhen } from '../../fields/show';
import { imageFormFields } from '../../fields/simplify';

export const option = {
	name: 'Promote',
	value: 'promote',
	action: 'Promote drafts',
	description: 'Turn drafts into final images with a better model, and add up the cost of both',
};

const OPTIONS = [
	'addLink',
	'background',
	'complexity',
	'draftBinaryField',
	'fileName',
	'includeInputFields',
	'linkExpires',
	'outputBinaryField',
	...FORMAT_OPTIONS,
	'safetyIdentifier',
] as const;

export const properties: INodeProperties[] = showFor('image', 'promote', [
	...promoteFields,
	countField,
	...imageFormFields,
	...showWhen('mode', 'regenerate', [optionsField([...OPTIONS, 'moderation'])]),
	...showWhen('mode', 'refine', [optionsField([...OPTIONS, 'inputFidelity', 'sendUrls'])]),
	runField,
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { runImageItems } = await import('../../../platform/images/run');

	return await runImageItems(context, 'promote');
}
