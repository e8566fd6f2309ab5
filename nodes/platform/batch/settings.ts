import type { IExecuteFunctions } from 'n8n-workflow';
import { MAX_REQUESTS_PER_BATCH } from '../../core/batch/grouping';
import { MAX_LABEL_CHARACTERS } from '../../core/batch/metadata';
import { CATALOGUE } from '../../core/models/catalogue';
import type { ChosenModel } from '../../core/models/resolve';
import type { Checked } from '../../core/requests/imageRequest';
import { showValue, type Problem } from '../../core/requests/parameters';
import { problemsError } from '../errors';
import { BATCH_TIMEOUT, readRunSettings, type RunSettings } from '../parameters';

/** Failures of calls that are about no model are explained without one. */
export const NO_MODEL: ChosenModel = { requested: '', id: 'the model', role: null, entry: null, catalogue: CATALOGUE };

export interface SubmitSettings extends RunSettings {
	requestsPerBatch: number;
	label: string;
}

/**
 * Settings of the whole submission; they are read once, for the first item.
 * @throws NodeOperationError when one can't be used
 */
export function readSubmitSettings(context: IExecuteFunctions): SubmitSettings {
	const given: unknown = context.getNodeParameter('requestsPerBatch', 0, 200);
	const requestsPerBatch = Number(given);
	const label = String(context.getNodeParameter('label', 0, '') ?? '').trim();
	const problems: Problem[] = [];
	if (!Number.isInteger(requestsPerBatch) || requestsPerBatch < 1 || requestsPerBatch > MAX_REQUESTS_PER_BATCH) {
		problems.push({
			field: 'requestsPerBatch',
			message: `'Requests per Batch' is ${showValue(given)}. It must be a whole number from 1 to ${MAX_REQUESTS_PER_BATCH.toLocaleString('en-US')}.`,
		});
	}
	if (label.length > MAX_LABEL_CHARACTERS) {
		problems.push({
			field: 'label',
			message: `'Label' has ${label.length} characters; at most ${MAX_LABEL_CHARACTERS} are allowed. Shorten it.`,
		});
	}
	if (problems.length > 0) throw problemsError(context.getNode(), problems, null);
	return { ...readRunSettings(context, BATCH_TIMEOUT), requestsPerBatch, label };
}

/** The id of the batch that an item is about. */
export function readBatchId(context: IExecuteFunctions, itemIndex: number): Checked<string> {
	const value: unknown = context.getNodeParameter('batchId', itemIndex, '', { extractValue: true });
	const id = String(value ?? '').trim();
	if (/^[\w.:-]+$/.test(id)) return { ok: true, value: id };
	const message =
		id === ''
			? "'Batch' is empty. Choose a batch, or check the expression that should give its ID, e.g. {{ $json.batchId }}."
			: `'Batch' is ${showValue(id)}, which is no ID of a batch. An ID looks like batch_67dadc20e3d4.`;
	return { ok: false, problems: [{ field: 'batchId', message }] };
}
