import { type Failure, localFailure } from '../failures/failure';
import type { RequestState } from './account';
import type { Batch } from './batch';

/** Why a request of a finished batch has no result in either of its files. */
export function whyNoResult(
	{ status, problems }: Batch,
	lineNumber: number,
	state: RequestState,
): Failure {
	if (state.is !== 'failed') return NO_RESULT;
	if (status === 'failed') return refused(problems, lineNumber);
	return localFailure(
		'batchEnded',
		`batch_${status}`,
		`The batch ${status === 'expired' ? 'expired' : 'was cancelled'} before this request was processed.`,
	);
}

/** The same for requests that nothing is known of, not even their id. */
export function whyNameless(batch: Batch, requests: number, state: RequestState): Failure {
	const failure = whyNoResult(batch, 0, state);
	if (requests === 0) return failure;
	return {
		...failure,
		message: `${failure.message} (This applies to ${requests} requests of ${batch.id} whose prompts are no longer known.)`,
	};
}

const NO_RESULT = localFailure(
	'malformedResponse',
	'no_result',
	'The batch contains no result for this request.',
);

function refused(problems: Batch['problems'], lineNumber: number): Failure {
	const problem =
		problems.find(({ line }) => line === lineNumber) ??
		problems.find(({ line }) => line === null) ??
		problems[0];
	const words = problem?.message ?? 'The provider gave no explanation.';
	const where =
		problem !== undefined && problem.line !== null && problem.line !== lineNumber
			? ` (line ${problem.line})`
			: '';
	return localFailure(
		'batchEnded',
		problem?.code ?? 'batch_failed',
		`The whole batch was refused: ${words}${where}`,
	);
}

/** A finished batch whose results are counted and not there yet. */
export function resultsNotReady({ id, counts }: Batch): Failure {
	const results = counts.completed + counts.failed;
	return localFailure(
		'batchUnfinished',
		'results_not_ready',
		`${id} is finished, but its files are not available yet: ${results} of its ${counts.total} requests have a result. Collect it again later.`,
	);
}
