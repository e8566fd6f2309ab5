import {
	type IExecuteFunctions,
	type IHookFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { searchModels } from '../GptImage/methods/searchModels';
import { reviewFields } from './fields';

const page = (httpMethod: 'GET' | 'POST'): IWebhookDescription => ({
	name: 'default',
	httpMethod,
	responseMode: 'onReceived',
	// So that the answer is our page; n8n sends it once the execution is its own.
	responseData: '',
	path: '',
	restartWebhook: true,
	isFullPath: true,
});

const SOMETHING_ODD =
	'The page could not be created. The review is still waiting for an answer; try again.';

export class GptImageReview implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image Review',
		name: 'gptImageReview',
		icon: { light: 'file:../GptImage/gptImage.svg', dark: 'file:../GptImage/gptImage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["title"] || "pick the winners" }}',
		description: 'Let a person pick the best drafts on a web page while the workflow waits',
		defaults: { name: 'GPT Image Review' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Picked', 'Rejected'],
		webhooks: [page('GET'), page('POST')],
		waitingNodeTooltip:
			'=The workflow is waiting for your picks on <a href="{{ $execution.resumeUrl }}" target="_blank">the review page</a>',
		properties: reviewFields,
	};

	methods = { listSearch: { searchModels } };

	/** The page is n8n's own: there is no third party to tell of it. */
	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return true;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return true;
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { nothingPicked, startReview } = await import('../platform/review/execute');
		const outputs = startReview(this);

		return this.continueOnFail()
			? await outputs.catch(async (error: unknown) => await nothingPicked(this, error))
			: await outputs;
	}

	/** Whatever goes wrong here must not reach n8n, which would end the execution that waits. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		try {
			const { answerReview } = await import('../platform/review/answerReview');

			return await answerReview(this);
		} catch (error) {
			this.logger.error(
				`The review page could not be created: ${error instanceof Error ? error.message : String(error)}`,
			);
			const response = this.getResponseObject();
			if (response.headersSent) response.end();
			else response.status(500).type('text/plain').end(SOMETHING_ODD);
			return { noWebhookResponse: true };
		}
	}
}
