import { Answers, type Leaving, type RunParts } from './answers';
import { CANCELLED, OVER_BUDGET, PRICE_UNKNOWN, unexpected, waitedTooLong, type Pending, type PlannedRequest, type SendResult } from './outcome';
import { divide } from './parts';
import { Exclusive, SLICE_MS } from './sync';

/** Lets the requests of a run leave, in their order and as many side by side as may be; see runRequests. */
export class RequestRun<T, R extends PlannedRequest> {
	/** One lane at a time asks for the next request, so that they leave in order. */
	private readonly gate = new Exclusive();

	private readonly run: RunParts<T, R>;

	private readonly answers: Answers<T, R>;

	constructor(run: RunParts<T, R>) {
		this.run = run;
		this.answers = new Answers(run);
	}

	/** @throws what the observer throws, once everything has ended */
	async finish(): Promise<void> {
		const { book, ledger, options, world } = this.run;
		const wake = (): void => book.change.tell();
		const ends = [ledger.listen(wake), world.onCancel(wake)];
		await Promise.all(Array.from({ length: Math.max(1, options.maxConcurrency) }, async () => await this.lane()));
		for (const end of ends) end();
		if (book.thrown !== null) throw book.thrown.error;
	}

	private async lane(): Promise<void> {
		for (;;) {
			const next = await this.gate.run(async () => await this.nextDeparture());
			if (next === null) return;
			await this.attempt(next);
			this.run.book.change.tell();
		}
	}

	/** Waits until the next request may leave. @returns `null` when there is none left */
	private async nextDeparture(): Promise<Leaving<R> | null> {
		const { book, world } = this.run;
		for (;;) {
			const reason = world.cancelled() ? CANCELLED : book.stop;
			if (reason !== null) book.abandon(reason);
			const pending = book.first;
			if (pending !== undefined) {
				const leaving = await this.leave(pending);
				if (leaving !== null) return leaving;
			} else if (book.isDone) {
				return null;
			} else {
				// What is on its way may come back to the queue, even in several pieces.
				await book.change.next();
			}
		}
	}

	/** Takes the first request one step on. @returns `null` unless it left */
	private async leave(pending: Pending<R>): Promise<Leaving<R> | null> {
		const { book, handler, ledger, options, pacer, world } = this.run;
		const { part, bound } = pending.request;
		const gone = handler.whyGone(pending.request);
		if (gone !== null) {
			book.take();
			await this.answers.moveOn(pending, gone, { wasRefused: false });
			return null;
		}
		if (part.images > pacer.largestRequest) {
			book.divideFirst(divide(part, pacer.largestRequest));
			return null;
		}
		const admission = ledger.admits(bound, options.budget);
		if (admission === 'never') {
			book.take();
			book.end(pending, pending.lastFailure ?? (bound === null ? PRICE_UNKNOWN : OVER_BUDGET));
			return null;
		}
		if (admission === 'later' || book.state.inFlight >= pacer.maxInFlight) {
			await book.change.next();
			return null;
		}
		const delay = pacer.delay(part.images, world.now());
		// Between the budget's word and the reservation nothing may be waited for: another run may ask it too.
		if (delay === 0) return this.depart(pending);
		await this.waitForLimit(pending, delay);
		return null;
	}

	private depart(pending: Pending<R>): Leaving<R> {
		const { book, ledger, pacer, stall, world } = this.run;
		const now = world.now();
		book.take();
		book.state.inFlight += 1;
		stall.change(now, { inFlight: 1 });
		return {
			pending,
			reservation: ledger.reserve(pending.request.bound),
			departure: pacer.sent(pending.request.part.images, now),
		};
	}

	/** Waits a while for the rate limit, or gives the request up. */
	private async waitForLimit(pending: Pending<R>, delay: number): Promise<void> {
		const { book, options, stall, world } = this.run;
		const start = world.now();
		if (stall.at(start) + delay > options.maxWaitMs) {
			book.take();
			return book.end(pending, waitedTooLong(options.maxWaitMs));
		}
		book.state.waitingUntil = start + delay;
		if (delay > SLICE_MS) book.waiting();
		stall.change(start, { waiting: 1 });
		await world.sleep(Math.min(delay, SLICE_MS));
		const now = world.now();
		stall.change(now, { waiting: -1 });
		book.state.waitedMs += now - start;
		book.state.waitingUntil = null;
	}

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
