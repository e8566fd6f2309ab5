const MAX_BYTES = 100;

/** Room for the number that a name may get, such as "-100000". */
const NUMBER_BYTES = 8;

/** What a name that is too long keeps of its beginning. The rest is its end: what tells prompts apart often stands there. */
const HEAD_BYTES = 40;

/** Names that Windows keeps for devices, whatever the extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const RESERVED = /^(?:con(?:in\$|out\$)?|prn|aux|nul|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i;

const EXTENSION = /^\.(?:png|jpe?g|webp|gif|svg)$/i;

/** A file name without its number and extension, that every file system takes: of any script, at most 92 bytes of UTF-8. */
export type BaseName = string;

/** Letters and digits of a prompt, joined by hyphens. */
export function baseFromPrompt(prompt: string): BaseName {
	// A mark counts with its letter only: what is left of an emoji without its symbol can't be seen.
	const words =
		prompt
			.normalize('NFC')
			.toLowerCase()
			.match(/(?:[\p{L}\p{N}]\p{M}*)+/gu) ?? [];
	return safeBase(words.join('-'), MAX_BYTES - NUMBER_BYTES);
}

/** Somebody's own file name made safe: no folders, no characters or names that a system refuses, no extension of an image. */
export function baseFromUser(name: string): BaseName {
	return safeBase(withoutExtension(name), MAX_BYTES - NUMBER_BYTES);
}

/** The same for a name that was made here and has its number. */
export function numberedName(name: string): string {
	return safeBase(withoutExtension(name), MAX_BYTES);
}

/** Several texts in one name. */
export function joinedBase(parts: readonly BaseName[]): BaseName {
	return safeBase(parts.join('-'), MAX_BYTES - NUMBER_BYTES);
}

function withoutExtension(name: string): string {
	let base = endTrimmed(name.normalize('NFC').replace(/[<>:"/\\|?*\p{C}]+/gu, '-'));
	for (
		let at = base.lastIndexOf('.');
		at >= 0 && EXTENSION.test(base.slice(at));
		at = base.lastIndexOf('.')
	)
		base = endTrimmed(base.slice(0, at));
	return base;
}

function safeBase(text: string, limit: number): string {
	const base = trimmed(text);
	const short = trimmed(shortened(RESERVED.test(base) ? `image-${base}` : base, limit));
	return short === '' ? 'image' : short;
}

/** Without blanks, dots and hyphens at its ends, and without marks that have lost their letter. */
function trimmed(text: string): string {
	return endTrimmed(text).replace(/^[\s.\p{M}-]+/u, '');
}

/** By hand: an expression would try from each blank of a long row of them. */
function endTrimmed(text: string): string {
	let end = text.length;
	while (end > 0 && /[\s.-]/.test(text.charAt(end - 1))) end -= 1;
	return text.slice(0, end);
}

/** Beginning and end, cut between words where there are any. */
function shortened(text: string, limit: number): string {
	if (byteLength(text) <= limit) return text;
	const head = wholeWords(fitting(graphemes(text.slice(0, limit)), HEAD_BYTES).join(''), 'start');
	const end = text.slice(-limit);
	// The first one may be a part.
	const tail = fitting(graphemes(end).slice(1).reverse(), limit - byteLength(head) - 1)
		.reverse()
		.join('');
	return [head, wholeWords(tail, 'end')].filter((part) => part !== '').join('-');
}

const SEGMENTER = new Intl.Segmenter('und');

/** Never a part of a letter and its accents, or of an emoji. */
const graphemes = (text: string): string[] =>
	/^[ -~]*$/.test(text) ? [...text] : Array.from(SEGMENTER.segment(text), ({ segment }) => segment);

function fitting(characters: readonly string[], limit: number): string[] {
	let bytes = 0;
	const first = characters.findIndex((character) => (bytes += byteLength(character)) > limit);
	return first < 0 ? [...characters] : characters.slice(0, first);
}

/** @param of the text which of it is kept; the other end is where it was cut */
function wholeWords(part: string, of: 'start' | 'end'): string {
	const at = of === 'start' ? part.lastIndexOf('-') : part.indexOf('-');
	// A word as long as half of it is kept as it is.
	if (at < 0 || (of === 'start' ? at < part.length / 2 : at > part.length / 2))
		return trimmed(part);
	return trimmed(of === 'start' ? part.slice(0, at) : part.slice(at));
}

const byteLength = (text: string): number => Buffer.byteLength(text, 'utf8');
