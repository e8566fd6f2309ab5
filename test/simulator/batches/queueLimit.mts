/** What an account may have in all unfinished batches of a model together. */
import { ORGANIZATION } from '../account.mts';
import { ApiError } from '../errors.mts';
import type { State } from '../state.mts';
import type { BatchProblem, StoredBatch } from './batch.mts';
import type { Checked } from './lines.mts';

/** The sentence of the tokens: openai/openai-python#2084. That there is one of requests is an assumption. */
function wordsOf(model: string, what: 'token' | 'request', limit: number): string {
	const number = limit.toLocaleString('en-US');
	return `Enqueued ${what} limit reached for ${model} in organization ${ORGANIZATION}. Limit: ${number} enqueued ${what}s. Please try again once some in_progress batches have been completed.`;
}

/** Takes the room that the lines need. @returns why there is none; null = it is taken */
export function takeRoom(
	state: State,
	batch: StoredBatch,
	{ lines, tokens, model }: Checked,
): BatchProblem | null {
	const { requests: mostRequests = Infinity, tokens: mostTokens = Infinity } =
		state.options.batchQueue ?? {};
	const load = { requests: lines.length, tokens };
	const others = [...state.batches.values()].filter(
		(other) => other !== batch && other.model === model && !other.isFinished,
	);
	const used = (what: keyof typeof load): number =>
		others.reduce((sum, other) => sum + other.load[what], load[what]);
	const code = 'token_limit_exceeded';
	if (used('requests') > mostRequests)
		return {
			code,
			line: null,
			message: wordsOf(model ?? '', 'request', mostRequests),
			param: null,
		};
	if (used('tokens') > mostTokens)
		return { code, line: null, message: wordsOf(model ?? '', 'token', mostTokens), param: null };
	batch.load = load;
	return null;
}

export const refusalOf = (status: number, { code, message }: BatchProblem): ApiError =>
	new ApiError(status, {
		message,
		type: status === 429 ? 'tokens' : 'invalid_request_error',
		param: null,
		code,
	});
