import type { ChosenModel } from '../models/resolve';
import type { ImageRequest } from '../requests/imageRequest';
import { splitCount } from '../run/splitCount';
import { highestCost } from './highestCost';
import type { PixelSize } from './inputTokens';
import { sum, type Picodollars } from './money';
import { listBound } from './priceList';

/**
 * The most that images of a request may cost at the provider that is used: by its own price list where it has one,
 * else by OpenAI's tokens.
 * @param images more than one request takes are divided, since each request is rounded up by itself
 * @param inputs pixel sizes of the images that go with it
 * @returns `null` when a price or a number of tokens is not known
 */
export function costBound(
	{ entry, catalogue: { door } }: ChosenModel,
	request: ImageRequest,
	images: number,
	inputs: readonly PixelSize[],
): Picodollars | null {
	if (entry === null) return null;
	const list = door?.priceList;
	if (list === undefined) return highestCost(entry, request, images, inputs);
	const most = Math.min(images, entry.capabilities.maxImagesPerRequest);
	const bounds = splitCount(images, most).map((count) =>
		listBound(list, entry, request, count, inputs),
	);
	const known = bounds.filter((bound) => bound !== null);
	return known.length < bounds.length ? null : sum(known);
}
