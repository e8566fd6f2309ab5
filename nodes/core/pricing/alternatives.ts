import { CATALOGUE } from '../models/catalogue';
import { isGone } from '../models/lifecycle';
import type { Catalogue, ModelEntry, Quality } from '../models/types';
import type { ImageRequest } from '../requests/imageRequest';
import { resolveSize } from '../requests/size';
import type { PixelSize } from './inputTokens';
import type { Picodollars } from './money';
import { estimateRequest, type EstimateBasis } from './requestEstimate';

/** What else the same images could be made with. Amounts are of all images, at standard price. */
export interface Alternative {
	model: ModelEntry;
	quality: Quality;
	amount: Picodollars;
	basis: EstimateBasis;
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
		resolveSize(request, '', capabilities).ok && (request.background !== 'transparent' || capabilities.transparentBackground);
	return catalogue.models
		.filter((model) => !isGone(model, now) && fits(model))
		.flatMap((model) =>
			model.capabilities.qualities.flatMap((quality): Alternative[] => {
				const estimate = estimateRequest(model, { ...request, quality }, images, inputs);
				return estimate === null ? [] : [{ model, quality, amount: estimate.amount, basis: estimate.basis }];
			}),
		)
		.sort((a, b) => (a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0));
}
