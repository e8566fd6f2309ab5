/** What something that was thrown says. */
export const wordsOf = (error: unknown): string =>
	error instanceof Error ? error.message : String(error);

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** A text as content or as a quoted attribute of HTML. Control characters, which HTML forbids, are left out. */
export function escapeHtml(text: string): string {
	return text
		.replace(/[^\P{Cc}\t\n\r]/gu, '')
		.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** Without these characters at its end, in one pass: a pattern would try anew at each of them in the middle of a long text. */
export function trimEnd(text: string, isOff: (character: string) => boolean): string {
	let end = text.length;
	while (end > 0 && isOff(text.charAt(end - 1))) end -= 1;
	return text.slice(0, end);
}

export const withoutSlashes = (text: string): string =>
	trimEnd(text, (character) => character === '/');

/** "1 image", "2 images" */
export const plural = (count: number, noun: string): string =>
	`${count} ${noun}${count === 1 ? '' : 's'}`;
