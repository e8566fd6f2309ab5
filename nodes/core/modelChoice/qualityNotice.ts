import { type ModelEntry, QUALITIES, type Quality } from '../catalogue/types';
import { estimateImagePrice } from '../pricing/outputTokens';
import { toReadableUsd } from '../util/money';

/** Prices this close are the same to a person. */
const SAME_WITHIN_PERCENT = 10n;

/**
 * What to tell somebody who takes a quality by its name from one model to another, where the same name costs
 * otherwise; `null` = nothing, or a price is not known.
 * @param size "WIDTHxHEIGHT" in pixels
 */
export function qualityNotice(
	from: ModelEntry,
	to: ModelEntry,
	quality: string,
	size: string,
): string | null {
	const name = QUALITIES.find((known) => known === quality);
	if (name === undefined || from.id === to.id) return null;
	const [there, here] = [estimateImagePrice(from, name, size), estimateImagePrice(to, name, size)];
	if (there === null || here === null || isClose(there.amount, here.amount)) return null;
	const same = closestQuality(to, there.amount, size);
	const advice = same === null || same === name ? '' : ` The closest in price here is '${same}'.`;
	return `Quality '${name}' costs about ${toReadableUsd(here.amount)} an image on ${to.id} at ${size}, but ${toReadableUsd(there.amount)} on the draft's model, ${from.id}; the prompt and input images are billed in addition.${advice}`;
}

/** The quality of a model whose price comes closest; `null` = none has a known price. */
export function closestQuality(model: ModelEntry, amount: bigint, size: string): Quality | null {
	const distances = model.capabilities.qualities.flatMap((quality) => {
		const price = estimateImagePrice(model, quality, size);
		return price === null
			? []
			: [
					{
						quality,
						distance: price.amount > amount ? price.amount - amount : amount - price.amount,
					},
				];
	});
	return (
		distances.reduce<(typeof distances)[number] | null>(
			(best, one) => (best === null || one.distance < best.distance ? one : best),
			null,
		)?.quality ?? null
	);
}

function isClose(a: bigint, b: bigint): boolean {
	const difference = a > b ? a - b : b - a;
	return difference * 100n <= (a > b ? a : b) * SAME_WITHIN_PERCENT;
}
