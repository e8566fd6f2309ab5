import { CircuitBreaker } from './circuitBreaker';
import type { Failure, FailureKind } from './failure';
import type { Pending, PlannedRequest } from './outcome';
import type { RequestHandler } from './runRequests';

/**
 * Where a request should go next: `away` to the fallback of its model, `home` because its own model may be asked again,
 * `back` because the fallback can't serve either; `null` = it may stay where it is.
 */
export type Way = 'away' | 'home' | 'back' | null;

/** What to send in the place of a request; `null` = nothing, and why, in a sentence, or `null` where there is nothing to say. */
export interface Fallback<R> {
	request: R | null;
	why: string | null;
}

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
export class Detours<R extends PlannedRequest> {
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

	/** Of a request that is about to leave. */
	wayOf(pending: Pending<R>): Way {
		const { detour, request } = pending;
		if (this.handler.fallbackOf === undefined) return null;
		if (detour === null) return mayLeave(pending) && !this.admits(request, pending) ? 'away' : null;
		if (pending.attempts > pending.attemptsElsewhere) return null;
		if (detour.failure === null && this.admits(detour.request, pending)) return 'home';
		return this.admits(request, pending) ? null : 'back';
	}

	sent(pending: Pending<R>): void {
		this.breakers.get(pending.request.limitKey)?.sent(pending);
	}

	returned(pending: Pending<R>): void {
		this.breakers.get(pending.request.limitKey)?.returned(pending);
	}

	/** @param sentAt when the attempt that was answered had left, by the world's clock */
	answered({ request }: Pending<R>, sentAt: number): void {
		this.breakers.get(request.limitKey)?.answered(sentAt);
	}

	/**
	 * After an attempt that brought nothing, refusals for the rate limit not counted.
	 * @param sentAt when it had left @param isAgain whether the request has retries left
	 */
	wayAfter(pending: Pending<R>, failure: Failure, sentAt: number, isAgain: boolean): Way {
		if (this.handler.fallbackOf === undefined) return null;
		if (pending.detour !== null) return isAgain ? null : this.wayFromFallback(pending, failure);
		if (!isDown(failure)) {
			this.learn(pending, failure, sentAt);
			return null;
		}
		const breaker = this.breakerOf(pending.request);
		// Retries are for those that find the model down, not for all after them.
		if (isAgain && breaker.why === null) return null;
		breaker.failed(pending, failure, this.now());
		return mayLeave(pending) ? 'away' : null;
	}

	/**
	 * Turns a request that is in no queue into one to the fallback of its model.
	 * @param failure after which it has no retries left; `null` = it has
	 * @returns whether there is one; if not, the request stays as it is, and there will be none for it
	 */
	async leave(pending: Pending<R>, failure: Failure | null): Promise<boolean> {
		const { request, attempts, attemptsElsewhere } = pending;
		const found = await this.fallbackOf(request, failure ?? this.whyDown(request));
		if (found.request === null) pending.noFallback = found.why ?? '';
		else if (!this.admits(found.request, pending))
			pending.noFallback = notServed(found.request, this.whyDown(found.request));
		else {
			const detour = { request, attempts: attempts - attemptsElsewhere, failure };
			Object.assign(pending, { request: found.request, detour, attemptsElsewhere: attempts });
			return true;
		}
		return false;
	}

	/**
	 * Turns a request that is in no queue and was to go to a fallback into one to its own model again.
	 * @param failure of the fallback; `null` = its own model may be asked again
	 * @returns with what it ends, because no model is left for it; `null` = it may be sent
	 */
	comeHome(pending: Pending<R>, failure: Failure | null): Failure | null {
		const { attempts, detour, request } = pending;
		if (detour === null) return failure;
		if (failure !== null && detour.failure === null && !mayLeave(pending))
			return pending.lastFailure ?? failure;
		if (failure !== null) pending.noFallback = notServed(request, failure);
		const home = this.handler.forPart(detour.request, request.part);
		Object.assign(pending, {
			request: home,
			detour: null,
			attemptsElsewhere: attempts - detour.attempts,
		});
		return failure === null ? null : detour.failure;
	}

	/** Why the model of a request is down; `null` = it is not known to be. */
	whyDown({ limitKey }: R): Failure | null {
		return this.breakers.get(limitKey)?.why ?? null;
	}

	private wayFromFallback(pending: Pending<R>, failure: Failure): Way {
		const isOfModel = OF_MODEL.includes(failure.kind);
		if (isOfModel) this.breakerOf(pending.request).failed(pending, failure, this.now());
		return isOfModel || OF_REQUEST.includes(failure.kind) ? 'back' : null;
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
export function told({ noFallback }: Pending<PlannedRequest>, failure: Failure): Failure {
	return noFallback !== null && noFallback !== '' && isDown(failure)
		? { ...failure, fallback: noFallback }
		: failure;
}
