import type { OutputFormat } from '../models/types';
import type { ImageRequest } from '../requests/imageRequest';

/** A line of results is one text that Collect holds as a whole, in bytes. */
export const MAX_RESULT_BYTES = 16_000_000;

/** Files of the API lie below: PNG of photographs about 2 MB at 1024x1024, the others at the best quality under half of it. */
const BYTES_PER_PIXEL: Record<OutputFormat, number> = { png: 2, jpeg: 0.8, webp: 0.8 };

/** `auto` makes none larger. */
const LARGEST_OF_AUTO = 1536 * 1024;

/** How many images a line may ask for, so that its result stays within MAX_RESULT_BYTES; at least one. */
export function imagesPerLine({
	size,
	output_format: format,
}: Pick<ImageRequest, 'size' | 'output_format'>): number {
	const [width = Number.NaN, height = Number.NaN] = size.split('x').map(Number);
	const pixels = width * height || LARGEST_OF_AUTO;
	const base64 = (pixels * BYTES_PER_PIXEL[format] * 4) / 3;
	return Math.max(1, Math.floor(MAX_RESULT_BYTES / base64));
}
