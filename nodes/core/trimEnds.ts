/** Without these characters at its end, in one pass: a pattern would try anew at each of them in the middle of a long text. */
export function trimEnd(text: string, isOff: (character: string) => boolean): string {
	let end = text.length;
	while (end > 0 && isOff(text.charAt(end - 1))) end -= 1;
	return text.slice(0, end);
}

export const withoutSlashes = (text: string): string =>
	trimEnd(text, (character) => character === '/');
