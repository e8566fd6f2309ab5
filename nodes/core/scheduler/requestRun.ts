import type { Failure } from '../failures/failure';
import { Answers, type InFlight, type RunParts } from './answers';
import {
	CANCELLED,
	OVER_BUDGET,
	type Pending,
	type PlannedRequest,
	PRICE_UNKNOWN,
	type SendResult,
	unexpected,
	waitedTooLong,
} from './outcome';
import { divide } from './parts';
import { STOP_CHECK_MS } from './sync';

/** What to do after a look at a request: go on, now or soon, because it was sent or is done with; wait for a change; or wait for its rate limit, in ms. */
type Step = 'on' | Promise<void> | 'change' | number;

/** Sends the requests of a run, in their order and as many side by side as may be; see runRequests. */
export class RequestRun<T, R extends PlannedRequest> {
	private readonly run: RunParts<T, R>;

	private readonly answers: Answers<T, R>;

	constructor(run: RunParts<T, R>) {
		this.run = run;
		this.answers = new Answers(run);
	}

	/** @throws what the observer throws, once everything has ended */
	async finish(): Promise<void> {
		const { book, ledger, runtime } = this.run;
		const wake = (): void => book.change.tell();
		const ends = [ledger.listen(wake), runtime.onCancel(wake)];
		await this.sendAll();
		for (const end of ends) end();
		if (book.thrown !== null) throw book.thrown.error;
	}

	/** Starts requests without waiting for their answers, until each has ended. */
	private async sendAll(): Promise<void> {
		const { book, runtime } = this.run;
		while (!book.isDone) {
			const reason = runtime.cancelled() ? CANCELLED : book.stop;
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
		const { book, handler, ledger, limiters, options, stall, runtime } = this.run;
		const { part, bound, limitKey } = pending.request;
		const limiter = limiters.of(limitKey);
		const gone = handler.whyGone(pending.request);
		if (gone !== null) {
			book.take(pending);
			return this.answers.moveOn(pending, gone, { wasRefused: false });
		}
		const route = this.run.fallbacks.routeOf(pending);
		if (route !== null) {
			book.take(pending);
			return this.answers.reroute(pending, route);
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
		const now = runtime.now();
		const delay = limiter.delay(part.images, now);
		if (delay > 0 && stall.at(now) + delay > options.maxWaitMs)
			return this.giveUp(pending, null, waitedTooLong(options.maxWaitMs));
		if (delay > 0) return delay;
		void this.attempt(this.dispatch(pending));
		return 'on';
	}

	/** One that was to go to a fallback may still be served by its own model. */
	private giveUp(pending: Pending<R>, lastFailure: Failure | null, reason: Failure): Step {
		this.run.book.take(pending);
		if (pending.onFallback === null) this.run.book.end(pending, lastFailure ?? reason);
		else this.answers.toOwnModel(pending, reason);
		return 'on';
	}

	private dispatch(pending: Pending<R>): InFlight<R> {
		const { book, fallbacks, ledger, limiters, stall, runtime } = this.run;
		const now = runtime.now();
		const { bound, limitKey, part } = pending.request;
		book.take(pending);
		book.state.inFlight += 1;
		stall.change(now, { inFlight: 1 });
		fallbacks.sent(pending);
		const limiter = limiters.of(limitKey);
		return {
			pending,
			reservation: ledger.reserve(bound),
			limiter,
			sent: limiter.sent(part.images, now),
		};
	}

	private async waitForLimit(delay: number): Promise<void> {
		const { book, stall, runtime } = this.run;
		const start = runtime.now();
		book.state.waitingUntil = start + delay;
		if (delay > STOP_CHECK_MS) book.waiting();
		stall.change(start, { waiting: 1 });
		await runtime.sleep(Math.min(delay, STOP_CHECK_MS));
		const now = runtime.now();
		stall.change(now, { waiting: -1 });
		book.state.waitedMs += now - start;
		book.state.waitingUntil = null;
	}

	/** Never throws: nobody waits for it. */
	private async attempt(inFlight: InFlight<R>): Promise<void> {
		const { book, stall, runtime } = this.run;
		const { pending } = inFlight;
		pending.startedAt ??= runtime.now();
		pending.attempts += 1;
		const result = await this.send(pending);
		book.state.inFlight -= 1;
		stall.change(runtime.now(), { inFlight: -1 });
		try {
			await this.answers.take(inFlight, result);
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
