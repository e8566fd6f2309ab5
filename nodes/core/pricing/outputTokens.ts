import type { ModelEntry, OutputTokens, Quality } from '../catalogue/types';
import { picodollars, type Picodollars } from '../util/money';
import { perToken } from './price';

/** How sure an estimate is: a published table, a formula equal to all published readings, or a few measured points. */
type Certainty = 'published' | 'derived' | 'approximate';

export interface TokenEstimate {
	tokens: number;
	certainty: Certainty;
}

/**
 * Image output tokens of one image.
 * @param size "WIDTHxHEIGHT" in pixels
 * @returns `null` when the model, quality or size is not known
 */
export function estimateOutputTokens(
	model: ModelEntry,
	quality: Quality,
	size: string,
): TokenEstimate | null {
	const rule = model.outputTokens;
	if (rule === null) return null;
	if (rule.kind === 'formula') return fromFormula(rule, quality, size);
	const tokens = rule.table[quality]?.[size];
	return tokens === undefined ? null : { tokens, certainty: 'published' };
}

/** OpenAI's own calculator, as read in community.openai.com/t/1382699: patches of the image, weighted by its area. */
function fromFormula(
	rule: Extract<OutputTokens, { kind: 'formula' }>,
	quality: Quality,
	size: string,
): TokenEstimate | null {
	const longPatches = rule.axisFactor[quality];
	const [width, height] = size.split('x').map(Number);
	if (longPatches === undefined || !width || !height) return null;
	const long = Math.max(width, height);
	const short = Math.min(width, height);
	const shortPatches = Math.floor((2 * longPatches * short + long) / (2 * long));
	const tokens = (longPatches * shortPatches * (2_000_000 + width * height)) / 4_000_000;
	return {
		tokens: Math.round(Math.ceil(tokens) * (rule.scale?.[quality] ?? 1)),
		certainty: rule.certainty,
	};
}

/** Price of the output of one image, without its prompt; `null` when it can't be told. */
export function estimateImagePrice(
	model: ModelEntry,
	quality: Quality,
	size: string,
): { amount: Picodollars; certainty: Certainty } | null {
	const estimate = estimateOutputTokens(model, quality, size);
	const price = model.prices === null ? null : perToken(model.prices, 'imageOutput');
	if (estimate === null || price === null) return null;
	return {
		amount: picodollars(BigInt(estimate.tokens) * price),
		certainty: estimate.certainty,
	};
}
