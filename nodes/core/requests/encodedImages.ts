/** An image as it lies in JSON, not decoded yet: to be used while the JSON's bytes are there. */
export interface EncodedImage {
	/** Memory that the image fits into, in bytes. */
	room: number;
	/** There is nothing to be decoded. */
	isEmpty: boolean;
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

/** What stands in a JSON text, its images left out; `undefined` = it is no JSON. */
export function jsonOf(bytes: Buffer): unknown {
	try {
		return JSON.parse(withoutImages(bytes).json);
	} catch {
		return undefined;
	}
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
	const at = span === undefined ? spanOf(text) : withoutEscapes(span);
	const beginning = at.bytes.toString('latin1', at.from, Math.min(at.to, at.from + BEGINNING));
	return {
		room: Math.ceil(((at.to - at.from) * 3) / 4),
		isEmpty: !/[\w+/-]/.test(beginning),
		decodeInto: (memory) => decodeBase64(at, memory),
	};
}

const BEGINNING = 64;
const BACKSLASH = 0x5c;

const spanOf = (text: string): ImageSpan => ({
	bytes: Buffer.from(text, 'latin1'),
	from: 0,
	to: text.length,
});

/** JSON may write a slash as \/ and any character as \u002b: rare, and slow to read. */
function withoutEscapes(span: ImageSpan): ImageSpan {
	const { bytes, from, to } = span;
	if (!bytes.subarray(from, to).includes(BACKSLASH)) return span;
	try {
		return spanOf(JSON.parse(`"${bytes.toString('latin1', from, to)}"`) as string);
	} catch {
		return span;
	}
}

/** A multiple of 4, so that each piece is whole base64. Above 64 KB a text costs four times as much to make (measured). */
const PIECE_CHARACTERS = 32 * 1024;

function decodeBase64(span: ImageSpan, memory: Buffer): Buffer {
	const { bytes, from, to } = span;
	let length = 0;
	for (let at = from; at < to; at += PIECE_CHARACTERS) {
		length += memory.write(
			bytes.toString('latin1', at, Math.min(at + PIECE_CHARACTERS, to)),
			length,
			'base64',
		);
	}
	// With newlines or spaces between its characters the pieces were torn; as a whole the decoder skips them.
	if (length !== decodedLength(span))
		length = memory.write(bytes.toString('latin1', from, to), 0, 'base64');
	return memory.subarray(0, length);
}

const EQUALS = 0x3d;

function decodedLength({ bytes, from, to }: ImageSpan): number {
	let end = to;
	while (end > from && bytes[end - 1] === EQUALS) end -= 1;
	return Math.floor(((end - from) * 3) / 4);
}
