import type { Failure, FailureKind } from './failure';
import { STOPPED } from './outcome';
import type { RunOptions } from './runRequests';

/** `retry` the same request, `giveUp` on this one, or `stopRun`: every other request would fail the same way. */
export type Reaction = 'retry' | 'giveUp' | 'stopRun';

/** What each kind of failure calls for, and whether the attempt may have been billed although no image came. */
export const REACTIONS: Record<FailureKind, { reaction: Reaction; maybeBilled: boolean }> = {
	invalidInput: { reaction: 'giveUp', maybeBilled: false },
	invalidKey: { reaction: 'stopRun', maybeBilled: false },
	organizationNotVerified: { reaction: 'stopRun', maybeBilled: false },
	permissionDenied: { reaction: 'stopRun', maybeBilled: false },
	insufficientQuota: { reaction: 'stopRun', maybeBilled: false },
	billingLimit: { reaction: 'stopRun', maybeBilled: false },
	rateLimit: { reaction: 'retry', maybeBilled: false },
	moderation: { reaction: 'giveUp', maybeBilled: false },
	modelGone: { reaction: 'giveUp', maybeBilled: false },
	invalidRequest: { reaction: 'giveUp', maybeBilled: false },
	unsupportedFile: { reaction: 'giveUp', maybeBilled: false },
	redirected: { reaction: 'stopRun', maybeBilled: false },
	serverError: { reaction: 'retry', maybeBilled: false },
	notSent: { reaction: 'retry', maybeBilled: false },
	timeout: { reaction: 'retry', maybeBilled: true },
	connectionLost: { reaction: 'retry', maybeBilled: true },
	malformedResponse: { reaction: 'giveUp', maybeBilled: true },
	notStored: { reaction: 'stopRun', maybeBilled: true },
	batchUnfinished: { reaction: 'giveUp', maybeBilled: false },
	batchEnded: { reaction: 'giveUp', maybeBilled: false },
	overBudget: { reaction: 'giveUp', maybeBilled: false },
	waitedTooLong: { reaction: 'giveUp', maybeBilled: false },
	cancelled: { reaction: 'stopRun', maybeBilled: true },
	stopped: { reaction: 'giveUp', maybeBilled: false },
};

/** @param attempts made so far */
export function isWorthRetrying(
	failure: Failure,
	attempts: number,
	{ maxAttempts, maxWaitMs }: Pick<RunOptions, 'maxAttempts' | 'maxWaitMs'>,
): boolean {
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
