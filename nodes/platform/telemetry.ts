import { accumulateTokenUsage, type IExecuteFunctions } from 'n8n-workflow';
import { sum, toExactUsd, toReadableUsd, type Picodollars } from '../core/pricing/money';
import type { RequestPrice } from '../core/pricing/price';

const PROGRESS_EVERY_MS = 500;

/** What a run has made and spent so far; the only place that tells n8n and the user of it. */
export class RunTally {
	private readonly known: Picodollars[] = [];

	private images = 0;

	private unpriced = 0;

	private failed = 0;

	private done = 0;

	private inputTokens = 0;

	private outputTokens = 0;

	private lastMessageAt = -Infinity;

	private readonly context: IExecuteFunctions;

	private readonly requests: number;

	private readonly now: () => number;

	constructor(context: IExecuteFunctions, requests: number, now: () => number) {
		this.context = context;
		this.requests = requests;
		this.now = now;
	}

	succeeded(price: RequestPrice, images: number): void {
		this.done += 1;
		this.images += images;
		if (price.total === null) this.unpriced += images;
		else this.known.push(price.total);
		for (const [kind, count] of Object.entries(price.tokens ?? {})) {
			if (kind.endsWith('Output')) this.outputTokens += count;
			else this.inputTokens += count;
		}
		this.report();
	}

	failedOnce(): void {
		this.done += 1;
		this.failed += 1;
		this.report();
	}

	/** "12 images for $0.0264, 1 of unknown cost"; no amount when none is known. */
	summary(): string {
		const images = `${this.images} ${this.images === 1 ? 'image' : 'images'}`;
		if (this.images > 0 && this.unpriced === this.images) return `${images} of unknown cost`;
		const unknown = this.unpriced > 0 ? `, ${this.unpriced} of unknown cost` : '';
		return `${images} for ${toReadableUsd(this.spent)}${unknown}`;
	}

	get imageCount(): number {
		return this.images;
	}

	/** Exact sum of what is known, as a decimal in USD. */
	get exactUsd(): string {
		return toExactUsd(this.spent);
	}

	/** Adds the tokens to n8n's own usage counter, where this n8n has one (2.4x and later). */
	reportTokens(): void {
		const used = this.inputTokens + this.outputTokens > 0;
		if (!used || typeof accumulateTokenUsage !== 'function') return;
		accumulateTokenUsage(this.context, this.inputTokens, this.outputTokens);
	}

	private get spent(): Picodollars {
		return sum(this.known);
	}

	/** Shown in the editor's console on manual runs: the only place where n8n lets a running node speak. */
	private report(): void {
		const at = this.now();
		if (at - this.lastMessageAt < PROGRESS_EVERY_MS && this.done < this.requests) return;
		this.lastMessageAt = at;
		const failed = this.failed > 0 ? `, ${this.failed} failed` : '';
		this.context.sendMessageToUI(
			`GPT Image: ${this.done} of ${this.requests} requests done${failed}, ${this.summary()} so far`,
		);
	}
}
