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
