import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { countField } from '../../fields/count';
import { optionsField } from '../../fields/options';
import { promoteFields } from '../../fields/promote';
import { runField } from '../../fields/run';
import { showFor, showWhen } from '../../fields/show';

export const option = {
	name: 'Promote',
	value: 'promote',
	action: 'Promote drafts',
	description: 'Make drafts again with a better model, and say what both cost together',
};

const OPTIONS = [
	'background',
	'complexity',
	'draftBinaryField',
	'fileName',
	'includeInputFields',
	'outputBinaryField',
	'outputCompression',
	'outputFormat',
	'safetyIdentifier',
] as const;

export const properties: INodeProperties[] = showFor('image', 'promote', [
	...promoteFields,
	countField,
	...showWhen('mode', 'regenerate', [optionsField([...OPTIONS, 'moderation'])]),
	...showWhen('mode', 'refine', [optionsField([...OPTIONS, 'inputFidelity'])]),
	runField,
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { runImageItems } = await import('../../../platform/images/run');

	return await runImageItems(context, 'promote');
}
