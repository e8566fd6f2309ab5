import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { finishedStatusOptions } from '../GptImage/fields/batchStatus';
import { outputBinaryField } from '../GptImage/fields/options';

export class GptImageBatchTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image Batch Trigger',
		name: 'gptImageBatchTrigger',
		icon: { light: 'file:../GptImage/gptImage.svg', dark: 'file:../GptImage/gptImage.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["label"] }}',
		description: 'Starts the workflow when a batch of images has finished, by asking OpenAI regularly',
		defaults: { name: 'GPT Image Batch Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'gptImageApi', required: true }],
		properties: [
			{
				displayName: 'Label',
				name: 'label',
				type: 'string',
				default: '',
				placeholder: 'e.g. nightly-catalogue',
				description: 'Only batches that were submitted with this label. All if empty.',
			},
			{
				displayName: 'Statuses',
				name: 'statuses',
				type: 'multiOptions',
				options: finishedStatusOptions,
				default: ['completed', 'failed', 'expired', 'cancelled'],
				description: 'How a batch must have ended to start the workflow',
			},
			{
				displayName: 'Collect Results',
				name: 'collect',
				type: 'boolean',
				default: false,
				description:
					'Whether to start with the images, each an item with its cost. If turned off, the workflow starts with the status of the batch, and the operation Collect brings the images.',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				displayOptions: { show: { collect: [true] } },
				options: [outputBinaryField],
			},
		],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		// Behind this lie the SDK and zod, which n8n shall not load when it starts.
		const { pollBatches } = await import('../platform/batch/watch');
		return await pollBatches(this);
	}
}
