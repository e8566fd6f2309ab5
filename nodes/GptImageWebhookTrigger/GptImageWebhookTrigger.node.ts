import {
	NodeConnectionTypes,
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

export class GptImageWebhookTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image Webhook Trigger',
		name: 'gptImageWebhookTrigger',
		icon: { light: 'file:../GptImage/gptImage.svg', dark: 'file:../GptImage/gptImage.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["label"] }}',
		description: 'Starts the workflow when OpenAI says that a batch of images has finished',
		defaults: { name: 'GPT Image Webhook Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'gptImageApi', required: true }],
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' }],
		properties: [
			{
				displayName: 'Webhook at OpenAI',
				name: 'registration',
				type: 'options',
				options: [
					{
						name: 'Set Up Automatically',
						value: 'automatic',
						description: 'Registered when the workflow is activated and removed when it is deactivated',
					},
					{
						name: 'Set Up by Hand',
						value: 'manual',
						description: 'You register the address above at OpenAI and enter its secret in the credential',
					},
				],
				default: 'automatic',
				description: 'The key needs the permission to manage webhooks to set one up automatically',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				options: [
					{ name: 'Batch Cancelled', value: 'batch.cancelled' },
					{ name: 'Batch Completed', value: 'batch.completed' },
					{ name: 'Batch Expired', value: 'batch.expired' },
					{ name: 'Batch Failed', value: 'batch.failed' },
				],
				default: ['batch.completed', 'batch.failed', 'batch.expired', 'batch.cancelled'],
				required: true,
				description: 'What starts the workflow',
			},
			{
				displayName: 'Label',
				name: 'label',
				type: 'string',
				default: '',
				placeholder: 'e.g. nightly-catalogue',
				description: 'Only batches that were submitted with this label. All if empty.',
			},
		],
	};

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				if (isSetUpByHand(this)) return true;
				const { endpointExists } = await import('../platform/batch/webhookEndpoint');
				return await endpointExists(this, this.getNodeWebhookUrl('default') ?? '');
			},
			async create(this: IHookFunctions): Promise<boolean> {
				const { createEndpoint } = await import('../platform/batch/webhookEndpoint');
				const events = this.getNodeParameter('events', []) as string[];
				await createEndpoint(this, this.getNodeWebhookUrl('default') ?? '', events);
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				if (isSetUpByHand(this)) return true;
				const { deleteEndpoint } = await import('../platform/batch/webhookEndpoint');
				await deleteEndpoint(this);
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		// Behind this lie the SDK and zod, which n8n shall not load when it starts.
		const { receiveWebhook } = await import('../platform/batch/receiveWebhook');
		return await receiveWebhook(this);
	}
}

function isSetUpByHand(context: IHookFunctions): boolean {
	return context.getNodeParameter('registration', 'automatic') === 'manual';
}
