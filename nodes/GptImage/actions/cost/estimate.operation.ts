import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { endpointField } from '../../fields/batch';
import { countField } from '../../fields/count';
import { acceptanceRateField } from '../../fields/estimate';
import { inputImageFields } from '../../fields/inputImages';
import { modelField } from '../../fields/model';
import { optionsField } from '../../fields/options';
import { MADE_ANEW, promoteFields } from '../../fields/promote';
import { promptField } from '../../fields/prompt';
import { qualityField } from '../../fields/quality';
import { showFor, showWhen } from '../../fields/show';
import { sizeFields } from '../../fields/size';
import { variationsField } from '../../fields/variations';

export const option = {
	name: 'Estimate',
	value: 'estimate',
	action: 'Estimate cost',
	description: 'Say what images would cost, now and as a batch, and what other models would. Nothing is sent.',
};

const OPTIONS = ['background', 'outputFormat'] as const;

export const properties: INodeProperties[] = showFor('cost', 'estimate', [
	{ ...endpointField, description: 'How the images would be made' },
	...showWhen('endpoint', 'promote', promoteFields),
	...showWhen('endpoint', MADE_ANEW, [modelField('draft')]),
	...showWhen('endpoint', 'edit', inputImageFields),
	...showWhen('endpoint', MADE_ANEW, [promptField('e.g. {{ $json.prompt }}')]),
	...showWhen('endpoint', 'generate', [variationsField]),
	...showWhen('endpoint', MADE_ANEW, [qualityField, ...sizeFields]),
	countField,
	acceptanceRateField,
	...showWhen('endpoint', 'generate', [optionsField([...OPTIONS, 'variationSample', 'variationSeed'])]),
	...showWhen('endpoint', ['edit', 'promote'], [optionsField([...OPTIONS, 'inputFidelity'])]),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lies zod, which n8n shall not load when it starts.
	const { estimateItems } = await import('../../../platform/cost/estimate');

	return await estimateItems(context);
}
