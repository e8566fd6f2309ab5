import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { customIdField, endpointField, labelField, requestsPerBatchField } from '../../fields/batch';
import { countField } from '../../fields/count';
import { inputImageFields } from '../../fields/inputImages';
import { modelField } from '../../fields/model';
import { optionsField } from '../../fields/options';
import { promptField } from '../../fields/prompt';
import { MADE_ANEW, promoteFields } from '../../fields/promote';
import { qualityField } from '../../fields/quality';
import { runFieldOf } from '../../fields/run';
import { showFor, showWhen } from '../../fields/show';
import { sizeFields } from '../../fields/size';
import { variationsField } from '../../fields/variations';

export const option = {
	name: 'Submit',
	value: 'submit',
	action: 'Submit batch',
	description: 'Have many images made within 24 hours at half the price',
};

const COMMON_OPTIONS = [
	'background',
	'complexity',
	'fileName',
	'includeInputFields',
	'outputCompression',
	'outputFormat',
	'safetyIdentifier',
] as const;

export const properties: INodeProperties[] = showFor('batch', 'submit', [
	endpointField,
	...showWhen('endpoint', 'promote', promoteFields),
	...showWhen('endpoint', MADE_ANEW, [modelField('draft')]),
	...showWhen('endpoint', 'edit', inputImageFields),
	...showWhen('endpoint', MADE_ANEW, [promptField('e.g. {{ $json.prompt }}')]),
	...showWhen('endpoint', 'generate', [variationsField]),
	...showWhen('endpoint', MADE_ANEW, [qualityField, ...sizeFields]),
	countField,
	customIdField,
	labelField,
	requestsPerBatchField,
	...showWhen('endpoint', 'generate', [optionsField([...COMMON_OPTIONS, 'moderation', 'variationSample', 'variationSeed'])]),
	...showWhen('endpoint', 'edit', [optionsField([...COMMON_OPTIONS, 'inputFidelity'])]),
	...showWhen('endpoint', 'promote', [
		...showWhen('mode', 'regenerate', [optionsField([...COMMON_OPTIONS, 'moderation'])]),
		...showWhen('mode', 'refine', [optionsField([...COMMON_OPTIONS, 'inputFidelity'])]),
	]),
	runFieldOf(['budgetUsd', 'maxAttempts', 'maxWaitMinutes', 'timeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { submitItems } = await import('../../../platform/batch/submit');

	return await submitItems(context);
}
