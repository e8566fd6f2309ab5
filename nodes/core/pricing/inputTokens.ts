import type { ModelEntry } from '../catalogue/types';

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

/** Quarters of a token of one character: OpenAI's rule of thumb is 4 characters a token of English text. */
const LATIN = 1;

/** Arabic, Cyrillic, Devanagari, Greek, Thai and others. */
const OTHER = 2;

/** Chinese, Japanese and Korean take about a token a character. */
const EAST_ASIAN = 4;

const EMOJI = 8;

/** Those beyond U+1F000, which are most of them. */
const LATER_EMOJI = 12;

const isAscii = (text: string): boolean => !/\P{ASCII}/u.test(text);

const EAST_ASIAN_CHARACTER =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u;

const EMOJI_CHARACTER = /[\p{Extended_Pictographic}\p{Emoji_Presentation}]/u;

const LATIN_CHARACTER = /[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;

/** Tokens that OpenAI adds around a prompt, seen in usage. */
const OVERHEAD = 6;

/**
 * About how many tokens a prompt takes; what is billed comes from the usage. Never above a token a byte (UTF-8)
 * and the overhead.
 */
export function promptTokens(prompt: string): number {
	const quarters = isAscii(prompt)
		? prompt.length * LATIN
		: [...prompt].reduce((sum, character) => sum + quartersOf(character), 0);
	return Math.ceil(quarters / 4) + OVERHEAD;
}

function quartersOf(character: string): number {
	if (character <= '\x7f') return LATIN;
	if (EAST_ASIAN_CHARACTER.test(character)) return EAST_ASIAN;
	if (EMOJI_CHARACTER.test(character))
		return (character.codePointAt(0) ?? 0) >= 0x1f000 ? LATER_EMOJI : EMOJI;
	return LATIN_CHARACTER.test(character) ? LATIN : OTHER;
}

/** Tokens that OpenAI adds at most. */
const MOST_OVERHEAD = 16;

/** The most tokens that a prompt can take: one a byte. */
export const mostPromptTokens = (prompt: string): number =>
	Buffer.byteLength(prompt, 'utf8') + MOST_OVERHEAD;
