import { FallbackRouter } from './fallbackRouter';
import type { Ledger } from './ledger';
import type { PlannedRequest } from './outcome';
import { byPosition } from './parts';
import { RateLimiters } from './rateLimit/rateLimiters';
import { RequestBook } from './requestBook';
import { RequestRun } from './requestRun';
import { StallClock } from './stall';
import type { FinishedRequests, RequestHandler, RunObserver, RunOptions, Runtime } from './types';

/**
 * Works through requests side by side: within the rate limit, the budget and the number in flight, trying
 * again what is worth it. What is in flight when the run stops is finished, because it is paid for;
 * nothing is sent after that, no retry either.
 * @param ledger of all runs that share the budget
 * @throws what the observer throws, once everything has ended
 */
export async function runRequests<T, R extends PlannedRequest>(
	requests: readonly R[],
	handler: RequestHandler<R, T>,
	options: RunOptions,
	ledger: Ledger,
	runtime: Runtime,
	observer: RunObserver<T, R>,
): Promise<FinishedRequests<T, R>> {
	const book = new RequestBook(requests, handler, options, runtime, observer);
	const limiters = new RateLimiters(options, runtime.random, runtime.now);
	await new RequestRun({
		book,
		handler,
		options,
		ledger,
		runtime,
		limiters,
		fallbacks: new FallbackRouter(handler, runtime.now),
		stall: new StallClock(),
	}).finish();
	const { outcomes, state } = book;
	const firstFailure =
		outcomes.find((outcome) => !outcome.ok && outcome.failure.kind !== 'overBudget') ?? null;
	outcomes.sort((a, b) => byPosition(a.request.part, b.request.part));
	return { outcomes, firstFailure, waitedMs: Math.round(state.waitedMs) };
}
