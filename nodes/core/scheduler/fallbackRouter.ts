import type { Failure, FailureKind } from '../failures/failure';
import { CircuitBreaker } from './circuitBreaker';
import type { Pending, PlannedRequest } from './outcome';
import type { Fallback, RequestHandler } from './types';

/**
 * Where a request should go next: `toFallback` to the fallback of its model, `toOwnModel` because its own model may be asked again,
 * `endFallback` because the fallback can't serve either; `null` = it may stay where it is.
 */
export type Route = 'toFallback' | 'toOwnModel' | 'endFallback' | null;

const NONE = { request: null, why: null } as const;

/** The model did not work, and surely billed nothing. A rate limit or a bad request is no sign of that. */
const isDown = ({ kind, rate }: Failure): boolean =>
	rate === null && (kind === 'serverError' || kind === 'notSent');

/** A fallback that can't serve anybody; nothing was billed, and it says nothing against other models. */
const OF_MODEL: readonly FailureKind[] = [
	'serverError',
	'notSent',
	'modelGone',
	'modelNotAllowed',
	'organizationNotVerified',
	'permissionDenied',
	'limitIsZero',
];

/** One that can't serve this request. */
const OF_REQUEST: readonly FailureKind[] = ['tooLarge', 'invalidRequest', 'unsupportedFile'];

/**
 * Sends requests to another model while theirs is down, and back once it answers again: a circuit breaker for each
 * model of a run. Only what can't have been billed goes elsewhere. Nothing ever waits for a breaker.
 */
export class FallbackRouter<R extends PlannedRequest> {
	private readonly breakers = new Map<string, CircuitBreaker>();

	private readonly handler: Pick<RequestHandler<R, unknown>, 'fallbackOf' | 'forPart'>;

	private readonly now: () => number;

	constructor(
		handler: Pick<RequestHandler<R, unknown>, 'fallbackOf' | 'forPart'>,
		now: () => number,
	) {
		this.handler = handler;
		this.now = now;
	}

	/** Of a request that is about to be sent. */
	routeOf(pending: Pending<R>): Route {
		const { onFallback, request } = pending;
		if (this.handler.fallbackOf === undefined) return null;
		if (onFallback === null)
			return mayLeave(pending) && !this.admits(request, pending) ? 'toFallback' : null;
		if (pending.attempts > pending.attemptsAtOthers) return null;
		if (onFallback.failure === null && this.admits(onFallback.request, pending))
			return 'toOwnModel';
		return this.admits(request, pending) ? null : 'endFallback';
	}

	sent(pending: Pending<R>): void {
		this.breakers.get(pending.request.limitKey)?.sent(pending);
	}

	returned(pending: Pending<R>): void {
		this.breakers.get(pending.request.limitKey)?.returned(pending);
	}

	/** @param sentAt when the attempt that was answered had left, by the runtime's clock */
	answered({ request }: Pending<R>, sentAt: number): void {
		this.breakers.get(request.limitKey)?.answered(sentAt);
	}

	/**
	 * After an attempt that brought nothing, refusals for the rate limit not counted.
	 * @param sentAt when it had left
	 * @param isAgain whether the request has retries left
	 */
	routeAfter(pending: Pending<R>, failure: Failure, sentAt: number, isAgain: boolean): Route {
		if (this.handler.fallbackOf === undefined) return null;
		if (pending.onFallback !== null)
			return isAgain ? null : this.routeFromFallback(pending, failure);
		if (!isDown(failure)) {
			this.learn(pending, failure, sentAt);
			return null;
		}
		const breaker = this.breakerOf(pending.request);
		// Retries are for those that find the model down, not for all after them.
		if (isAgain && breaker.why === null) return null;
		breaker.failed(pending, failure, this.now());
		return mayLeave(pending) ? 'toFallback' : null;
	}

	/**
	 * Turns a request that is in no queue into one to the fallback of its model.
	 * @param failure after which it has no retries left; `null` = it has
	 * @returns whether there is one; if not, the request stays as it is, and there will be none for it
	 */
	async toFallback(pending: Pending<R>, failure: Failure | null): Promise<boolean> {
		const { request, attempts, attemptsAtOthers } = pending;
		const found = await this.fallbackOf(request, failure ?? this.whyDown(request));
		if (found.request === null) pending.noFallback = found.why ?? '';
		else if (!this.admits(found.request, pending))
			pending.noFallback = notServed(found.request, this.whyDown(found.request));
		else {
			const onFallback = { request, attempts: attempts - attemptsAtOthers, failure };
			Object.assign(pending, { request: found.request, onFallback, attemptsAtOthers: attempts });
			return true;
		}
		return false;
	}

	/**
	 * Turns a request that is in no queue and was to go to a fallback into one to its own model again.
	 * @param failure of the fallback; `null` = its own model may be asked again
	 * @returns with what it ends, because no model is left for it; `null` = it may be sent
	 */
	toOwnModel(pending: Pending<R>, failure: Failure | null): Failure | null {
		const { attempts, onFallback, request } = pending;
		if (onFallback === null) return failure;
		if (failure !== null && onFallback.failure === null && !mayLeave(pending))
			return pending.lastFailure ?? failure;
		if (failure !== null) pending.noFallback = notServed(request, failure);
		const own = this.handler.forPart(onFallback.request, request.part);
		Object.assign(pending, {
			request: own,
			onFallback: null,
			attemptsAtOthers: attempts - onFallback.attempts,
		});
		return failure === null ? null : onFallback.failure;
	}

	/** Why the model of a request is down; `null` = it is not known to be. */
	whyDown({ limitKey }: R): Failure | null {
		return this.breakers.get(limitKey)?.why ?? null;
	}

	private routeFromFallback(pending: Pending<R>, failure: Failure): Route {
		const isOfModel = OF_MODEL.includes(failure.kind);
		if (isOfModel) this.breakerOf(pending.request).failed(pending, failure, this.now());
		return isOfModel || OF_REQUEST.includes(failure.kind) ? 'endFallback' : null;
	}

	/** What a failure of another kind says of a model that was down: a refusal is an answer, no answer is none. */
	private learn(pending: Pending<R>, failure: Failure, sentAt: number): void {
		const breaker = this.breakers.get(pending.request.limitKey);
		if (breaker === undefined) return;
		if (failure.status !== null && failure.status < 500) breaker.answered(sentAt);
		else if (breaker.isTriedBy(pending))
			breaker.failed(pending, breaker.why ?? failure, this.now());
	}

	private admits({ limitKey }: R, pending: Pending<R>): boolean {
		return this.breakers.get(limitKey)?.admits(pending, this.now()) ?? true;
	}

	private breakerOf({ limitKey }: R): CircuitBreaker {
		const breaker = this.breakers.get(limitKey) ?? new CircuitBreaker();
		this.breakers.set(limitKey, breaker);
		return breaker;
	}

	private async fallbackOf(request: R, why: Failure | null): Promise<Fallback<R>> {
		try {
			return (why && (await this.handler.fallbackOf?.(request, why))) ?? NONE;
		} catch {
			return NONE;
		}
	}
}

/** What may have been billed is not asked of another model. */
const mayLeave = ({ noFallback, isUnclear }: Pending<PlannedRequest>): boolean =>
	noFallback === null && !isUnclear;

const notServed = ({ limitKey }: PlannedRequest, failure: Failure | null): string =>
	`Its fallback, ${limitKey}, could not be used: ${failure?.message ?? 'it is down.'}`;

/** The failure that a request ends with, and why no other model has helped. */
export function withFallbackReason(
	{ noFallback }: Pending<PlannedRequest>,
	failure: Failure,
): Failure {
	return noFallback !== null && noFallback !== '' && isDown(failure)
		? { ...failure, fallback: noFallback }
		: failure;
}
