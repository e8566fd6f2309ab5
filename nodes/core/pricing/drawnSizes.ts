import type { ModelEntry } from '../catalogue/types';
import { sheetsOf } from '../requests/gif';
import type { ImageRequest } from '../requests/imageRequest';

/** What of a request decides how much is drawn. */
export type Drawn = Pick<ImageRequest, 'size'> &
	Partial<Pick<ImageRequest, 'output_format' | 'frame_count'>>;

/**
 * Sizes of what the model may draw for one image, the dearest of which counts. An animation is one sheet with all its frames.
 * @returns empty = not known
 */
export function drawnSizes(
	{ capabilities }: Pick<ModelEntry, 'capabilities'>,
	{ size, output_format: format, frame_count: frames }: Drawn,
): string[] {
	if (format !== 'gif')
		return size === 'auto' ? capabilities.sizes.filter((name) => name !== 'auto') : [size];
	if (capabilities.gifSheets === undefined) return [];
	if (size === 'auto') return largestSheet(capabilities);
	const [width = 0, height = 0] = size.split('x').map(Number);
	return sheetsOf({ width, height }, frames, capabilities).map(
		(sheet) => `${sheet.width}x${sheet.height}`,
	);
}

/** Of all sheets with so many pixels, a square one takes the most tokens. */
function largestSheet({ customSizes }: ModelEntry['capabilities']): string[] {
	if (customSizes === null) return [];
	const edge = Math.min(customSizes.maxEdge, Math.ceil(Math.sqrt(customSizes.maxPixels)));
	return [`${edge}x${edge}`];
}
