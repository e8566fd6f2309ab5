import type { ModelEntry } from '../models/types';

/** Width and height in pixels; `null` = the file does not say. */
export interface PixelSize {
	width: number | null;
	height: number | null;
}

/**
 * Input tokens of one image that goes with a request.
 * @returns `published` where OpenAI's guide gives the rule; else a bound, or what a few readings suggest
 */
export function inputImageTokens(
	{ capabilities }: ModelEntry,
	{ width, height }: PixelSize,
	fidelity: 'low' | 'high',
): { tokens: number; published: boolean } {
	const rule = capabilities.inputImageTokens;
	const most = capabilities.maxInputImageTokens[fidelity];
	if (width === null || height === null) return { tokens: most, published: false };
	if (rule.kind === 'area')
		return {
			tokens: Math.min(most, Math.ceil((width * height) / rule.pixelsPerToken)),
			published: false,
		};
	const scale = Math.min(1, rule.shortestSide / Math.min(width, height));
	const along = (side: number): number => Math.ceil(Math.round(side * scale) / rule.tilePixels);
	const low = rule.base + rule.tile * along(width) * along(height);
	return {
		tokens: fidelity === 'low' ? low : low + (width === height ? rule.highSquare : rule.highOther),
		published: true,
	};
}

/** A picture whose size is not known is taken for one this many times as wide as high. */
const WIDEST = 16;

/** The most input tokens that one image can take. */
export function mostInputImageTokens(
	model: ModelEntry,
	size: PixelSize,
	fidelity: 'low' | 'high',
): number {
	const { inputImageTokens: rule, maxInputImageTokens } = model.capabilities;
	if (rule.kind === 'area') return maxInputImageTokens[fidelity];
	const isKnown = size.width !== null && size.height !== null;
	const { tokens: low } = inputImageTokens(
		model,
		isKnown ? size : { width: WIDEST * rule.shortestSide, height: rule.shortestSide },
		'low',
	);
	const most = fidelity === 'low' ? low : low + Math.max(rule.highSquare, rule.highOther);
	return isKnown ? most : Math.max(most, maxInputImageTokens[fidelity]);
}
