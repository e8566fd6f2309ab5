import type { Failure, FailureKind } from './failure';
import { STOPPED } from './outcome';
import type { RunOptions } from './runRequests';

/** `retry` the same request, `giveUp` on this one, or `stopRun`: every other request would fail the same way. */
export type Reaction = 'retry' | 'giveUp' | 'stopRun';

/** What each kind of failure calls for, and whether the attempt may have been billed although no image came. */
export const REACTIONS: Record<FailureKind, { reaction: Reaction; billed: 'no' | 'maybe' | 'unknown' }> = {
	invalidInput: { reaction: 'giveUp', billed: 'no' },
	invalidKey: { reaction: 'stopRun', billed: 'no' },
	organizationNotVerified: { reaction: 'stopRun', billed: 'no' },
	permissionDenied: { reaction: 'stopRun', billed: 'no' },
	insufficientQuota: { reaction: 'stopRun', billed: 'no' },
	billingLimit: { reaction: 'stopRun', billed: 'no' },
	rateLimit: { reaction: 'retry', billed: 'no' },
	moderation: { reaction: 'giveUp', billed: 'unknown' },
	modelGone: { reaction: 'giveUp', billed: 'no' },
	invalidRequest: { reaction: 'giveUp', billed: 'no' },
	unsupportedFile: { reaction: 'giveUp', billed: 'no' },
	redirected: { reaction: 'stopRun', billed: 'no' },
	serverError: { reaction: 'retry', billed: 'no' },
	notSent: { reaction: 'retry', billed: 'no' },
	timeout: { reaction: 'retry', billed: 'maybe' },
	connectionLost: { reaction: 'retry', billed: 'maybe' },
	malformedResponse: { reaction: 'giveUp', billed: 'maybe' },
	notStored: { reaction: 'stopRun', billed: 'maybe' },
	batchUnfinished: { reaction: 'giveUp', billed: 'no' },
	batchEnded: { reaction: 'giveUp', billed: 'no' },
	overBudget: { reaction: 'giveUp', billed: 'no' },
	waitedTooLong: { reaction: 'giveUp', billed: 'no' },
	cancelled: { reaction: 'stopRun', billed: 'maybe' },
	priceUnknown: { reaction: 'giveUp', billed: 'no' },
	unexpected: { reaction: 'stopRun', billed: 'maybe' },
	stopped: { reaction: 'giveUp', billed: 'no' },
};

export const isMaybeBilled = ({ kind }: Failure): boolean => REACTIONS[kind].billed === 'maybe';

/** An attempt whose fate is not known counts in full. */
export const countsInBudget = ({ kind }: Failure): boolean => REACTIONS[kind].billed !== 'no';

/** @param attempts made so far */
export function isWorthRetrying(
	failure: Failure,
	attempts: number,
	{ maxAttempts, maxWaitMs }: Pick<RunOptions, 'maxAttempts' | 'maxWaitMs'>,
): boolean {
	if (failure.shouldRetry === false) return false;
	const isInTime = (failure.retryAfterMs ?? 0) <= maxWaitMs;
	return REACTIONS[failure.kind].reaction === 'retry' && attempts < maxAttempts && isInTime;
}

/** What to tell of requests that are not started after this failure; `null` = go on with them. */
export function reasonToStop(failure: Failure, { stopOnFailure }: RunOptions): Failure | null {
	if (failure.kind === 'overBudget') return null;
	if (REACTIONS[failure.kind].reaction === 'stopRun') return failure;
	return stopOnFailure ? STOPPED : null;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Wait before the next attempt, in ms: at least what the API asked for, else doubling from half a
 * second, with jitter so that lanes do not come back together.
 * @param attempt the one that failed, from 1
 * @param random from 0 to below 1
 */
export function waitBeforeRetry(failure: Failure, attempt: number, random: number): number {
	const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
	if (failure.retryAfterMs !== null) return Math.round(failure.retryAfterMs + random * FIRST_WAIT_MS);
	return Math.round(backoff * (0.5 + random / 2));
}
