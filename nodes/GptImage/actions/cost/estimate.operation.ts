import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { endpointField } from '../../fields/batch';
import { acceptanceRateField, askProviderField } from '../../fields/cost';
import { countField } from '../../fields/image';
import { optionsField } from '../../fields/options';
import { fieldsByEndpoint } from '../../fields/promote';
import { showFor, showWhen } from '../../fields/show';
import { estimateFormFields } from '../../fields/simplify';

export const option = {
	name: 'Estimate',
	value: 'estimate',
	action: 'Estimate cost',
	description:
		'Estimate what images would cost now, as a batch, and with other models. No images are made.',
};

const OPTIONS = ['background', 'catalogueUrl', 'frameCount', 'outputFormat', 'svgModel'] as const;

export const properties: INodeProperties[] = showFor('cost', 'estimate', [
	{ ...endpointField, description: 'How the images would be made' },
	...fieldsByEndpoint,
	countField,
	acceptanceRateField,
	askProviderField,
	...estimateFormFields,
	...showWhen('endpoint', 'generate', [
		optionsField([...OPTIONS, 'variationSample', 'variationSeed']),
	]),
	...showWhen('endpoint', ['edit', 'promote'], [optionsField([...OPTIONS, 'inputFidelity'])]),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lies zod, which n8n shall not load when it starts.
	const { estimateItems } = await import('../../../platform/cost/estimate');

	return await estimateItems(context);
}
