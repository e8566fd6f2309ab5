import { localFailure, type Failure } from '../run/failure';
import type { Batch } from './batch';

/** Why a line of a finished batch has no result in either of its files. */
export function whyNoResult({ status, problems }: Batch, lineNumber: number): Failure {
	const problem = problems.find(({ line }) => line === lineNumber) ?? problems.find(({ line }) => line === null) ?? problems[0];
	if (status === 'failed') {
		const words = problem === undefined ? 'The provider gives no explanation.' : problem.message;
		const where = problem?.line !== undefined && problem.line !== null && problem.line !== lineNumber ? ` (line ${problem.line})` : '';
		return localFailure('batchEnded', problem?.code ?? 'batch_failed', `The whole batch was refused: ${words}${where}`);
	}
	if (status === 'expired') return localFailure('batchEnded', 'batch_expired', 'The batch expired before this request was worked on.');
	if (status === 'cancelled') return localFailure('batchEnded', 'batch_cancelled', 'The batch was cancelled before this request was worked on.');
	return localFailure('batchEnded', 'no_result', 'The batch holds no result for this request.');
}
