import type { Failure } from '../failures/failure';
import { REACTIONS } from '../scheduler/retry';

/** What is remembered of a batch whose results could not be collected. Times are Unix ms. */
export interface CollectRetry {
	attempts: number;
	firstFailedAt: number;
	/** Not tried again before. */
	notBefore: number;
}

const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 3_600_000;
const GIVE_UP_AFTER_MS = 24 * 3_600_000;

/**
 * When to collect again: at the next poll, then after 1, 2, 4, … minutes, at most an hour.
 * @returns `null` = never: waiting does not help, or a day has passed
 */
export function retryCollecting(
	earlier: CollectRetry | undefined,
	failure: Failure,
	now: number,
): CollectRetry | null {
	const attempts = (earlier?.attempts ?? 0) + 1;
	const firstFailedAt = earlier?.firstFailedAt ?? now;
	// What only the user can put right (key, credit, disk) may be put right by tomorrow; a file that is gone stays gone.
	const mayHelp =
		REACTIONS[failure.kind].reaction !== 'giveUp' ||
		failure.kind === 'malformedResponse' ||
		failure.kind === 'batchUnfinished';
	if (!mayHelp || now - firstFailedAt >= GIVE_UP_AFTER_MS) return null;
	const wait = attempts === 1 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 2));
	return { attempts, firstFailedAt, notBefore: now + wait };
}

/**
 * What n8n kept of it may have been changed: a time that lies further ahead than any wait would block the batch for good.
 * @param retry as it was kept
 * @param now Unix ms
 */
export function credibleRetry(retry: CollectRetry, now: number): CollectRetry {
	const { attempts, firstFailedAt, notBefore } = retry;
	return {
		attempts,
		firstFailedAt: Math.min(firstFailedAt, now),
		notBefore: notBefore > now + LONGEST_WAIT_MS ? now : notBefore,
	};
}
