import type { Failure } from '../failures/failure';
import { type FallbackRouter, type Route, withFallbackReason } from './fallbackRouter';
import type { Ledger, Reservation } from './ledger';
import { CANCELLED, type Pending, type PlannedRequest, type SendResult } from './outcome';
import { divide, partFrom } from './parts';
import type { RateLimiter, SentRequest } from './rateLimit/rateLimiter';
import type { RateLimiters } from './rateLimit/rateLimiters';
import type { PartEnding, RequestBook } from './requestBook';
import { countsInBudget, isMaybeBilled, isWorthRetrying, waitBeforeRetry } from './retry';
import type { StallClock } from './stall';
import { pause } from './sync';
import type { RequestHandler, RunOptions, Runtime } from './types';

/** A request in flight. */
export interface InFlight<R extends PlannedRequest> {
	pending: Pending<R>;
	/** Of what the request's model is limited by. */
	limiter: RateLimiter;
	sent: SentRequest;
	reservation: Reservation;
}

/** What the parts of a run have in common. */
export interface RunParts<T, R extends PlannedRequest> {
	book: RequestBook<T, R>;
	handler: RequestHandler<R, T>;
	options: RunOptions;
	ledger: Ledger;
	runtime: Runtime;
	limiters: RateLimiters;
	fallbacks: FallbackRouter<R>;
	stall: StallClock;
}

/** A role or a chain of successors does not go on for ever. */
const MOST_MOVES = 3;

/** After so many refusals others go first: there may be room for them. */
const PATIENCE = 3;

/** What becomes of a request once its answer is there. */
export class Answers<T, R extends PlannedRequest> {
	private readonly run: RunParts<T, R>;

	constructor(run: RunParts<T, R>) {
		this.run = run;
	}

	/** Ends the request, or brings it back to the queue. */
	async take(inFlight: InFlight<R>, result: SendResult<T>): Promise<void> {
		this.run.fallbacks.returned(inFlight.pending);
		if (result.ok) this.arrived(inFlight, result);
		else await this.failed(inFlight, result);
	}

	/** It may have brought fewer images than were asked for: the rest is asked for again. */
	private arrived(
		{ pending, limiter, sent, reservation }: InFlight<R>,
		{ value, rate = null }: Extract<SendResult<T>, { ok: true }>,
	): void {
		const { book, fallbacks, handler, ledger, stall, runtime } = this.run;
		const { part } = pending.request;
		const { images, cost, fee, lost } = handler.brought(value);
		const made = images + (lost?.images ?? 0);
		ledger.settle(reservation, cost, fee);
		if (made < 1) throw new RangeError('An answer brings at least one image.');
		limiter.answered(sent, rate, runtime.now());
		stall.progressed(runtime.now());
		fallbacks.answered(pending, sent.at);
		const delivered: PartEnding<T> = {
			ok: true,
			value,
			part: partFrom(part, 0, Math.min(images, part.images)),
		};
		const missing: Array<PartEnding<T>> =
			lost === null
				? []
				: [
						{
							ok: false,
							failure: lost.failure,
							cost: lost.cost,
							part: partFrom(part, images, lost.images),
						},
					];
		if (made < part.images)
			book.add(
				handler.forPart(
					pending.onFallback?.request ?? pending.request,
					partFrom(part, made, part.images - made),
				),
			);
		book.finish(pending, [delivered, ...missing]);
	}

	private async failed(
		inFlight: InFlight<R>,
		{ failure, cost = null }: Extract<SendResult<T>, { ok: false }>,
	): Promise<void> {
		const { book, fallbacks, ledger, options, stall, runtime } = this.run;
		const { pending, limiter, sent, reservation } = inFlight;
		const now = runtime.now();
		if (cost !== null) ledger.settle(reservation, cost);
		else if (countsInBudget(failure)) ledger.writeOff(reservation);
		else ledger.release(reservation);
		if (failure.rate !== null && failure.shouldRetry !== false)
			return this.refused(inFlight, failure, now);
		if (failure.kind === 'notSent') limiter.unsent(sent, now);
		else if (failure.status !== null && failure.status < 500) limiter.answered(sent, null, now);
		if (failure.kind === 'tooLarge' && pending.request.part.images > 1) return this.divide(pending);
		if (failure.kind === 'modelGone')
			return await this.moveOn(pending, failure, { wasRefused: true });
		pending.lastFailure = failure;
		if (isMaybeBilled(failure) && cost === null) {
			pending.maybeBilledAttempts += 1;
			pending.isUnclear = true;
		}
		const attempts = pending.attempts - pending.attemptsAtOthers;
		const wait = waitBeforeRetry(failure, attempts, runtime.random());
		const isInTime = stall.at(now) + wait <= options.maxWaitMs;
		const isAgain = !book.isStopped && isInTime && isWorthRetrying(failure, attempts, options);
		const route = book.isStopped ? null : fallbacks.routeAfter(pending, failure, sent.at, isAgain);
		if (route === 'endFallback') return this.toOwnModel(pending, failure);
		if (route === 'toFallback' && (await fallbacks.toFallback(pending, isAgain ? null : failure)))
			return book.requeue(pending);
		if (isAgain) await this.retryAfter(wait, pending, failure);
		else book.end(pending, withFallbackReason(pending, failure), cost);
	}

	private async retryAfter(wait: number, pending: Pending<R>, failure: Failure): Promise<void> {
		const { book, stall, runtime } = this.run;
		book.change.tell();
		stall.change(runtime.now(), { waiting: 1 });
		await pause(runtime, wait, () => book.isStopped);
		stall.change(runtime.now(), { waiting: -1 });
		if (book.isStopped)
			book.end(pending, runtime.cancelled() ? CANCELLED : withFallbackReason(pending, failure));
		else book.requeue(pending);
	}

	private refused({ pending, limiter, sent }: InFlight<R>, { rate }: Failure, now: number): void {
		if (rate !== null) limiter.refused(sent, rate, now);
		pending.attempts -= 1;
		pending.refusals += 1;
		this.run.book.requeue(pending, pending.refusals % PATIENCE === 0 ? 'last' : 'first');
	}

	/** What asks for too much at once may fit in two. */
	private divide(pending: Pending<R>): void {
		const { book } = this.run;
		pending.attempts -= 1;
		book.requeue(pending);
		book.divide(pending, divide(pending.request.part, Math.ceil(pending.request.part.images / 2)));
	}

	/** Another model takes the place of one that is gone; what it may cost is asked of the budget anew. */
	async moveOn(
		pending: Pending<R>,
		failure: Failure,
		{ wasRefused }: { wasRefused: boolean },
	): Promise<void> {
		const { book } = this.run;
		const next =
			pending.moves < MOST_MOVES && !book.isStopped
				? await this.successorOf(pending.request)
				: null;
		if (next === null) return this.toOwnModel(pending, failure);
		const attempts = pending.attempts - (wasRefused ? 1 : 0);
		book.requeue(Object.assign(pending, { request: next, moves: pending.moves + 1, attempts }));
	}

	/** A request that was about to be sent goes to another model first. */
	async reroute(pending: Pending<R>, route: Exclude<Route, null>): Promise<void> {
		const { book, fallbacks } = this.run;
		if (route === 'endFallback')
			return this.toOwnModel(pending, fallbacks.whyDown(pending.request) ?? pending.lastFailure);
		if (route === 'toOwnModel') return this.toOwnModel(pending, null);
		await fallbacks.toFallback(pending, null);
		book.requeue(pending);
	}

	/** @param failure of the fallback that could not serve a request; of the request itself where it was with its own model */
	toOwnModel(pending: Pending<R>, failure: Failure | null): void {
		const { book, fallbacks } = this.run;
		const final = fallbacks.toOwnModel(pending, failure);
		if (final === null) book.requeue(pending);
		else book.end(pending, withFallbackReason(pending, final));
	}

	private async successorOf(request: R): Promise<R | null> {
		try {
			return await this.run.handler.successorOf(request);
		} catch {
			return null;
		}
	}
}
