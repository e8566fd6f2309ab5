import { Answers, type Leaving, type RunParts } from './answers';
import type { Failure } from './failure';
import {
	CANCELLED,
	OVER_BUDGET,
	PRICE_UNKNOWN,
	unexpected,
	waitedTooLong,
	type Pending,
	type PlannedRequest,
	type SendResult,
} from './outcome';
import { divide } from './parts';
import { SLICE_MS } from './sync';

/** What came of a look at a request: it left or is done with, now or soon; something must happen first; or its limit lets it wait, in ms. */
type Step = 'on' | Promise<void> | 'change' | number;

/** Lets the requests of a run leave, in their order and as many side by side as may be; see runRequests. */
export class RequestRun<T, R extends PlannedRequest> {
	private readonly run: RunParts<T, R>;

	private readonly answers: Answers<T, R>;

	constructor(run: RunParts<T, R>) {
		this.run = run;
		this.answers = new Answers(run);
	}

	/** @throws what the observer throws, once everything has ended */
	async finish(): Promise<void> {
		const { book, ledger, world } = this.run;
		const wake = (): void => book.change.tell();
		const ends = [ledger.listen(wake), world.onCancel(wake)];
		await this.departures();
		for (const end of ends) end();
		if (book.thrown !== null) throw book.thrown.error;
	}

	/** Starts requests without waiting for their answers, until each has ended. */
	private async departures(): Promise<void> {
		const { book, world } = this.run;
		while (!book.isDone) {
			const reason = world.cancelled() ? CANCELLED : book.stop;
			if (reason !== null) book.abandon(reason);
			// What is on its way may come back to the queue, even in several pieces.
			const step = this.nextStep();
			if (step === 'change' && !book.isDone) await book.change.next();
			else if (typeof step === 'number') await this.waitForLimit(step);
			else if (typeof step === 'object') await step;
		}
	}

	/** The first request goes first; while its own limit holds it up, one of another limit may go. */
	private nextStep(): Step {
		let least: number | null = null;
		for (const pending of this.run.book.heads()) {
			const step = this.step(pending);
			if (typeof step !== 'number') return step;
			least = Math.min(least ?? step, step);
		}
		return least ?? 'change';
	}

	/** Nothing is waited for here: between the budget's word and the reservation another run may ask it too. */
	private step(pending: Pending<R>): Step {
		const { book, handler, ledger, limiters, options, stall, world } = this.run;
		const { part, bound, limitKey } = pending.request;
		const limiter = limiters.of(limitKey);
		const gone = handler.whyGone(pending.request);
		if (gone !== null) {
			book.take(pending);
			return this.answers.moveOn(pending, gone, { wasRefused: false });
		}
		const way = this.run.detours.wayOf(pending);
		if (way !== null) {
			book.take(pending);
			return this.answers.goAnotherWay(pending, way);
		}
		if (part.images > limiter.largestRequest) {
			book.divide(pending, divide(part, limiter.largestRequest));
			return 'on';
		}
		const admission = ledger.admits(bound, options.budget);
		if (admission === 'never')
			return this.giveUp(
				pending,
				pending.lastFailure,
				bound === null ? PRICE_UNKNOWN : OVER_BUDGET,
			);
		if (admission === 'later' || book.state.inFlight >= limiters.maxInFlight) return 'change';
		const now = world.now();
		const delay = limiter.delay(part.images, now);
		if (delay > 0 && stall.at(now) + delay > options.maxWaitMs)
			return this.giveUp(pending, null, waitedTooLong(options.maxWaitMs));
		if (delay > 0) return delay;
		void this.attempt(this.depart(pending));
		return 'on';
	}

	/** One that was to go to a fallback may still be served by its own model. */
	private giveUp(pending: Pending<R>, lastFailure: Failure | null, reason: Failure): Step {
		this.run.book.take(pending);
		if (pending.detour === null) this.run.book.end(pending, lastFailure ?? reason);
		else this.answers.comeHome(pending, reason);
		return 'on';
	}

	private depart(pending: Pending<R>): Leaving<R> {
		const { book, detours, ledger, limiters, stall, world } = this.run;
		const now = world.now();
		const { bound, limitKey, part } = pending.request;
		book.take(pending);
		book.state.inFlight += 1;
		stall.change(now, { inFlight: 1 });
		detours.sent(pending);
		const limiter = limiters.of(limitKey);
		return {
			pending,
			reservation: ledger.reserve(bound),
			limiter,
			departure: limiter.sent(part.images, now),
		};
	}

	private async waitForLimit(delay: number): Promise<void> {
		const { book, stall, world } = this.run;
		const start = world.now();
		book.state.waitingUntil = start + delay;
		if (delay > SLICE_MS) book.waiting();
		stall.change(start, { waiting: 1 });
		await world.sleep(Math.min(delay, SLICE_MS));
		const now = world.now();
		stall.change(now, { waiting: -1 });
		book.state.waitedMs += now - start;
		book.state.waitingUntil = null;
	}

	/** Never throws: nobody waits for it. */
	private async attempt(leaving: Leaving<R>): Promise<void> {
		const { book, stall, world } = this.run;
		const { pending } = leaving;
		pending.startedAt ??= world.now();
		pending.attempts += 1;
		const result = await this.send(pending);
		book.state.inFlight -= 1;
		stall.change(world.now(), { inFlight: -1 });
		try {
			await this.answers.take(leaving, result);
		} catch (error) {
			book.breakOff(error);
			book.end(pending, unexpected(error));
		}
		book.change.tell();
	}

	/** One that throws is a fault of this package; the others end as they would. */
	private async send({ request, attempts }: Pending<R>): Promise<SendResult<T>> {
		try {
			return await this.run.handler.send(request, attempts);
		} catch (error) {
			return { ok: false, failure: unexpected(error) };
		}
	}
}
