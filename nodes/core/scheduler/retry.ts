import type { Failure, FailureKind } from '../failures/failure';
import { NO_STORAGE, STOPPED } from './outcome';
import type { RunOptions } from './types';

/** `retry` the same request, `giveUp` on this one, or `stopRun`: every other request would fail the same way. */
type Reaction = 'retry' | 'giveUp' | 'stopRun';

/**
 * Whether an attempt that brought no image was billed: `maybe` when nobody knows how it ended, `unknown` when it was
 * refused after work had been done on it.
 */
export type AttemptBilled = 'no' | 'maybe' | 'unknown';

/** What each kind of failure calls for, and whether its attempt was billed. */
export const REACTIONS: Record<FailureKind, { reaction: Reaction; billed: AttemptBilled }> = {
	invalidInput: { reaction: 'giveUp', billed: 'no' },
	invalidKey: { reaction: 'stopRun', billed: 'no' },
	organizationNotVerified: { reaction: 'stopRun', billed: 'no' },
	permissionDenied: { reaction: 'stopRun', billed: 'no' },
	insufficientQuota: { reaction: 'stopRun', billed: 'no' },
	billingLimit: { reaction: 'stopRun', billed: 'no' },
	rateLimit: { reaction: 'retry', billed: 'no' },
	limitIsZero: { reaction: 'stopRun', billed: 'no' },
	tooLarge: { reaction: 'giveUp', billed: 'no' },
	moderation: { reaction: 'giveUp', billed: 'unknown' },
	modelGone: { reaction: 'giveUp', billed: 'no' },
	modelNotAllowed: { reaction: 'giveUp', billed: 'no' },
	invalidRequest: { reaction: 'giveUp', billed: 'no' },
	unsupportedFile: { reaction: 'giveUp', billed: 'no' },
	redirected: { reaction: 'stopRun', billed: 'no' },
	serverError: { reaction: 'retry', billed: 'no' },
	gatewayTimeout: { reaction: 'retry', billed: 'maybe' },
	conflict: { reaction: 'retry', billed: 'maybe' },
	notSent: { reaction: 'retry', billed: 'no' },
	notReachable: { reaction: 'stopRun', billed: 'no' },
	timeout: { reaction: 'retry', billed: 'maybe' },
	connectionLost: { reaction: 'retry', billed: 'maybe' },
	malformedResponse: { reaction: 'giveUp', billed: 'maybe' },
	notStored: { reaction: 'stopRun', billed: 'maybe' },
	batchUnfinished: { reaction: 'giveUp', billed: 'no' },
	batchEnded: { reaction: 'giveUp', billed: 'no' },
	overBudget: { reaction: 'giveUp', billed: 'no' },
	priceUnknown: { reaction: 'giveUp', billed: 'no' },
	waitedTooLong: { reaction: 'giveUp', billed: 'no' },
	cancelled: { reaction: 'stopRun', billed: 'maybe' },
	unexpected: { reaction: 'stopRun', billed: 'maybe' },
	stopped: { reaction: 'giveUp', billed: 'no' },
};

/** An attempt of which nobody knows how it ended, so that it may have been billed although no image came. */
export const isMaybeBilled = ({ kind }: Pick<Failure, 'kind'>): boolean =>
	REACTIONS[kind].billed === 'maybe';

/** An attempt that a budget counts in full, because it may have cost something. */
export const countsInBudget = ({ kind }: Pick<Failure, 'kind'>): boolean =>
	REACTIONS[kind].billed !== 'no';

/** @param attempts made so far */
export function isWorthRetrying(
	failure: Failure,
	attempts: number,
	{ maxAttempts, maxWaitMs }: Pick<RunOptions, 'maxAttempts' | 'maxWaitMs'>,
): boolean {
	const isInTime = (failure.retryAfterMs ?? 0) <= maxWaitMs;
	return mayPass(failure) && attempts < maxAttempts && isInTime;
}

/** The API's own word counts, but where every request would be refused, and of what moderation has blocked. */
function mayPass({ kind, shouldRetry }: Failure): boolean {
	const { reaction } = REACTIONS[kind];
	if (reaction === 'stopRun' || kind === 'moderation') return false;
	return shouldRetry ?? reaction === 'retry';
}

/** What to tell of requests that are not started after this failure; `null` = go on with them. */
export function reasonToStop(failure: Failure, { stopOnFailure }: RunOptions): Failure | null {
	if (failure.kind === 'overBudget') return null;
	// Its own words would say of what was never sent that it was billed.
	if (failure.kind === 'notStored') return NO_STORAGE;
	if (REACTIONS[failure.kind].reaction === 'stopRun') return failure;
	return stopOnFailure ? STOPPED : null;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Wait before the next attempt, in ms: at least what the API asked for, else doubling from half a
 * second, with jitter so that requests do not come back together.
 * @param attempt the one that failed, from 1
 * @param random from 0 to below 1
 */
export function waitBeforeRetry(failure: Failure, attempt: number, random: number): number {
	const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
	if (failure.retryAfterMs !== null)
		return Math.round(failure.retryAfterMs + random * FIRST_WAIT_MS);
	return Math.round(backoff * (0.5 + random / 2));
}
