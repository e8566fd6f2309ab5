import { CATALOGUE } from '../models/catalogue';
import { isGone } from '../models/lifecycle';
import type { Catalogue, ModelEntry, Quality } from '../models/types';
import type { ImageRequest } from '../requests/imageRequest';
import { PROVIDERS } from '../models/providers';
import { resolveSize } from '../requests/size';
import type { PixelSize } from './inputTokens';
import type { Picodollars } from './money';
import { listEstimate } from './priceList';
import { estimateRequest, type EstimateBasis } from './requestEstimate';

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
	request: Pick<ImageRequest, 'prompt' | 'size' | 'background' | 'input_fidelity'>,
	images: number,
	inputs: readonly PixelSize[],
	now: Date,
	catalogue: Catalogue = CATALOGUE,
): Alternative[] {
	const fits = ({ capabilities }: ModelEntry): boolean =>
		resolveSize(request, '', capabilities).ok &&
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
