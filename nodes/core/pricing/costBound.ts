import type { ChosenModel } from '../models/resolve';
import type { ImageRequest } from '../requests/imageRequest';
import { highestCost } from './highestCost';
import type { PixelSize } from './inputTokens';
import type { Picodollars } from './money';

/** The most that a request may cost; `null` = not known. */
export function costBound({ entry }: ChosenModel, request: ImageRequest, images: number, inputs: readonly PixelSize[]): Picodollars | null {
	return entry && highestCost(entry, request, images, inputs.length);
}
