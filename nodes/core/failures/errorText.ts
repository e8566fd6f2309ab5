/** No server needs more to say what is wrong, in characters: patterns are slow on endless texts. */
export const MOST_READ = 4000;
/** Longest message from outside that is passed on, in characters. */
const LONGEST_MESSAGE = 1000;
/** Of a page or a plain text, in characters. */
const LONGEST_PIECE = 200;

/**
 * What a page (Cloudflare, nginx) or a plain text (Envoy) says, as one short line without tags.
 * @returns `null` when it says nothing
 */
export function readablePiece(text: string): string | null {
	// A page is read no further than its heading can be.
	const page = text.slice(0, 8000);
	const title = /<title[^>]*>([^<]*)/i.exec(page)?.[1]?.trim();
	const body = page
		.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
		.replace(/<!--[\s\S]*?-->/g, ' ');
	const words = readable(
		title === undefined || title === '' ? body.replace(/<[^>]*>?/g, ' ') : title,
	);
	return words === '' ? null : shortened(words, LONGEST_PIECE);
}

const ENTITIES: Record<string, string> = {
	amp: '&',
	lt: '<',
	gt: '>',
	quot: '"',
	'#39': "'",
	nbsp: ' ',
};

function readable(text: string): string {
	return text
		.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (entity, name: string) => ENTITIES[name] ?? entity)
		.replace(/\s+/g, ' ')
		.trim();
}

const shortened = (text: string, most: number): string =>
	text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;

/** An id, a code or a line for a log: on one line, without what can't be seen. */
export const onOneLine = (text: string, most = 200): string =>
	shortened(
		text
			.slice(0, 2 * most)
			.replace(/[\p{C}\p{Z}]+/gu, ' ')
			.trim(),
		most,
	);

/** Patterns of keys and of what carries them; the first group stays. */
const KEYS: readonly RegExp[] = [
	/\b((?:sk|rk|pk|vck|lmnfl|gsk|xai)[-_])(?=[\w-]*\d)[\w-]{8,}/g,
	/\b((?:Bearer|Basic|Key)\s+)(?=[\w.~+/=:-]*\d)[\w.~+/=:-]{8,}/gi,
	/\b((?:api[-_ ]?key|authorization|subscription[-_ ]key|access[-_ ]?token)["']?\s*[:=]\s*["']?(?:(?:Bearer|Basic|Key)\s+)?)[^\s"',;}]{6,}/gi,
	// A JSON web token, and a key of fal.ai.
	/\b(eyJ)[\w-]{8,}\.[\w-]+\.[\w-]+/g,
	/\b()[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}:[\da-f]{16,}/gi,
];

/** A message from outside as it may be shown: without anything that looks like a key, and not endless. */
export function presentable(message: string): string {
	const masked = KEYS.reduce(
		(text, pattern) => text.replace(pattern, '$1…'),
		message.slice(0, MOST_READ),
	);
	return shortened(masked, LONGEST_MESSAGE);
}
