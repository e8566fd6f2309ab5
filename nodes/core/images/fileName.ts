const MAX_BYTES = 100;

/** Names that Windows keeps for devices, whatever the extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/**
 * A file name that every file system takes, from a prompt: letters and digits of any script, joined
 * by hyphens, at most 100 bytes of UTF-8 before the extension.
 * @param text the prompt
 * @param extension without the dot, of the image's actual format
 * @param position number of the image among several of one item, from 1; `null` for a single one
 */
export function fileNameFromPrompt(text: string, extension: string, position: number | null): string {
	const words = text.normalize('NFC').toLowerCase().replace(/[^\p{L}\p{N}\p{M}]+/gu, '-');
	return withExtension(words.replace(/^-+|-+$/g, ''), extension, position);
}

/**
 * A user's own file name made safe: no folders, no characters or names that a system refuses, and the
 * extension of the image's actual format.
 */
export function fileNameFromUser(name: string, extension: string, position: number | null): string {
	const base = name
		.normalize('NFC')
		.replace(/\.(?:png|jpe?g|webp|gif)$/i, '')
		.replace(/[<>:"/\\|?*\p{C}]+/gu, '-')
		.replace(/^[\s.-]+|[\s.-]+$/g, '');
	return withExtension(base, extension, position);
}

function withExtension(base: string, extension: string, position: number | null): string {
	const suffix = position === null ? '' : `-${position}`;
	const short = cutToBytes(base, MAX_BYTES - suffix.length).replace(/[\s.-]+$/, '');
	const safe = short === '' ? 'image' : RESERVED.test(short.split('.')[0] ?? '') ? `image-${short}` : short;
	return `${safe}${suffix}.${extension}`;
}

function cutToBytes(text: string, limit: number): string {
	let bytes = 0;
	let result = '';
	for (const { segment } of new Intl.Segmenter('und').segment(text)) {
		bytes += new TextEncoder().encode(segment).length;
		if (bytes > limit) break;
		result += segment;
	}
	return result;
}
