import type { Failure } from '../failures/failure';
import type { Picodollars } from '../util/money';
import type { Outcome, PlannedRequest, SendResult } from './outcome';
import type { Part } from './parts';

/** What to send in the place of a request; `null` = nothing, and why, in a sentence, or `null` where there is nothing to say. */
export interface Fallback<R> {
	request: R | null;
	why: string | null;
}

export interface RunOptions {
	/** Most requests in flight at once; `null` or 0 = as many as the limit and the time of an image ask for. */
	maxConcurrency: number | null;
	/** Most attempts for one request; waiting for the rate limit uses up none. */
	maxAttempts: number;
	/** Start nothing new after the first request that failed for good. */
	stopOnFailure: boolean;
	/** `null` = learn it from the server. */
	imagesPerMinute: number | null;
	/** Most time that the run may wait without an image coming, in ms. */
	maxWaitMs: number;
	/** What all that shares the ledger may cost; `null` = no limit. */
	budget: Picodollars | null;
}

/** Time, chance and the cancel button, passed in: tests need no real time. */
export interface Runtime {
	/** Milliseconds of any steady clock. */
	now: () => number;
	random: () => number;
	/** Ends early when the run is cancelled. */
	sleep: (ms: number) => Promise<void>;
	cancelled: () => boolean;
	/**
	 * Calls back once the run is cancelled.
	 * @returns ends it
	 */
	onCancel: (listener: () => void) => () => void;
}

/** What a request that was answered brought. */
export interface Brought {
	/** Images that are delivered. */
	images: number;
	/** Of the whole request; `null` = not known. */
	cost: Picodollars | null;
	/** Charged on top of a cost that is not known; absent = nothing is known of one. */
	fee?: Picodollars | undefined;
	/** Images that were made and could not be kept; `null` = none. */
	lost: { images: number; cost: Picodollars | null; failure: Failure } | null;
}

/** What the run needs to know of the requests, which it otherwise does not look into. */
export interface RequestHandler<R extends PlannedRequest, T> {
	/** Sends one request and delivers what it brought. */
	send: (request: R, attempt: number) => Promise<SendResult<T>>;
	brought: (value: T) => Brought;
	/** The same plan for other images of it. */
	forPart: (request: R, part: Part) => R;
	/** Why a request can't be sent as it is planned, because its model is known to be gone; `null` = it can. */
	whyGone: (request: R) => Failure | null;
	/** What to send in the place of a request whose model is gone; `null` = nothing. */
	successorOf: (request: R) => Promise<R | null>;
	/** What to send in the place of a request while its model is down, which `why` says; absent = it is not wished for. */
	fallbackOf?: (request: R, why: Failure) => Promise<Fallback<R>>;
}

/** How far the run is. */
export interface RunState {
	inFlight: number;
	/** Until when the rate limit lets nothing through, by the runtime's clock; `null` = it does not hold anything up. */
	waitingUntil: number | null;
	/** Time lost to the rate limit so far, in ms. */
	waitedMs: number;
}

export interface RunObserver<T, R extends PlannedRequest> {
	ended: (outcome: Outcome<T, R>, state: RunState) => void;
	waiting: (state: RunState) => void;
}

export interface FinishedRequests<T, R extends PlannedRequest> {
	/** In the order of the jobs and of each job's images. */
	outcomes: Array<Outcome<T, R>>;
	/** The first request that failed, by time; `null` = none did. */
	firstFailure: Outcome<T, R> | null;
	waitedMs: number;
}
