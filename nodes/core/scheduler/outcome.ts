import { type Failure, localFailure } from '../failures/failure';
import type { RateSignal } from '../failures/rateSignal';
import type { Picodollars } from '../util/money';
import { wordsOf } from '../util/text';
import type { Bound } from './ledger';
import type { Part } from './parts';

/** What sending a request brought. `rate` is what the answer's headers say of the limit. */
export type SendResult<T> =
	| { ok: true; value: T; rate?: RateSignal | null }
	| {
			ok: false;
			failure: Failure;
			/** What was charged all the same, where that is known. */ cost?: Picodollars | null;
	  };

/** A request that is to be sent, as plain data. It is never changed: another model makes another request. */
export interface PlannedRequest {
	readonly part: Part;
	/** `null` = its price is not known. */
	readonly bound: Bound | null;
	/** The same for all that the provider limits together: its model. */
	readonly limitKey: string;
	/** Attempts at it before this run that brought nothing but may have been billed. */
	readonly maybeBilledBefore: number;
}

/** How a request ended, whatever it took. */
export type Outcome<T, R extends PlannedRequest = PlannedRequest> = (
	| { ok: true; value: T }
	| {
			ok: false;
			failure: Failure;
			/** What was charged although nothing came; `null` = not known, or nothing. */ cost: Picodollars | null;
	  }
) & {
	/** As it was sent last. Its part are the images that this is about. */
	request: R;
	/** How often it was sent, refusals for the rate limit not counted; 0 = never. */
	attempts: number;
	/** Attempts that brought nothing but may have been billed, those before this run included. */
	maybeBilledAttempts: number;
	/** From the first attempt's start to the last one's end, in ms. */
	durationMs: number;
};

/** A request that has not ended. */
export interface Pending<R extends PlannedRequest> {
	request: R;
	attempts: number;
	maybeBilledAttempts: number;
	/** How often it was refused for the rate limit. */
	refusals: number;
	/** How often another model took its place. */
	moves: number;
	/** Whether an attempt at any of its images may have been billed, which pieces of it share. */
	isUnclear: boolean;
	/** Set while it is for the fallback of its model; `null` = it is for its own model. */
	onFallback: OnFallback<R> | null;
	/** How many of the attempts were at another model than the one it is for now. */
	attemptsAtOthers: number;
	/** Why no fallback serves it, in a sentence or ''; `null` = it has not been asked for in vain. */
	noFallback: string | null;
	/** Why the last attempt brought nothing, refusals for the rate limit not counted. */
	lastFailure: Failure | null;
	/** `null` = it has not been sent. */
	startedAt: number | null;
}

/** While a request is for the fallback of its model. */
interface OnFallback<R extends PlannedRequest> {
	/** To its own model, perhaps for more images. */
	request: R;
	/** At its own model. */
	attempts: number;
	/** After which its own model is not asked again; `null` = it may be. */
	failure: Failure | null;
}

export function newlyPending<R extends PlannedRequest>(request: R): Pending<R> {
	return {
		request,
		attempts: 0,
		maybeBilledAttempts: request.maybeBilledBefore,
		refusals: 0,
		moves: 0,
		isUnclear: request.maybeBilledBefore > 0,
		onFallback: null,
		attemptsAtOthers: 0,
		noFallback: null,
		lastFailure: null,
		startedAt: null,
	};
}

export const CANCELLED = localFailure('cancelled', 'cancelled', 'The execution was cancelled.');

export const STOPPED = localFailure(
	'stopped',
	'not_started',
	'Stopped because another item failed.',
);

/** A part that would be made, billed and lost like the one that n8n could not store. */
export const NO_STORAGE = localFailure(
	'stopped',
	'not_started',
	'Not started because n8n could not store another image.',
);

/** Something here threw, which is a fault of this package. What the attempt did is not known. */
export const unexpected = (error: unknown): Failure =>
	localFailure(
		'unexpected',
		'unexpected_error',
		`Something unexpected went wrong: ${wordsOf(error)}`,
	);

/** A part that the budget has no room for. */
export const OVER_BUDGET = localFailure(
	'overBudget',
	'budget',
	'Not started because the budget was reached.',
);

/** A part that a budget can't be kept for. */
export const PRICE_UNKNOWN = localFailure(
	'priceUnknown',
	'price_unknown',
	"'Budget (USD)' is set, but the price of the model is not known, so the budget can't be kept.",
);

/** A part that would have to wait longer than allowed while nothing else gets on. */
export function waitedTooLong(maxWaitMs: number): Failure {
	const minutes = Math.round(maxWaitMs / 6000) / 10;
	return localFailure(
		'waitedTooLong',
		'rate_limit_wait_exceeded',
		`After waiting ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, the rate limit still allowed no image.`,
	);
}
