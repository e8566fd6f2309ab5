import { CATALOGUE } from '../../core/models/catalogue';
import { catalogueAt, type Door } from '../../core/models/door';
import type { Failure } from '../../core/run/failure';
import { atStart, explainFailure, type Explanation } from '../errors';
import { NO_MODEL } from './settings';

/** @param batchId empty = no batch of its own, such as a list */
export function explainBatchFailure(failure: Failure, batchId: string, door: Door): Explanation {
	const { provider } = door;
	const name = atStart(provider.nameInSentence ?? provider.name);
	const quote = `${name} says: ${failure.message}`;
	if (failure.code === 'results_not_ready')
		return {
			message: failure.message,
			remedy: `Wait some minutes. Nothing is lost: what ${name} has made can be collected then.`,
		};
	if (failure.code === 'results_gone')
		return {
			message: failure.message,
			remedy: `Look for the batch in your account with ${name}. Its results are deleted after 30 days.`,
		};
	if (failure.status === 404 && batchId !== '') {
		return {
			message: `${name} knows no batch ${batchId}, or its files are gone`,
			remedy: `Check the ID. A batch belongs to the project whose key submitted it, and its results are deleted after 30 days. ${quote}`,
		};
	}
	if (failure.status === 409 || CANNOT_CANCEL.test(failure.message))
		return {
			message: finishedWords(failure),
			remedy: `Use the operation 'Collect' to get its images. ${quote}`,
		};
	return explainFailure(
		failure,
		{ ...NO_MODEL, catalogue: catalogueAt(CATALOGUE, door, '') },
		new Date(),
	);
}

/** "Cannot cancel a batch with status 'completed'." */
const CANNOT_CANCEL = /\bcannot cancel\b/i;

function finishedWords({ message }: Failure): string {
	const status = /\b(completed|failed|expired|cancelled|cancelling)\b/.exec(message)?.[1];
	if (status === 'cancelling') return 'The batch is already being cancelled';
	return `The batch has already finished${status === undefined ? '' : ` (${status})`}, so there is nothing to cancel`;
}
