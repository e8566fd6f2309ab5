import { accumulateTokenUsage, type IExecuteFunctions } from 'n8n-workflow';
import type { RequestPrice } from '../../core/pricing/price';
import {
	picodollars,
	type Picodollars,
	sumOrNull,
	toReadableUsd,
	ZERO,
} from '../../core/util/money';
import { plural, wordsOf } from '../../core/util/text';
import { spanAttributes } from './tracing';

/** Images that were made and what they cost, summed up for people and for n8n's counter. */
export class Spending {
	imageCount = 0;

	spent: Picodollars = ZERO;

	private unpriced = 0;

	private lostUnpriced = false;

	private isUpperBound = false;

	private inputTokens = 0;

	private outputTokens = 0;

	/** @param images of a request that are delivered, each with its share of the price */
	add(price: RequestPrice, images: number): void {
		this.imageCount += images;
		const cost = sumOrNull(price.perImage.slice(0, images));
		if (cost === null) this.unpriced += images;
		else {
			this.spent = picodollars(this.spent + cost);
			this.isUpperBound ||= price.estimated;
		}
		for (const [kind, count] of Object.entries(price.tokens ?? {})) {
			if (kind.endsWith('Output')) this.outputTokens += count;
			else this.inputTokens += count;
		}
		this.inputTokens += price.svg?.usage?.inputTokens ?? 0;
		this.outputTokens += price.svg?.usage?.outputTokens ?? 0;
	}

	/** @param cost of images that were made and not delivered; `null` = not known */
	addLost(cost: Picodollars | null): void {
		if (cost === null) this.lostUnpriced = true;
		else this.spent = picodollars(this.spent + cost);
	}

	/** "$0.0264 spent so far"; what is not known is never shown as nothing. */
	soFar(): string {
		if (this.unpriced === 0 && !this.lostUnpriced)
			return `${toReadableUsd(this.spent)} spent so far`;
		return this.spent === ZERO
			? 'cost unknown so far'
			: `at least ${toReadableUsd(this.spent)} spent so far`;
	}

	/**
	 * "12 images for $0.0264, 1 of unknown cost", with "at most" where an upper bound is in it; no amount when none is known.
	 * What was lost is in it as far as it is known.
	 */
	summary(): string {
		const images = plural(this.imageCount, 'image');
		if (this.imageCount > 0 && this.unpriced === this.imageCount)
			return `${images} of unknown cost${this.spent === ZERO ? '' : `, in addition to ${toReadableUsd(this.spent)}`}`;
		const unknown = this.unpriced > 0 ? `, ${this.unpriced} of unknown cost` : '';
		return `${images} for ${this.isUpperBound ? 'at most ' : ''}${toReadableUsd(this.spent)}${unknown}`;
	}

	/** Adds tokens and cost to n8n's own accounts of the node's run, where this n8n has them (2.4x and later). Never throws. */
	report(context: IExecuteFunctions): void {
		try {
			if (typeof accumulateTokenUsage === 'function') this.tell(context);
		} catch (error) {
			// Images that are paid for are worth more.
			context.logger.debug(`GPT Image: n8n took no usage: ${wordsOf(error)}`);
		}
	}

	private tell(context: IExecuteFunctions): void {
		if (this.inputTokens + this.outputTokens > 0)
			accumulateTokenUsage(context, this.inputTokens, this.outputTokens);
		if (this.imageCount === 0 && this.spent === ZERO && !this.lostUnpriced) return;
		const before = context.getExecuteData()?.metadata?.tracing ?? {};
		const isKnown = this.imageCount > this.unpriced || this.spent > ZERO;
		context.setMetadata({
			tracing: spanAttributes(before, {
				inputTokens: this.inputTokens,
				outputTokens: this.outputTokens,
				images: this.imageCount,
				unpricedImages: this.unpriced,
				cost: isKnown ? this.spent : null,
			}),
		});
	}
}
