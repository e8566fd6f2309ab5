import type { IExecuteFunctions } from 'n8n-workflow';
import type { FailureKind } from '../../core/failures/failure';
import type { Outcome } from '../../core/scheduler/outcome';
import type { RunState } from '../../core/scheduler/types';
import { plural } from '../../core/util/text';
import { Spending } from '../n8n/spending';
import type { Delivered, ImageCall, ImageJob } from './types';

const PROGRESS_EVERY_MS = 500;
/** Left out on purpose, which is no failure of the request. */
const NOT_TRIED: ReadonlySet<FailureKind> = new Set<FailureKind>([
	'stopped',
	'overBudget',
	'cancelled',
]);

/** What a run has made and spent so far; the only place that tells n8n and the user of it. */
export class RunTally {
	private readonly spending = new Spending();

	/** Made by an earlier attempt, not paid for again. */
	readonly reusedCount: number;

	private readonly wanted: number;

	private failed: number;

	private retries = 0;

	/** Attempts without an answer that may have been billed, those of earlier tries included. */
	maybeBilledCount: number;

	/** Made and billed, but not fetched or stored. */
	lostCount = 0;

	private lastMessageAt = -Infinity;

	private readonly context: IExecuteFunctions;

	private readonly now: () => number;

	constructor(context: IExecuteFunctions, jobs: readonly ImageJob[], now: () => number) {
		this.context = context;
		this.now = now;
		this.wanted = jobs.reduce((sum, { plan }) => sum + plan.count, 0);
		this.failed = jobs
			.flatMap(({ kept }) => kept)
			.reduce((sum, { receipt }) => sum + (receipt.made ? 0 : receipt.images), 0);
		this.maybeBilledCount = jobs
			.flatMap(({ kept }) => kept)
			.reduce((sum, { receipt }) => sum + receipt.maybeBilledAttempts, 0);
		this.reusedCount = jobs
			.flatMap(({ kept }) => kept)
			.reduce((sum, { images }) => sum + images.length, 0);
	}

	/** Made in this run. */
	get imageCount(): number {
		return this.spending.imageCount;
	}

	ended(outcome: Outcome<Delivered, ImageCall>, state: RunState): void {
		this.retries += Math.max(0, outcome.attempts - 1);
		this.maybeBilledCount += outcome.maybeBilledAttempts;
		if (outcome.ok) this.spending.add(outcome.value.price, outcome.value.images.length);
		else if (!NOT_TRIED.has(outcome.failure.kind)) this.failed += outcome.request.part.images;
		if (!outcome.ok && (outcome.failure.kind === 'notStored' || outcome.cost !== null))
			this.addLost(outcome);
		this.report(state);
	}

	/** What was charged for images that could not be stored; of a request that brought others, their price holds it. */
	private addLost({ request, cost }: Extract<Outcome<Delivered, ImageCall>, { ok: false }>): void {
		this.lostCount += request.part.images;
		this.spending.addLost(cost);
	}

	waiting(state: RunState): void {
		this.report(state);
	}

	/** "12 images for $0.0264, 1 of unknown cost"; no amount when none is known. */
	summary(): string {
		return this.spending.summary();
	}

	/** What else there is to say of the run. */
	remarks(): string[] {
		return [
			...(this.reusedCount > 0
				? [`${this.reusedCount} reused from an earlier attempt and not billed again`]
				: []),
			...(this.failed > 0 ? [`${this.failed} failed`] : []),
			...(this.retries > 0 ? [this.retries === 1 ? '1 retry' : `${this.retries} retries`] : []),
			...(this.lostCount > 0
				? [`${plural(this.lostCount, 'image')} made and billed, but not stored`]
				: []),
			...(this.maybeBilledCount > 0
				? [
						`${plural(this.maybeBilledCount, 'attempt')} without an answer that may have been billed`,
					]
				: []),
		];
	}

	reportUsage(): void {
		this.spending.report(this.context);
	}

	/** Shown in the editor's console on manual runs: the only place where n8n lets a running node speak. */
	private report({ inFlight, waitingUntil }: RunState): void {
		const at = this.now();
		const done = this.imageCount + this.reusedCount + this.failed;
		if (at - this.lastMessageAt < PROGRESS_EVERY_MS && done < this.wanted) return;
		this.lastMessageAt = at;
		const progress = [
			`${done} of ${plural(this.wanted, 'image')} done`,
			...(this.failed > 0 ? [`${this.failed} failed`] : []),
			...(inFlight > 0 ? [`${plural(inFlight, 'request')} in flight`] : []),
			...(waitingUntil === null
				? []
				: [`waiting for the rate limit until ${clockTime(waitingUntil - at)}`]),
			this.spending.soFar(),
		];
		this.context.sendMessageToUI(`GPT Image: ${progress.join(', ')}`);
	}
}

/** The time of day so many ms from now: 14:05:09. */
function clockTime(msFromNow: number): string {
	return new Date(Date.now() + msFromNow).toTimeString().slice(0, 8);
}
