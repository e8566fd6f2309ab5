import { CATALOGUE } from '../../core/catalogue/catalogue';
import type { Failure } from '../../core/failures/failure';
import { type ApiServer, catalogueAt } from '../../core/providers/connection';
import { explainFailure, type Explanation } from '../n8n/errors';
import { atStart } from '../n8n/explanationWords';
import { NO_MODEL } from './settings';

/** @param batchId empty = no batch of its own, such as a list */
export function explainBatchFailure(
	failure: Failure,
	batchId: string,
	server: ApiServer,
): Explanation {
	const { provider } = server;
	const name = atStart(provider.nameInSentence ?? provider.name);
	const quote = `${name} says: ${failure.message}`;
	if (failure.code === 'results_not_ready')
		return {
			message: failure.message,
			remedy: `Try again in a few minutes. Nothing is lost: what ${name} has made can be collected then.`,
		};
	if (failure.code === 'results_gone')
		return {
			message: failure.message,
			remedy: `Look for the batch in your account with ${name}. Its results are deleted after 30 days.`,
		};
	if (failure.status === 404 && batchId !== '') {
		return {
			message: `${name} has no batch ${batchId}, or its files were deleted`,
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
		{ ...NO_MODEL, catalogue: catalogueAt(CATALOGUE, server, '') },
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
