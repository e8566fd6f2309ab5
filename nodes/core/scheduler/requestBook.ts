import type { Failure } from '../failures/failure';
import type { Picodollars } from '../util/money';
import {
	newlyPending,
	type Outcome,
	type Pending,
	type PlannedRequest,
	unexpected,
} from './outcome';
import { byPosition, type Part } from './parts';
import { reasonToStop } from './retry';
import { Signal } from './sync';
import type { RequestHandler, RunObserver, RunOptions, RunState, Runtime } from './types';

/** How some images of a request ended. */
export type PartEnding<T> = { part: Part } & (
	{ ok: true; value: T } | { ok: false; failure: Failure; cost: Picodollars | null }
);

/** Which requests of a run are still to be made, and how the others ended: each of them is one or the other. */
export class RequestBook<T, R extends PlannedRequest> {
	readonly outcomes: Array<Outcome<T, R>> = [];

	readonly state: RunState = { inFlight: 0, waitingUntil: null, waitedMs: 0 };

	/** Told whenever something has happened that somebody may wait for. */
	readonly change = new Signal();

	/** Why nothing new is sent; `null` = the run goes on. */
	stop: Failure | null = null;

	/** What was thrown where nothing may be. */
	thrown: { error: unknown } | null = null;

	/** By what they are limited by together. */
	private readonly queues = new Map<string, Array<Pending<R>>>();

	/** Requests that have not ended: queued, in flight, or about to be tried again. */
	private unfinished: number;

	private readonly handler: RequestHandler<R, T>;

	private readonly options: RunOptions;

	private readonly runtime: Runtime;

	private readonly observer: RunObserver<T, R>;

	constructor(
		requests: readonly R[],
		handler: RequestHandler<R, T>,
		options: RunOptions,
		runtime: Runtime,
		observer: RunObserver<T, R>,
	) {
		this.handler = handler;
		this.options = options;
		this.runtime = runtime;
		this.observer = observer;
		for (const request of requests) this.queueOf(request).push(newlyPending(request));
		this.unfinished = requests.length;
	}

	/** The next request of each limit, in the order in which they should be sent. */
	heads(): Array<Pending<R>> {
		const heads = [...this.queues.values()].flatMap((queue) => queue.slice(0, 1));
		return heads.sort((a, b) => byPosition(a.request.part, b.request.part));
	}

	get isDone(): boolean {
		return this.unfinished <= 0;
	}

	get isStopped(): boolean {
		return this.stop !== null || this.runtime.cancelled();
	}

	/** One of the heads leaves its queue; it comes back or ends. */
	take({ request }: Pending<R>): void {
		this.queueOf(request).shift();
	}

	requeue(pending: Pending<R>, where: 'first' | 'last' = 'first'): void {
		const queue = this.queueOf(pending.request);
		if (where === 'first') queue.unshift(pending);
		else queue.push(pending);
	}

	/** One that is to be made beside those that were there. */
	add(request: R): void {
		this.unfinished += 1;
		this.queueOf(request).unshift(newlyPending({ ...request, maybeBilledBefore: 0 }));
	}

	/** One of the heads is made in several pieces; what may have been billed is counted once, with the first of them. */
	divide(pending: Pending<R>, parts: readonly Part[]): void {
		const pieces = parts.map((part, index) => ({
			...pending,
			request: this.handler.forPart(pending.request, part),
			maybeBilledAttempts: index === 0 ? pending.maybeBilledAttempts : 0,
		}));
		this.unfinished += pieces.length - 1;
		this.queueOf(pending.request).splice(0, 1, ...pieces);
	}

	abandon(reason: Failure): void {
		for (const queue of this.queues.values())
			for (const pending of queue.splice(0)) this.end(pending, pending.lastFailure ?? reason);
	}

	end(pending: Pending<R>, failure: Failure, cost: Picodollars | null = null): void {
		this.finish(pending, [{ ok: false, failure, cost, part: pending.request.part }]);
	}

	/** @param endings of its images, in their order */
	finish(pending: Pending<R>, endings: ReadonlyArray<PartEnding<T>>): void {
		const { request, attempts, startedAt } = pending;
		const durationMs = startedAt === null ? 0 : Math.round(this.runtime.now() - startedAt);
		this.unfinished -= 1;
		endings.forEach(({ part, ...ended }, index) => {
			if (!ended.ok) this.stop ??= reasonToStop(ended.failure, this.options);
			const isWhole = part.offset === request.part.offset && part.images === request.part.images;
			const maybeBilledAttempts = index === 0 ? pending.maybeBilledAttempts : 0;
			const outcome: Outcome<T, R> = {
				...ended,
				request: isWhole ? request : this.handler.forPart(request, part),
				attempts,
				maybeBilledAttempts,
				durationMs,
			};
			this.outcomes.push(outcome);
			this.observe(() => this.observer.ended(outcome, this.state));
		});
	}

	waiting(): void {
		this.observe(() => this.observer.waiting(this.state));
	}

	/** An observer that throws ends the run, but only once what is in flight has ended. */
	private observe(tell: () => void): void {
		try {
			tell();
		} catch (error) {
			this.breakOff(error);
		}
	}

	private queueOf({ limitKey }: R): Array<Pending<R>> {
		const known = this.queues.get(limitKey);
		if (known !== undefined) return known;
		const queue: Array<Pending<R>> = [];
		this.queues.set(limitKey, queue);
		return queue;
	}

	/** Something of ours threw: nothing new is sent, and the run throws it in the end. */
	breakOff(error: unknown): void {
		this.thrown ??= { error };
		this.stop ??= unexpected(error);
	}
}
