/** An image as it lies in JSON, not decoded yet: to be used while the JSON's bytes are there. */
export interface EncodedImage {
	/** Memory that the image fits into, in bytes. */
	room: number;
	/** @returns the image's bytes, at the beginning of `memory` */
	decodeInto: (memory: Buffer) => Buffer;
}

/** Where an image lies. */
export interface ImageSpan {
	bytes: Buffer;
	from: number;
	to: number;
}

const KEY = Buffer.from('"b64_json"');
const QUOTE = 0x22;
const COLON = 0x3a;
/** '#' is in no base64 text, so a marker can't be taken for an image. */
const MARKER = '#';

/**
 * JSON with each image replaced by a marker, and where the images are: a text of some megabytes costs time and memory
 * several times over.
 */
export function withoutImages(bytes: Buffer): { json: string; images: ImageSpan[] } {
	const images: ImageSpan[] = [];
	let json = '';
	let copied = 0;
	for (let key = bytes.indexOf(KEY); key >= 0; key = bytes.indexOf(KEY, copied)) {
		const from = valueAfter(bytes, key + KEY.length);
		const to = from === null ? -1 : bytes.indexOf(QUOTE, from);
		if (from === null || to < 0) break;
		// One that is empty stays what it is: no image.
		json += bytes.toString('utf8', copied, from) + (to > from ? MARKER + images.length : '');
		if (to > from) images.push({ bytes, from, to });
		copied = to;
	}
	return { json: json + bytes.toString('utf8', copied), images };
}

/** Where the text after a key begins; `null` = it is no text. */
function valueAfter(bytes: Buffer, at: number): number | null {
	const colon = skipSpaces(bytes, at);
	if (bytes[colon] !== COLON) return null;
	const quote = skipSpaces(bytes, colon + 1);
	return bytes[quote] === QUOTE ? quote + 1 : null;
}

function skipSpaces(bytes: Buffer, from: number): number {
	let at = from;
	while (bytes[at] === 0x20 || bytes[at] === 0x09) at += 1;
	return at;
}

/** @param text what stands in the JSON: a marker, or the image itself */
export function imageAt(text: string, images: readonly ImageSpan[]): EncodedImage {
	const span = text.startsWith(MARKER) ? images[Number(text.slice(MARKER.length))] : undefined;
	// Its key was written in another way, so that it is in the JSON itself.
	const at = span ?? { bytes: Buffer.from(text, 'latin1'), from: 0, to: text.length };
	return { room: Math.ceil(((at.to - at.from) * 3) / 4), decodeInto: (memory) => decodeBase64(at, memory) };
}

/** A multiple of 4, so that each piece is whole base64. Above 64 KB a text costs four times as much to make (measured). */
const PIECE_CHARACTERS = 32 * 1024;
const BACKSLASH = 0x5c;

function decodeBase64({ bytes, from, to }: ImageSpan, memory: Buffer): Buffer {
	// JSON may write a slash as \/, and base64 has slashes; the decoder skips what is not base64, but pieces would be torn.
	const escaped = bytes.subarray(from, to).includes(BACKSLASH);
	const step = escaped ? to - from : PIECE_CHARACTERS;
	let length = 0;
	for (let at = from; at < to; at += step) {
		length += memory.write(bytes.toString('latin1', at, Math.min(at + step, to)), length, 'base64');
	}
	return memory.subarray(0, length);
}
