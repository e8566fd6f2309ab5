import { told, type Detours, type Way } from './detours';
import type { Failure } from './failure';
import type { Ledger, Reservation } from './ledger';
import { CANCELLED, type Pending, type PlannedRequest, type SendResult } from './outcome';
import { divide, partFrom } from './parts';
import type { Departure, RateLimiter } from './rateLimiter';
import type { RateLimiters } from './rateLimiters';
import type { Ending, RequestBook } from './requestBook';
import { countsInBudget, isMaybeBilled, isWorthRetrying, waitBeforeRetry } from './retry';
import type { RequestHandler, RunOptions, RunWorld } from './runRequests';
import type { StallClock } from './stall';
import { pause } from './sync';

/** A request in flight. */
export interface Leaving<R extends PlannedRequest> {
	pending: Pending<R>;
	/** Of what the request's model is limited by. */
	limiter: RateLimiter;
	departure: Departure;
	reservation: Reservation;
}

/** What the parts of a run have in common. */
export interface RunParts<T, R extends PlannedRequest> {
	book: RequestBook<T, R>;
	handler: RequestHandler<R, T>;
	options: RunOptions;
	ledger: Ledger;
	world: RunWorld;
	limiters: RateLimiters;
	detours: Detours<R>;
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
	async take(leaving: Leaving<R>, result: SendResult<T>): Promise<void> {
		this.run.detours.returned(leaving.pending);
		if (result.ok) this.arrived(leaving, result);
		else await this.failed(leaving, result);
	}

	/** It may have brought fewer images than were asked for: the rest is asked for again. */
	private arrived(
		{ pending, limiter, departure, reservation }: Leaving<R>,
		{ value, rate = null }: Extract<SendResult<T>, { ok: true }>,
	): void {
		const { book, detours, handler, ledger, stall, world } = this.run;
		const { part } = pending.request;
		const { images, cost, fee, lost } = handler.brought(value);
		const made = images + (lost?.images ?? 0);
		ledger.settle(reservation, cost, fee);
		if (made < 1) throw new RangeError('An answer brings at least one image.');
		limiter.answered(departure, rate, world.now());
		stall.progressed(world.now());
		detours.answered(pending, departure.at);
		const delivered: Ending<T> = {
			ok: true,
			value,
			part: partFrom(part, 0, Math.min(images, part.images)),
		};
		const missing: Array<Ending<T>> =
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
					pending.detour?.request ?? pending.request,
					partFrom(part, made, part.images - made),
				),
			);
		book.finish(pending, [delivered, ...missing]);
	}

	private async failed(
		leaving: Leaving<R>,
		{ failure, cost = null }: Extract<SendResult<T>, { ok: false }>,
	): Promise<void> {
		const { book, detours, ledger, options, stall, world } = this.run;
		const { pending, limiter, departure, reservation } = leaving;
		const now = world.now();
		if (cost !== null) ledger.settle(reservation, cost);
		else if (countsInBudget(failure)) ledger.writeOff(reservation);
		else ledger.release(reservation);
		if (failure.rate !== null && failure.shouldRetry !== false)
			return this.refused(leaving, failure, now);
		if (failure.kind === 'notSent') limiter.unsent(departure, now);
		else if (failure.status !== null && failure.status < 500)
			limiter.answered(departure, null, now);
		if (failure.kind === 'tooLarge' && pending.request.part.images > 1) return this.divide(pending);
		if (failure.kind === 'modelGone')
			return await this.moveOn(pending, failure, { wasRefused: true });
		pending.lastFailure = failure;
		if (isMaybeBilled(failure) && cost === null) {
			pending.maybeBilledAttempts += 1;
			pending.isUnclear = true;
		}
		const attempts = pending.attempts - pending.attemptsElsewhere;
		const wait = waitBeforeRetry(failure, attempts, world.random());
		const isInTime = stall.at(now) + wait <= options.maxWaitMs;
		const isAgain = !book.isStopped && isInTime && isWorthRetrying(failure, attempts, options);
		const way = book.isStopped ? null : detours.wayAfter(pending, failure, departure.at, isAgain);
		if (way === 'back') return this.comeHome(pending, failure);
		if (way === 'away' && (await detours.leave(pending, isAgain ? null : failure)))
			return book.comeBack(pending);
		if (isAgain) await this.retryAfter(wait, pending, failure);
		else book.end(pending, told(pending, failure), cost);
	}

	private async retryAfter(wait: number, pending: Pending<R>, failure: Failure): Promise<void> {
		const { book, stall, world } = this.run;
		book.change.tell();
		stall.change(world.now(), { waiting: 1 });
		await pause(world, wait, () => book.isStopped);
		stall.change(world.now(), { waiting: -1 });
		if (book.isStopped) book.end(pending, world.cancelled() ? CANCELLED : told(pending, failure));
		else book.comeBack(pending);
	}

	private refused(
		{ pending, limiter, departure }: Leaving<R>,
		{ rate }: Failure,
		now: number,
	): void {
		if (rate !== null) limiter.refused(departure, rate, now);
		pending.attempts -= 1;
		pending.refusals += 1;
		this.run.book.comeBack(pending, pending.refusals % PATIENCE === 0 ? 'last' : 'first');
	}

	/** What asks for too much at once may fit in two. */
	private divide(pending: Pending<R>): void {
		const { book } = this.run;
		pending.attempts -= 1;
		book.comeBack(pending);
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
		if (next === null) return this.comeHome(pending, failure);
		const attempts = pending.attempts - (wasRefused ? 1 : 0);
		book.comeBack(Object.assign(pending, { request: next, moves: pending.moves + 1, attempts }));
	}

	/** A request that was to leave goes to another model first. */
	async goAnotherWay(pending: Pending<R>, way: Exclude<Way, null>): Promise<void> {
		const { book, detours } = this.run;
		if (way === 'back')
			return this.comeHome(pending, detours.whyDown(pending.request) ?? pending.lastFailure);
		if (way === 'home') return this.comeHome(pending, null);
		await detours.leave(pending, null);
		book.comeBack(pending);
	}

	/** @param failure of the fallback that could not serve a request; of the request itself where it was with its own model */
	comeHome(pending: Pending<R>, failure: Failure | null): void {
		const { book, detours } = this.run;
		const final = detours.comeHome(pending, failure);
		if (final === null) book.comeBack(pending);
		else book.end(pending, told(pending, final));
	}

	private async successorOf(request: R): Promise<R | null> {
		try {
			return await this.run.handler.successorOf(request);
		} catch {
			return null;
		}
	}
}
