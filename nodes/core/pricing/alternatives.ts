import { isGone } from '../catalogue/lifecycle';
import type { Catalogue, ModelEntry, Quality } from '../catalogue/types';
import { PROVIDERS } from '../providers/find';
import type { ImageRequest } from '../requests/imageRequest';
import { FRAMES } from '../requests/gif';
import { resolveSize } from '../requests/size';
import { picodollars, type Picodollars } from '../util/money';
import type { PixelSize } from './inputTokens';
import { listEstimate } from './priceList';
import { type EstimateBasis, type Estimated, estimateRequest } from './requestEstimate';

/** What else the same images could be made with. Amounts are of all images, at standard price. */
export interface Alternative {
	model: ModelEntry;
	quality: Quality;
	amount: Picodollars;
	basis: EstimateBasis;
	/** Through whom. */
	provider: string;
	/** Not from the pages of whoever asks this price. */
	secondHand: boolean;
}

/** At providers that ask a price for each image, whatever it takes in tokens. */
function byPriceList(
	model: ModelEntry,
	request: { prompt: string; quality: Quality; size: string },
	images: number,
	inputs: number,
): Alternative[] {
	return PROVIDERS.flatMap(({ id, priceList, maxImagesPerRequest = images }): Alternative[] => {
		const amount =
			priceList === undefined
				? null
				: listEstimate(priceList, model.id, request, images, inputs, maxImagesPerRequest);
		return amount === null
			? []
			: [
					{
						model,
						quality: request.quality,
						amount,
						basis: 'table',
						provider: id,
						secondHand: false,
					},
				];
	});
}

/** Every live model and quality that can make this size and background, cheapest first. Unknown prices are left out. */
export function alternatives(
	request: Omit<Estimated, 'quality'> & Pick<ImageRequest, 'background'>,
	images: number,
	inputs: readonly PixelSize[],
	now: Date,
	catalogue: Catalogue,
): Alternative[] {
	const { output_format: format, frame_count: frameCount = FRAMES.preset } = request;
	const frames = format === 'gif' ? frameCount : null;
	const fits = ({ capabilities }: ModelEntry): boolean =>
		resolveSize(request, '', capabilities, catalogue, frames).ok &&
		(format === undefined || capabilities.outputFormats.includes(format)) &&
		(request.background !== 'transparent' || capabilities.transparentBackground);
	return catalogue.models
		.filter((model) => !isGone(model, now) && fits(model))
		.flatMap((model) =>
			model.capabilities.qualities.flatMap((quality): Alternative[] => {
				const estimate = estimateRequest(model, { ...request, quality }, images, inputs);
				const own: Alternative[] =
					estimate === null
						? []
						: [
								{
									model,
									quality,
									amount: estimate.amount,
									basis: estimate.basis,
									provider: 'openai',
									secondHand: model.pricesAreSecondHand,
								},
							];
				return [...own, ...byPriceList(model, { ...request, quality }, images, inputs.length)];
			}),
		)
		.sort((a, b) => (a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0));
}

/** Parts of a percent that a rate is counted in. */
const SCALE = 1_000_000;

/**
 * What an image costs that somebody accepts, rounded up to a picodollar.
 * @param rate in percent, above 0
 */
export function perAccepted(amount: Picodollars, images: number, rate: number): Picodollars {
	const accepted = BigInt(images) * BigInt(Math.max(1, Math.round(rate * SCALE)));
	return picodollars((amount * BigInt(100 * SCALE) + accepted - 1n) / accepted);
}

/**
 * How many of the other's images must be accepted, in percent, so that an accepted one costs no more than here.
 * @returns above 100 = it can't
 */
export function breakEvenRate(amount: Picodollars, rate: number, other: Picodollars): number {
	return amount === 0n ? Infinity : (Number(other) / Number(amount)) * rate;
}
