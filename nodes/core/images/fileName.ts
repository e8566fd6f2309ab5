import { trimEnd } from '../trimEnds';

const MAX_BYTES = 100;
/** What stands behind is no part of so short a name, in characters. */
const LONGEST_READ = 4000;

/** Names that Windows keeps for devices, whatever the extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const RESERVED = /^(?:con(?:in\$|out\$)?|prn|aux|nul|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i;

/**
 * A file name that every file system takes, from a prompt: letters and digits of any script, joined
 * by hyphens, at most 100 bytes of UTF-8 before the extension.
 * @param text the prompt
 * @param extension without the dot, of the image's actual format
 * @param position number of the image among several of one item, from 1; `null` for a single one
 */
export function fileNameFromPrompt(text: string, extension: string, position: number | null): string {
	// A mark counts with its letter only: what is left of an emoji without its symbol can't be seen.
	const words = text.slice(0, LONGEST_READ).normalize('NFC').toLowerCase().match(/(?:[\p{L}\p{N}]\p{M}*)+/gu) ?? [];
	return withExtension(words.join('-'), extension, position);
}

/**
 * A user's own file name made safe: no folders, no characters or names that a system refuses, and the
 * extension of the image's actual format.
 */
export function fileNameFromUser(name: string, extension: string, position: number | null): string {
	const base = name
		.slice(0, LONGEST_READ)
		.normalize('NFC')
		.replace(/\.(?:png|jpe?g|webp|gif)$/i, '')
		.replace(/[<>:"/\\|?*\p{C}]+/gu, '-')
		.replace(/^[\s.\p{M}-]+/u, '');
	return withExtension(withoutEnd(base), extension, position);
}

function withExtension(base: string, extension: string, position: number | null): string {
	const suffix = position === null ? '' : `-${position}`;
	const free = RESERVED.test(base) ? `image-${base}` : base;
	const short = withoutEnd(cutToBytes(free, MAX_BYTES - suffix.length));
	return `${short === '' ? 'image' : short}${suffix}.${extension}`;
}

/** Never inside a letter and its accents, or inside an emoji. */
function cutToBytes(text: string, limit: number): string {
	if (byteLength(text) <= limit) return text;
	let bytes = 0;
	let result = '';
	for (const { segment } of new Intl.Segmenter('und').segment(text)) {
		bytes += byteLength(segment);
		if (bytes > limit) break;
		result += segment;
	}
	return result;
}

const withoutEnd = (text: string): string => trimEnd(text, (character) => /[\s.-]/.test(character));

const byteLength = (text: string): number => Buffer.byteLength(text, 'utf8');
