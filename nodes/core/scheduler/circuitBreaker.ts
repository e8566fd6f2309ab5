import type { Failure } from '../failures/failure';

/** How long a model that is down is left alone before it is tried again; twice as long after each try in vain. In ms. */
const FIRST_REST_MS = 30_000;
const LONGEST_REST_MS = 300_000;

/**
 * Whether a model is down, as its requests find out. Closed: all go to it. Open: they go elsewhere. When it has rested,
 * it is half-open: one request at a time tries it. All times in ms of any steady clock.
 */
export class CircuitBreaker {
	/** Why it is open; `null` = it is closed. */
	why: Failure | null = null;

	private openedAt = 0;

	private rest = FIRST_REST_MS;

	private nextTrialAt = 0;

	private trial: { request: object; isInFlight: boolean } | null = null;

	/** Whether a request may go to the model. When a trial is due, the first one that asks has it. */
	admits(request: object, now: number): boolean {
		if (this.why === null || this.trial?.request === request) return true;
		if (this.trial?.isInFlight === true || now < this.nextTrialAt) return false;
		this.trial = { request, isInFlight: false };
		// One that is never sent, such as for its budget, gives the turn up.
		this.nextTrialAt = now + this.rest;
		return true;
	}

	/** Whether it is this request that tries the model. */
	isTriedBy(request: object): boolean {
		return this.trial?.request === request;
	}

	sent(request: object): void {
		if (this.trial?.request === request) this.trial.isInFlight = true;
	}

	/** An attempt has come back, whatever it brought. */
	returned(request: object): void {
		if (this.trial?.request === request) this.trial.isInFlight = false;
	}

	/** The model has answered. What had been sent before it was found down says nothing of now. */
	answered(sentAt: number): void {
		if (this.why === null || sentAt < this.openedAt) return;
		this.why = null;
		this.trial = null;
		this.rest = FIRST_REST_MS;
	}

	/** A request has found it down. */
	failed(request: object, why: Failure, now: number): void {
		const isTrial = this.trial?.request === request;
		if (this.why !== null && !isTrial) return;
		this.rest = isTrial ? Math.min(this.rest * 2, LONGEST_REST_MS) : FIRST_REST_MS;
		this.why = why;
		this.openedAt = now;
		this.nextTrialAt = now + this.rest;
		this.trial = null;
	}
}
