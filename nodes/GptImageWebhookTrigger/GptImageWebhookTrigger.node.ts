import {
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { simplifyField } from '../GptImage/fields/simplify';
import { labelFilterField } from '../GptImageBatchTrigger/labelFilter';
import { eventsField, registrationFields } from './fields';

export class GptImageWebhookTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image Webhook Trigger',
		name: 'gptImageWebhookTrigger',
		icon: { light: 'file:../GptImage/gptImage.svg', dark: 'file:../GptImage/gptImage.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["label"] || "any batch" }}',
		description:
			'Starts the workflow as soon as OpenAI reports that a batch of images has finished',
		defaults: { name: 'GPT Image Webhook Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'gptImageApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				responseData: 'noData',
				path: 'webhook',
			},
		],
		properties: [...registrationFields, eventsField, labelFilterField, simplifyField],
	};

	// Behind these lie the SDK and zod, which n8n shall not load when it starts.
	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				const { isRegistered } = await import('../platform/webhookTrigger/registration');

				return await isRegistered(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				const { register } = await import('../platform/webhookTrigger/registration');

				return await register(this);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				const { unregister } = await import('../platform/webhookTrigger/registration');

				return await unregister(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { receiveWebhook } = await import('../platform/webhookTrigger/receive');

		return await receiveWebhook(this);
	}
}
