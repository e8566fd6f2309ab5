import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import {
	customIdField,
	endpointField,
	labelField,
	requestsPerBatchField,
} from '../../fields/batch';
import { countField } from '../../fields/count';
import { fieldsByEndpoint } from '../../fields/madeBy';
import { optionsField } from '../../fields/options';
import { runFieldOf } from '../../fields/run';
import { showFor, showWhen } from '../../fields/show';

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
	'outputCompression',
	'outputFormat',
	'safetyIdentifier',
	'uploadInputFields',
] as const;

export const properties: INodeProperties[] = showFor('batch', 'submit', [
	endpointField,
	...fieldsByEndpoint,
	countField,
	customIdField,
	labelField,
	requestsPerBatchField,
	...showWhen('endpoint', 'generate', [
		optionsField([...COMMON_OPTIONS, 'moderation', 'variationSample', 'variationSeed']),
	]),
	...showWhen('endpoint', 'edit', [optionsField([...COMMON_OPTIONS, 'inputFidelity'])]),
	...showWhen('endpoint', 'promote', [
		...showWhen('mode', 'regenerate', [optionsField([...COMMON_OPTIONS, 'moderation'])]),
		...showWhen('mode', 'refine', [optionsField([...COMMON_OPTIONS, 'inputFidelity'])]),
	]),
	runFieldOf([
		'budgetUsd',
		'maxAttempts',
		'maxQueueWaitMinutes',
		'maxWaitMinutes',
		'batchTimeoutSeconds',
	]),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { submitItems } = await import('../../../platform/batch/submit');

	return await submitItems(context);
}
