import { type Failure, localFailure } from '../failures/failure';
import type { Batch } from './batch';

/**
 * What an account may have in its queue at once, by model: tokens of the prompts in all batches that have not ended.
 * A batch beyond it is refused when it is created, or more often fails while it is validated: "Enqueued token limit
 * reached for gpt-4o-mini in organization org-x. Limit: 2,000,000 enqueued tokens. Please try again once some
 * in_progress batches have been completed." (openai/openai-python#2084)
 */
const CODE = 'token_limit_exceeded';
const WORDS = /\benqueued (?:token|request)s? limit\b|\benqueued (?:tokens|requests)\b/i;

export const isRoomRefusal = ({
	code,
	message,
}: {
	code: string | null;
	message: string;
}): boolean => code === CODE || WORDS.test(message);

/** Why a batch failed, if it is for want of room; `null` = it is not. Nothing of it was worked on. */
export function roomFailureOf({
	status,
	problems,
}: Pick<Batch, 'status' | 'problems'>): Failure | null {
	const problem = status === 'failed' ? problems.find(isRoomRefusal) : undefined;
	return problem === undefined ? null : localFailure('batchEnded', CODE, problem.message);
}

/** "Limit: 40 enqueued requests": the most requests that fit; `null` = the limit is one of tokens, or not stated. */
export function requestsThatFit(message: string): number | null {
	const stated = /Limit:\s*(\d[\d,]*)\s+enqueued requests/i.exec(message)?.[1];
	const number = Number(stated?.replaceAll(',', ''));
	return Number.isSafeInteger(number) && number > 0 ? number : null;
}

export const ROOM_ADVICE =
	"OpenAI limits how much may be queued in all unfinished batches of a model together. Submit these items again once earlier batches have ended, raise 'Max Queue Wait (Minutes)' under 'Run Settings' so that this node waits and submits them, or ask OpenAI for a higher batch queue limit.";
