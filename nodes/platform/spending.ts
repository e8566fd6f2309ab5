import { accumulateTokenUsage, type IExecuteFunctions } from 'n8n-workflow';
import { picodollars, toReadableUsd, ZERO, type Picodollars } from '../core/pricing/money';
import type { RequestPrice } from '../core/pricing/price';

/** Images that were made and what they cost, summed up for people and for n8n's counter. */
export class Spending {
	imageCount = 0;

	spent: Picodollars = ZERO;

	private unpriced = 0;

	private inputTokens = 0;

	private outputTokens = 0;

	/** @param images that one request made */
	add(price: RequestPrice, images: number): void {
		this.imageCount += images;
		if (price.total === null) this.unpriced += images;
		else this.spent = picodollars(this.spent + price.total);
		for (const [kind, count] of Object.entries(price.tokens ?? {})) {
			if (kind.endsWith('Output')) this.outputTokens += count;
			else this.inputTokens += count;
		}
	}

	/** "12 images for $0.0264, 1 of unknown cost"; no amount when none is known. */
	summary(): string {
		const images = plural(this.imageCount, 'image');
		if (this.imageCount > 0 && this.unpriced === this.imageCount) return `${images} of unknown cost`;
		const unknown = this.unpriced > 0 ? `, ${this.unpriced} of unknown cost` : '';
		return `${images} for ${toReadableUsd(this.spent)}${unknown}`;
	}

	/** Adds the tokens to n8n's own usage counter, where this n8n has one (2.4x and later). */
	reportTokens(context: IExecuteFunctions): void {
		const used = this.inputTokens + this.outputTokens > 0;
		if (!used || typeof accumulateTokenUsage !== 'function') return;
		accumulateTokenUsage(context, this.inputTokens, this.outputTokens);
	}
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
