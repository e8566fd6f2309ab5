import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import {
	customIdField,
	endpointField,
	labelField,
	requestsPerBatchField,
} from '../../fields/batch';
import { FORMAT_OPTIONS } from '../../fields/formatOptions';
import { countField } from '../../fields/image';
import { optionsField, uploadNotice } from '../../fields/options';
import { fieldsByEndpoint } from '../../fields/promote';
import { runFieldOf } from '../../fields/run';
import { showFor, showWhen } from '../../fields/show';
import { batchFormFields } from '../../fields/simplify';

export const option = {
	name: 'Submit',
	value: 'submit',
	action: 'Submit batch',
	description: 'Make many images within 24 hours at half the price',
};

const COMMON_OPTIONS = [
	'background',
	'complexity',
	'fileName',
	...FORMAT_OPTIONS,
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
	...batchFormFields,
	uploadNotice,
	...showWhen('endpoint', 'generate', [
		optionsField([...COMMON_OPTIONS, 'moderation', 'variationSample', 'variationSeed']),
	]),
	...showWhen('endpoint', 'edit', [optionsField([...COMMON_OPTIONS, 'inputFidelity', 'sendUrls'])]),
	...showWhen('endpoint', 'promote', [
		...showWhen('mode', 'regenerate', [optionsField([...COMMON_OPTIONS, 'moderation'])]),
		...showWhen('mode', 'refine', [optionsField([...COMMON_OPTIONS, 'inputFidelity', 'sendUrls'])]),
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
	const { submitItems } = await import('../../../platform/batches/submit');

	return await submitItems(context);
}
