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
			'What this node may spend in one execution, retries included. Items over budget are returned as skipped, with their estimate. Remove it for no limit; 0 means nothing may be spent.',
	},
	fallbackModel: fallbackModelField,
	fallbackPriceCapUsd: fallbackPriceCapField,
	imagesPerMinute: {
		displayName: 'Images per Minute',
		name: 'imagesPerMinute',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		hint: '0 means to learn it from the API',
		description: "Your organization's limit, if you want to stay below it",
	},
	maxAttempts: {
		displayName: 'Max Attempts',
		name: 'maxAttempts',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 20 },
		default: 4,
		description:
			'How often a request is tried when the API fails or does not answer. Waiting for the rate limit uses up none; what was refused for its content is never repeated.',
	},
	maxConcurrency: {
		displayName: 'Max Concurrency',
		name: 'maxConcurrency',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 900 },
		default: 0,
		hint: '0 is Auto: as many as the rate limit lets through',
		description:
			'How many requests may be on their way at once. If n8n crashes, all that are on their way are lost and may have been billed, so a number bounds what a crash costs.',
	},
	maxQueueWaitMinutes: {
		displayName: 'Max Queue Wait (Minutes)',
		name: 'maxQueueWaitMinutes',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 10080 },
		default: 1440,
		description:
			"How long batches that OpenAI's queue has no room for may wait, as long as no other one is taken meanwhile. They are submitted as earlier batches end. 0 means not to wait: their items are returned as failed.",
	},
	maxWaitMinutes: {
		displayName: 'Max Wait (Minutes)',
		name: 'maxWaitMinutes',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 60,
		description:
			'How long the run may wait without an image coming, for the rate limit or before a retry, until items are given up',
	},
	timeoutSeconds: {
		displayName: 'Timeout (Seconds)',
		name: 'timeoutSeconds',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 86400 },
		default: 600,
		description:
			'How long one request may take. Images of high quality take minutes; one that is given up may have been billed.',
	},
	batchTimeoutSeconds: {
		displayName: 'Timeout (Seconds)',
		name: 'timeoutSeconds',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 86400 },
		default: 300,
		description:
			'How long one request may take. A download may take longer, as long as something comes.',
	},
} satisfies Record<string, INodeProperties>;

type SettingName = keyof typeof SETTINGS;

/** The `run` collection: how the items are worked through. @param names those that an operation has a use for */
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
	'budgetUsd',
	'fallbackModel',
	'fallbackPriceCapUsd',
	'imagesPerMinute',
	'maxAttempts',
	'maxConcurrency',
	'maxWaitMinutes',
	'timeoutSeconds',
]);
