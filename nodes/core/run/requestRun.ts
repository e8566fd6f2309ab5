import { Budget } from './budget';
import { Exclusive, pause, Signal, SLICE_MS } from './sync';
import type { Failure } from './failure';
import { CANCELLED, newlyPending, overBudget, piecesOf, waitedTooLong, type Outcome, type Pending } from './outcome';
import type { Departure } from './departure';
import { Pacer } from './pacer';
import type { Part } from './parts';
import { ZERO } from '../pricing/money';
import { countsInBudget, isMaybeBilled, isWorthRetrying, reasonToStop, waitBeforeRetry } from './retry';
import type { RequestKind, RunObserver, RunOptions, RunState, RunWorld } from './runRequests';


interface Leaving {
	pending: Pending;
	departure: Departure;
}

/** The state of one run; see runRequests for what it does. */
export class RequestRun<T> {
	readonly outcomes: Array<Outcome<T>> = [];

	readonly state: RunState = { inFlight: 0, waitingUntil: null, waitedMs: 0 };

	private readonly queue: Pending[];

	private readonly pacer: Pacer;

	private readonly budget: Budget;

	/** One lane at a time asks for the next request, so that they leave in order. */
	private readonly gate = new Exclusive();

	/** Told whenever a request has come back. */
	private readonly cameBack = new Signal();

	/** Requests that have not ended: queued, in flight, or about to be tried again. */
	private unfinished: number;

	private stop: Failure | null = null;

	private readonly kind: RequestKind<T>;

	private readonly options: RunOptions;

	private readonly world: RunWorld;

	private readonly observer: RunObserver<T>;

	constructor(parts: readonly Part[], kind: RequestKind<T>, options: RunOptions, world: RunWorld, observer: RunObserver<T>) {
		this.kind = kind;
		this.options = options;
		this.world = world;
		this.observer = observer;
		this.queue = parts.map(newlyPending);
		this.unfinished = parts.length;
		this.pacer = new Pacer(options, world.random, world.now());
		this.budget = new Budget(options.budget);
	}

	async finish(): Promise<void> {
		await Promise.all(Array.from({ length: Math.max(1, this.options.maxConcurrency) }, async () => await this.lane()));
	}

	private async lane(): Promise<void> {
		for (;;) {
			const next = await this.gate.run(async () => await this.nextDeparture());
			if (next === null) return;
			await this.attempt(next.pending, next.departure);
		}
	}

	/** Waits until the next request may leave. @returns `null` when there is none left */
	private async nextDeparture(): Promise<Leaving | null> {
		for (;;) {
			const reason = this.world.cancelled() ? CANCELLED : this.stop;
			if (reason !== null) this.abandon(reason);
			const pending = this.queue[0];
			if (pending !== undefined) {
				const leaving = await this.leave(pending);
				if (leaving !== null) return leaving;
			} else if (this.unfinished === 0) {
				return null;
			} else {
				// What is on its way may come back to the queue, even in several pieces.
				await this.cameBack.next();
			}
		}
	}

	/** Takes the first request one step on. @returns `null` unless it left */
	private async leave(pending: Pending): Promise<Leaving | null> {
		const { part } = pending;
		if (part.images > this.pacer.largestRequest) {
			this.divideFirst(pending);
			return null;
		}
		const estimate = this.kind.estimate(part);
		const admission = this.budget.admits(estimate);
		if (admission === 'never') {
			this.queue.shift();
			this.end(pending, pending.lastFailure ?? overBudget(estimate));
			return null;
		}
		if (admission === 'later' || this.state.inFlight >= this.pacer.maxInFlight) {
			await this.cameBack.next();
			return null;
		}
		if (await this.waited(pending)) return null;
		this.queue.shift();
		this.budget.reserve(estimate);
		this.state.inFlight += 1;
		return { pending, departure: this.pacer.sent(part.images, this.world.now()) };
	}

	/** Waits a while if the rate limit asks for it. @returns whether anything may have changed meanwhile */
	private async waited(pending: Pending): Promise<boolean> {
		const start = this.world.now();
		const delay = this.pacer.delay(pending.part.images, start);
		if (delay === 0) return false;
		if (this.state.waitedMs + delay > this.options.maxWaitMs) {
			this.queue.shift();
			this.end(pending, waitedTooLong(this.options.maxWaitMs));
			return true;
		}
		this.state.waitingUntil = start + delay;
		if (delay > SLICE_MS) this.observer.waiting(this.state);
		await this.world.sleep(Math.min(delay, SLICE_MS));
		this.state.waitedMs += this.world.now() - start;
		this.state.waitingUntil = null;
		return true;
	}

	private async attempt(pending: Pending, departure: Departure): Promise<void> {
		pending.startedAt ??= this.world.now();
		pending.attempts += 1;
		const result = await this.kind.send(pending.part, pending.attempts);
		const now = this.world.now();
		const estimate = this.kind.estimate(pending.part);
		this.state.inFlight -= 1;
		if (result.ok) {
			this.pacer.answered(departure, result.rate ?? null, now);
			this.budget.settle(estimate, this.kind.costOf(result.value));
			this.finishOne(pending, { ok: true, value: result.value });
		} else {
			this.budget.settle(estimate, countsInBudget(result.failure) ? null : ZERO);
			await this.afterFailure(pending, departure, result.failure);
		}
		this.cameBack.tell();
	}

	private async afterFailure(pending: Pending, departure: Departure, failure: Failure): Promise<void> {
		const now = this.world.now();
		if (failure.rate !== null) {
			this.pacer.refused(departure, failure.rate, now);
			pending.attempts -= 1;
			this.queue.unshift(pending);
			return;
		}
		if (failure.kind === 'notSent') this.pacer.unsent(departure, now);
		else if (failure.status !== null && failure.status < 500) this.pacer.answered(departure, null, now);
		pending.lastFailure = failure;
		if (isMaybeBilled(failure)) pending.maybeBilledAttempts += 1;
		if (this.isStopped() || !isWorthRetrying(failure, pending.attempts, this.options)) return this.end(pending, failure);
		this.cameBack.tell();
		await pause(this.world, waitBeforeRetry(failure, pending.attempts, this.world.random()), () => this.isStopped());
		if (this.isStopped()) this.end(pending, this.world.cancelled() ? CANCELLED : failure);
		else this.queue.unshift(pending);
	}

	private isStopped(): boolean {
		return this.stop !== null || this.world.cancelled();
	}

	private divideFirst(pending: Pending): void {
		const pieces = piecesOf(pending, this.pacer.largestRequest);
		this.unfinished += pieces.length - 1;
		this.queue.splice(0, 1, ...pieces);
	}

	private abandon(reason: Failure): void {
		for (const pending of this.queue.splice(0)) this.end(pending, pending.lastFailure ?? reason);
	}

	private end(pending: Pending, failure: Failure): void {
		this.stop ??= reasonToStop(failure, this.options);
		this.finishOne(pending, { ok: false, failure });
	}

	private finishOne(pending: Pending, ended: { ok: true; value: T } | { ok: false; failure: Failure }): void {
		const { part, attempts, maybeBilledAttempts, startedAt } = pending;
		const durationMs = startedAt === null ? 0 : Math.round(this.world.now() - startedAt);
		const outcome = { ...ended, part, attempts, maybeBilledAttempts, durationMs };
		this.unfinished -= 1;
		this.outcomes.push(outcome);
		this.observer.ended(outcome, this.state);
	}
}
