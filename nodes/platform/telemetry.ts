import { accumulateTokenUsage, type IExecuteFunctions } from 'n8n-workflow';
import { picodollars, toReadableUsd, ZERO, type Picodollars } from '../core/pricing/money';
import type { FailureKind } from '../core/run/failure';
import type { Outcome } from '../core/run/outcome';
import type { RunState } from '../core/run/runRequests';
import type { Delivered } from './deliver';
import type { ImageJob } from './plan';

const PROGRESS_EVERY_MS = 500;
/** Left out on purpose, which is no failure of the request. */
const NOT_TRIED: ReadonlySet<FailureKind> = new Set<FailureKind>(['stopped', 'overBudget', 'cancelled']);

/** What a run has made and spent so far; the only place that tells n8n and the user of it. */
export class RunTally {
	/** Made in this run. */
	imageCount = 0;

	/** Made by an earlier attempt, not paid for again. */
	readonly reusedCount: number;

	private readonly wanted: number;

	private spent: Picodollars = ZERO;

	private unpriced = 0;

	private failed: number;

	private retries = 0;

	private maybeBilled = 0;

	private inputTokens = 0;

	private outputTokens = 0;

	private lastMessageAt = -Infinity;

	private readonly context: IExecuteFunctions;

	private readonly now: () => number;

	constructor(context: IExecuteFunctions, jobs: readonly ImageJob[], now: () => number) {
		this.context = context;
		this.now = now;
		this.wanted = jobs.reduce((sum, { plan }) => sum + plan.count, 0);
		this.failed = jobs.flatMap(({ kept }) => kept).reduce((sum, { receipt }) => sum + (receipt.made ? 0 : receipt.images), 0);
		this.reusedCount = jobs.flatMap(({ kept }) => kept).reduce((sum, { images }) => sum + images.length, 0);
	}

	ended(outcome: Outcome<Delivered>, state: RunState): void {
		this.retries += Math.max(0, outcome.attempts - 1);
		this.maybeBilled += outcome.maybeBilledAttempts;
		if (outcome.ok) this.delivered(outcome.value);
		else if (!NOT_TRIED.has(outcome.failure.kind)) this.failed += outcome.part.images;
		this.report(state);
	}

	waiting(state: RunState): void {
		this.report(state);
	}

	/** "12 images for $0.0264, 1 of unknown cost"; no amount when none is known. */
	summary(): string {
		const images = plural(this.imageCount, 'image');
		if (this.imageCount > 0 && this.unpriced === this.imageCount) return `${images} of unknown cost`;
		const unknown = this.unpriced > 0 ? `, ${this.unpriced} of unknown cost` : '';
		return `${images} for ${toReadableUsd(this.spent)}${unknown}`;
	}

	/** What else there is to say of the run. */
	remarks(): string[] {
		return [
			...(this.reusedCount > 0 ? [`${this.reusedCount} reused from an earlier attempt and not paid for again`] : []),
			...(this.failed > 0 ? [`${this.failed} failed`] : []),
			...(this.retries > 0 ? [this.retries === 1 ? '1 retry' : `${this.retries} retries`] : []),
			...(this.maybeBilled > 0 ? [`${plural(this.maybeBilled, 'attempt')} without an answer that may have been billed`] : []),
		];
	}

	/** Adds the tokens to n8n's own usage counter, where this n8n has one (2.4x and later). */
	reportTokens(): void {
		const used = this.inputTokens + this.outputTokens > 0;
		if (!used || typeof accumulateTokenUsage !== 'function') return;
		accumulateTokenUsage(this.context, this.inputTokens, this.outputTokens);
	}

	private delivered({ price, images }: Delivered): void {
		this.imageCount += images.length;
		if (price.total === null) this.unpriced += images.length;
		else this.spent = picodollars(this.spent + price.total);
		for (const [kind, count] of Object.entries(price.tokens ?? {})) {
			if (kind.endsWith('Output')) this.outputTokens += count;
			else this.inputTokens += count;
		}
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
			...(waitingUntil === null ? [] : [`waiting for the rate limit until ${clockTime(waitingUntil - at)}`]),
			`${toReadableUsd(this.spent)} spent so far`,
		];
		this.context.sendMessageToUI(`GPT Image: ${progress.join(', ')}`);
	}
}

/** The time of day so many ms from now: 14:05:09. */
function clockTime(msFromNow: number): string {
	return new Date(Date.now() + msFromNow).toTimeString().slice(0, 8);
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
