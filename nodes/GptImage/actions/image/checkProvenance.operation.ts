import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { AS_A_TOOL } from '../../fields/inputImages';
import { optionsField } from '../../fields/options';
import { runFieldOf } from '../../fields/run';
import { showFor } from '../../fields/show';

export const option = {
	name: 'Check Provenance',
	value: 'checkProvenance',
	action: 'Check provenance of image',
	description:
		'Check an image for signs that OpenAI made it: C2PA metadata and the SynthID watermark',
};

export const properties: INodeProperties[] = showFor('image', 'checkProvenance', [
	{
		displayName: 'Input Binary Field',
		name: 'inputBinaryField',
		type: 'string',
		default: 'data',
		required: true,
		hint: 'The name of the input binary field that contains the image',
		description: `A PNG, JPEG, WebP or GIF image of up to 50 MB, which is uploaded to OpenAI. ${AS_A_TOOL}.`,
	},
	optionsField(['includeInputFields']),
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'checkTimeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { checkProvenance } = await import('../../../platform/provenance/check');

	return await checkProvenance(context);
}
