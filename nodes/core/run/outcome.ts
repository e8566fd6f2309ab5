import type { Picodollars } from '../pricing/money';
import { localFailure, type Failure } from './failure';
import { divide, type Part } from './parts';
import type { RateSignal } from './rateSignal';

/** What sending a request brought. `rate` is what the answer's headers say of the limit. */
export type SendResult<T> =
	| { ok: true; value: T; rate?: RateSignal | null }
	| { ok: false; failure: Failure };

/** How a request ended, whatever it took. */
export type Outcome<T> = ({ ok: true; value: T } | { ok: false; failure: Failure }) & {
	part: Part;
	/** How often it was sent, refusals for the rate limit not counted; 0 = never. */
	attempts: number;
	/** Attempts that brought nothing but may have been billed. */
	maybeBilledAttempts: number;
	/** From the first attempt's start to the last one's end, in ms. */
	durationMs: number;
};

/** A request on its way through the run. */
export interface Pending {
	part: Part;
	attempts: number;
	maybeBilledAttempts: number;
	/** Why the last attempt brought nothing, refusals for the rate limit not counted. */
	lastFailure: Failure | null;
	/** `null` = it has not been sent. */
	startedAt: number | null;
}

export function newlyPending(part: Part): Pending {
	return { part, attempts: 0, maybeBilledAttempts: 0, lastFailure: null, startedAt: null };
}

/** What may have been billed is counted once, with the first piece. */
export function piecesOf(pending: Pending, most: number): Pending[] {
	return divide(pending.part, most).map((part, index) => ({
		...pending,
		part,
		maybeBilledAttempts: index === 0 ? pending.maybeBilledAttempts : 0,
	}));
}

export const CANCELLED = localFailure('cancelled', 'cancelled', 'The execution was cancelled.');

export const STOPPED = localFailure('stopped', 'not_started', 'Stopped, because another item failed.');

/** A part that the budget has no room for. @param estimate of the part, upper bound */
export function overBudget(estimate: Picodollars): Failure & { estimate: Picodollars } {
	const failure = localFailure('overBudget', 'budget', 'Not started, because the budget is reached.');
	return { ...failure, estimate };
}

/** A part that would have to wait for the rate limit longer than allowed. */
export function waitedTooLong(maxWaitMs: number): Failure {
	const minutes = Math.round(maxWaitMs / 6000) / 10;
	return localFailure(
		'waitedTooLong',
		'rate_limit_wait_exceeded',
		`The rate limit lets no more images through within ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} of waiting.`,
	);
}
