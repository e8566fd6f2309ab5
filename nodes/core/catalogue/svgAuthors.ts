import type { Catalogue, SvgAuthor } from './types';

/** Beyond so many input tokens OpenAI asks more for all of them. */
const LIMITS: Pick<SvgAuthor, 'maxInputTokens' | 'maxOutputTokens'> = {
	maxInputTokens: 272_000,
	maxOutputTokens: 128_000,
};

/**
 * Only those whose own page at OpenAI says the price of a token (developers.openai.com/api/docs/models/…, November 2026).
 * Writing input to the cache costs 1.25 times the input, and whether that happens is not said in an answer.
 */
export const SVG_AUTHORS: NonNullable<Catalogue['svgAuthors']> = {
	'gpt-6-luna': { input: '0.125', output: '0.5', ...LIMITS },
	'gpt-5.6-luna': { input: '0.25', output: '1.2', ...LIMITS },
};
