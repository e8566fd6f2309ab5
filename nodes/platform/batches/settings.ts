import type { IExecuteFunctions } from 'n8n-workflow';
import { MAX_REQUESTS_PER_BATCH } from '../../core/batch/grouping';
import { CATALOGUE } from '../../core/catalogue/catalogue';
import type { ChosenModel } from '../../core/catalogue/resolve';
import type { Checked } from '../../core/requests/imageRequest';
import { type Problem, showValue } from '../../core/requests/parameters';
import { problemsError } from '../n8n/errors';
import { nodeMemory } from '../n8n/nodeContext';
import { BATCH_TIMEOUT, readRunSettings, type RunSettings } from '../n8n/runSettings';

/** Failures of calls that are about no model are explained without one. */
export const NO_MODEL: ChosenModel = {
	requested: '',
	id: 'the model',
	role: null,
	entry: null,
	catalogue: CATALOGUE,
};

export interface SubmitSettings extends RunSettings {
	requestsPerBatch: number;
	/** How long what the account's queue has no room for waits without getting on; 0 = not at all. */
	maxQueueWaitMs: number;
}

/** By then every batch that takes up the room has ended. */
const USUAL_QUEUE_WAIT_MINUTES = 24 * 60;

/** Node.js can't wait for longer than 24.8 days; a week without a batch that ends is not for waiting. */
const LONGEST_QUEUE_WAIT_MINUTES = 7 * 24 * 60;

/**
 * Settings of the whole submission; they are read once, for the first item.
 * @throws NodeOperationError when one can't be used
 */
export function readSubmitSettings(context: IExecuteFunctions): SubmitSettings {
	const given: unknown = context.getNodeParameter('requestsPerBatch', 0, 200);
	const requestsPerBatch = Number(given);
	const problems: Problem[] = [];
	if (
		!Number.isInteger(requestsPerBatch) ||
		requestsPerBatch < 1 ||
		requestsPerBatch > MAX_REQUESTS_PER_BATCH
	) {
		problems.push({
			field: 'requestsPerBatch',
			message: `'Requests per Batch' is ${showValue(given)}. It must be a whole number from 1 to ${MAX_REQUESTS_PER_BATCH.toLocaleString('en-US')}.`,
		});
	}
	const maxQueueWaitMs = readQueueWait(context, problems);
	if (problems.length > 0) throw problemsError(context.getNode(), problems, null);
	return { ...readRunSettings(context, BATCH_TIMEOUT), requestsPerBatch, maxQueueWaitMs };
}

function readQueueWait(context: IExecuteFunctions, problems: Problem[]): number {
	// An agent waits for its call.
	const usual = nodeMemory(context).isTool ? 0 : USUAL_QUEUE_WAIT_MINUTES;
	const { maxQueueWaitMinutes: given = usual } = (context.getNodeParameter('run', 0, {}) ??
		{}) as Record<string, unknown>;
	const minutes = given === '' || given === null ? usual : Number(given);
	if (minutes >= 0 && minutes <= LONGEST_QUEUE_WAIT_MINUTES) return minutes * 60_000;
	const message = `'Max Queue Wait (Minutes)' is ${showValue(given)}. It must be a number from 0 to ${LONGEST_QUEUE_WAIT_MINUTES.toLocaleString('en-US')}.`;
	problems.push({ field: 'maxQueueWaitMinutes', message });
	return 0;
}

/** The id of the batch that an item is about. */
export function readBatchId(context: IExecuteFunctions, itemIndex: number): Checked<string> {
	const value: unknown = context.getNodeParameter('batchId', itemIndex, '', { extractValue: true });
	const id = String(value ?? '').trim();
	if (/^[\w.:-]+$/.test(id)) return { ok: true, value: id };
	const message =
		id === ''
			? "'Batch' is empty. Choose a batch, or check the expression that should give its ID, e.g. {{ $json.batchId }}."
			: `'Batch' is ${showValue(id)}, which is not a batch ID. An ID looks like batch_67dadc20e3d4.`;
	return { ok: false, problems: [{ field: 'batchId', message }] };
}
