import type { ChosenModel } from '../models/resolve';
import type { PixelSize } from './inputTokens';
import type { Picodollars } from './money';
import { listEstimate } from './priceList';
import { estimateRequest, type Estimated, type RequestEstimate } from './requestEstimate';

/**
 * What images of a request will probably cost at the provider that is used: by its own price list where it has one,
 * else by OpenAI's tokens.
 * @param inputs pixel sizes of the images that go with it
 * @returns `null` when a price or a number of tokens is not known
 */
export function estimateCost(
	{ entry, catalogue: { door } }: ChosenModel,
	request: Estimated,
	images: number,
	inputs: readonly PixelSize[],
): RequestEstimate | null {
	const estimate = entry && estimateRequest(entry, request, images, inputs);
	if (estimate === null || entry === null || door?.priceList === undefined) return estimate;
	const amount: Picodollars | null = listEstimate(
		door.priceList,
		entry.id,
		request,
		images,
		inputs.length,
		entry.capabilities.maxImagesPerRequest,
	);
	return amount === null ? null : { ...estimate, amount, basis: 'table' };
}
