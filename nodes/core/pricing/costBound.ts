import type { ChosenModel } from '../catalogue/resolve';
import type { Catalogue } from '../catalogue/types';
import type { ImageRequest } from '../requests/imageRequest';
import { mostPerRequest } from '../requests/format';
import { picodollars, type Picodollars, sum } from '../util/money';
import { splitCount } from '../util/split';
import { highestCost } from './highestCost';
import type { PixelSize } from './inputTokens';
import { listBound, listEstimate } from './priceList';
import { type Estimated, estimateRequest, type RequestEstimate } from './requestEstimate';
import { svgBound } from './svgPrice';

/**
 * The most that images of a request may cost at the provider that is used: by its own price list where it has one,
 * else by OpenAI's tokens.
 * @param images more than one request takes are divided, since each request is rounded up by itself
 * @param inputs pixel sizes of the images that go with it
 * @returns `null` when a price or a number of tokens is not known
 */
export function costBound(
	{ entry, catalogue }: ChosenModel,
	request: ImageRequest,
	images: number,
	inputs: readonly PixelSize[],
): Picodollars | null {
	if (entry === null) return null;
	const list = catalogue.provider?.priceList;
	if (list === undefined) {
		const bound = highestCost(entry, request, images, inputs);
		return request.output_format === 'svg' ? withAuthor(bound, request, images, catalogue) : bound;
	}
	const most = Math.min(images, mostPerRequest(request, entry.capabilities));
	const bounds = splitCount(images, most).map((count) =>
		listBound(list, entry, request, count, inputs),
	);
	const known = bounds.filter((bound) => bound !== null);
	return known.length < bounds.length ? null : sum(known);
}

/** Each SVG is written by itself. */
function withAuthor(
	bound: Picodollars | null,
	request: ImageRequest,
	images: number,
	{ svgAuthors }: Catalogue,
): Picodollars | null {
	const each = svgBound(request, svgAuthors);
	return bound === null || each === null ? null : picodollars(bound + BigInt(images) * each);
}

/**
 * What images of a request will probably cost at the provider that is used: by its own price list where it has one,
 * else by OpenAI's tokens.
 * @param inputs pixel sizes of the images that go with it
 * @returns `null` when a price or a number of tokens is not known
 */
export function estimateCost(
	{ entry, catalogue: { provider } }: ChosenModel,
	request: Estimated,
	images: number,
	inputs: readonly PixelSize[],
): RequestEstimate | null {
	const estimate = entry && estimateRequest(entry, request, images, inputs);
	if (estimate === null || entry === null || provider?.priceList === undefined) return estimate;
	const amount: Picodollars | null = listEstimate(
		provider.priceList,
		entry.id,
		request,
		images,
		inputs.length,
		entry.capabilities.maxImagesPerRequest,
	);
	return amount === null ? null : { ...estimate, amount, basis: 'table' };
}
