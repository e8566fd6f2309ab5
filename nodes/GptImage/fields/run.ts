import type { INodeProperties } from 'n8n-workflow';
import { fallbackModelField, fallbackPriceCapField } from './model';

const SETTINGS = {
	budgetUsd: {
		displayName: 'Budget (USD)',
		name: 'budgetUsd',
		type: 'number',
		// No numberPrecision: the editor would pad the amount with zeros (1.000000).
		typeOptions: { minValue: 0 },
		default: 1,
		description:
			'The most this node may spend in one execution, including retries. Items over budget are returned as skipped, with their estimate. 0 means nothing may be spent. For no limit, remove this setting.',
	},
	budgetSession: {
		displayName: 'Budget Session ID',
		name: 'budgetSession',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.sessionId }}',
		description:
			'What the budget applies to, such as a conversation. All GPT Image nodes of this workflow with the same ID share the budget, in all executions; in queue mode, each worker has a budget of its own. If empty, it applies to this node in one execution.',
	},
	fallbackModel: fallbackModelField,
	fallbackPriceCapUsd: fallbackPriceCapField,
	imagesPerMinute: {
		displayName: 'Images per Minute',
		name: 'imagesPerMinute',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		hint: '0 means the limit is learned from the API',
		description:
			"The most images to request per minute. Set it to stay below your organization's limit.",
	},
	maxAttempts: {
		displayName: 'Max Attempts',
		name: 'maxAttempts',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 20 },
		default: 4,
		description:
			"How many times a request is tried if the API fails or doesn't answer. Waiting for the rate limit doesn't count. Requests refused for their content are never repeated.",
	},
	maxConcurrency: {
		displayName: 'Max Concurrency',
		name: 'maxConcurrency',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 900 },
		default: 0,
		hint: '0 means automatic: as many as the rate limit allows',
		description:
			'How many requests may be in flight at once. If n8n crashes, requests in flight are lost and may have been billed, so a limit bounds what a crash can cost.',
	},
	maxQueueWaitMinutes: {
		displayName: 'Max Queue Wait (Minutes)',
		name: 'maxQueueWaitMinutes',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 10080 },
		default: 1440,
		description:
			"How long to wait for room in OpenAI's batch queue, counted from the last batch that it accepted. Waiting batches are submitted as earlier ones end. 0 means not to wait: their items are returned as failed.",
	},
	maxWaitMinutes: {
		displayName: 'Max Wait (Minutes)',
		name: 'maxWaitMinutes',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 60,
		description:
			'How long to wait for the rate limit or a retry, counted from the last image, before the remaining items fail',
	},
	timeoutSeconds: {
		displayName: 'Timeout (Seconds)',
		name: 'timeoutSeconds',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 86400 },
		default: 600,
		description:
			'How long one request may take. High-quality images take minutes. A request that times out may have been billed.',
	},
	checkTimeoutSeconds: {
		displayName: 'Timeout (Seconds)',
		name: 'timeoutSeconds',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 86400 },
		default: 120,
		description: 'How long one request may take',
	},
	batchTimeoutSeconds: {
		displayName: 'Timeout (Seconds)',
		name: 'timeoutSeconds',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 86400 },
		default: 300,
		description:
			'How long one request may take. A download may take longer, as long as data arrives.',
	},
} satisfies Record<string, INodeProperties>;

type SettingName = keyof typeof SETTINGS;

/**
 * The `run` collection: how the items are worked through.
 * @param names those that an operation has a use for
 */
export function runFieldOf(names: SettingName[]): INodeProperties {
	return {
		displayName: 'Run Settings',
		name: 'run',
		type: 'collection',
		placeholder: 'Add Setting',
		default: {},
		options: names.map((name) => SETTINGS[name]),
	};
}

export const runField = runFieldOf([
	'budgetSession',
	'budgetUsd',
	'fallbackModel',
	'fallbackPriceCapUsd',
	'imagesPerMinute',
	'maxAttempts',
	'maxConcurrency',
	'maxWaitMinutes',
	'timeoutSeconds',
]);
