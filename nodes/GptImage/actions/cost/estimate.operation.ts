import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { endpointField } from '../../fields/batch';
import { countField } from '../../fields/count';
import { acceptanceRateField, askProviderField } from '../../fields/estimate';
import { fieldsByEndpoint } from '../../fields/madeBy';
import { optionsField } from '../../fields/options';
import { showFor, showWhen } from '../../fields/show';

export const option = {
	name: 'Estimate',
	value: 'estimate',
	action: 'Estimate cost',
	description:
		'Say what images would cost, now and as a batch, and what other models would. Nothing is sent.',
};

const OPTIONS = ['background', 'catalogueUrl', 'outputFormat'] as const;

export const properties: INodeProperties[] = showFor('cost', 'estimate', [
	{ ...endpointField, description: 'How the images would be made' },
	...fieldsByEndpoint,
	countField,
	acceptanceRateField,
	askProviderField,
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
