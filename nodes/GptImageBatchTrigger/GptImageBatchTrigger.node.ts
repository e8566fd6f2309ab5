import {
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { finishedStatusOptions } from '../GptImage/fields/batch';
import { simplifyField } from '../GptImage/fields/simplify';
import { collectFields } from './collectFields';
import { labelFilterField } from './labelFilter';

export class GptImageBatchTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image Batch Trigger',
		name: 'gptImageBatchTrigger',
		icon: { light: 'file:../GptImage/gptImage.svg', dark: 'file:../GptImage/gptImage.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["label"] || "any batch" }}',
		description: 'Starts the workflow when a batch of images has finished, once for each batch',
		defaults: { name: 'GPT Image Batch Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'gptImageApi', required: true }],
		properties: [
			labelFilterField,
			{
				displayName: 'Statuses',
				name: 'statuses',
				type: 'multiOptions',
				options: finishedStatusOptions,
				default: ['completed', 'failed', 'expired', 'cancelled'],
				description:
					'How a batch must have ended to start the workflow. Leave empty for any status.',
			},
			simplifyField,
			...collectFields,
		],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		// Behind this lie the SDK and zod, which n8n shall not load when it starts.
		const { pollFinished } = await import('../platform/batches/finishedPoll');

		return await pollFinished(this);
	}
}
