import type { Picodollars } from '../pricing/money';
import type { Outcome, SendResult } from './outcome';
import { byPosition, type Part } from './parts';
import { RequestRun } from './requestRun';

export interface RunOptions {
	/** Most requests in flight at once. */
	maxConcurrency: number;
	/** Most attempts for one request; waiting for the rate limit uses up none. */
	maxAttempts: number;
	/** Start nothing new after the first request that failed for good. */
	stopOnFailure: boolean;
	/** `null` = learn it from the server. */
	imagesPerMinute: number | null;
	/** Most time that a request may have waited for the rate limit, in ms. */
	maxWaitMs: number;
	/** `null` = none. */
	budget: Picodollars | null;
}

/** The world, passed in: tests need no real time. */
export interface RunWorld {
	/** Milliseconds of any steady clock. */
	now: () => number;
	random: () => number;
	/** Ends early when the run is cancelled. */
	sleep: (ms: number) => Promise<void>;
	cancelled: () => boolean;
}

/** What the run needs to know of the requests, which it otherwise does not look into. */
export interface RequestKind<T> {
	/** Sends one request and delivers what it brought; it never throws. */
	send: (part: Part, attempt: number) => Promise<SendResult<T>>;
	/** Upper bound of what a part costs. */
	estimate: (part: Part) => Picodollars;
	/** What it did cost; `null` = unknown. */
	costOf: (value: T) => Picodollars | null;
}

/** How far the run is. */
export interface RunState {
	inFlight: number;
	/** Until when the rate limit lets nothing through, by the world's clock; `null` = it does not hold anything up. */
	waitingUntil: number | null;
	/** Time lost to the rate limit so far, in ms. */
	waitedMs: number;
}

export interface RunObserver<T> {
	ended: (outcome: Outcome<T>, state: RunState) => void;
	waiting: (state: RunState) => void;
}

export interface FinishedRequests<T> {
	/** In the order of the jobs and of each job's images. */
	outcomes: Array<Outcome<T>>;
	/** The first request that failed, by time; `null` = none did. */
	firstFailure: Outcome<T> | null;
	waitedMs: number;
}

/**
 * Works through requests side by side: within the rate limit, the budget and the number in flight, trying
 * again what is worth it. What is in flight when the run stops is finished, because it is paid for;
 * nothing is sent after that, no retry either.
 */
export async function runRequests<T>(
	parts: readonly Part[],
	kind: RequestKind<T>,
	options: RunOptions,
	world: RunWorld,
	observer: RunObserver<T>,
): Promise<FinishedRequests<T>> {
	const run = new RequestRun(parts, kind, options, world, observer);
	await run.finish();
	const firstFailure = run.outcomes.find((outcome) => !outcome.ok && outcome.failure.kind !== 'overBudget') ?? null;
	run.outcomes.sort((a, b) => byPosition(a.part, b.part));
	return { outcomes: run.outcomes, firstFailure, waitedMs: Math.round(run.state.waitedMs) };
}
