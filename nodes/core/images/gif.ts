import type { ImageFacts } from './types';

const GIF = { format: 'gif', mimeType: 'image/gif', extension: 'gif', alphaChannel: null } as const;

/** GIF89a specification: the logical screen descriptor holds the size, blocks follow. */
export function inspectGif(view: DataView): ImageFacts {
	if (view.byteLength < SCREEN_BYTES) return { ...GIF, width: null, height: null };
	const frames = countFrames(view);
	return {
		...GIF,
		width: view.getUint16(6, true),
		height: view.getUint16(8, true),
		...(frames !== null && { frames }),
	};
}

/** Signature and screen descriptor; a palette may follow. */
const SCREEN_BYTES = 13;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
/** Of an image descriptor, and the byte that its data starts with. */
const IMAGE_BYTES = 10;

/** @returns `null` = the file ends before its last block does */
function countFrames(view: DataView): number | null {
	let at = SCREEN_BYTES + paletteBytes(view.getUint8(10));
	for (let frames = 0; at < view.byteLength;) {
		const kind = view.getUint8(at);
		if (kind === TRAILER) return frames;
		if (kind === IMAGE && at + IMAGE_BYTES < view.byteLength) {
			frames += 1;
			at = afterBlocks(view, at + IMAGE_BYTES + paletteBytes(view.getUint8(at + 9)) + 1);
		} else if (kind === EXTENSION) at = afterBlocks(view, at + 2);
		else return null;
	}
	return null;
}

const paletteBytes = (flags: number): number =>
	(flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);

/** Each block says how long it is; one of no length is the last. */
function afterBlocks(view: DataView, from: number): number {
	let at = from;
	while (at < view.byteLength && view.getUint8(at) > 0) at += view.getUint8(at) + 1;
	return at + 1;
}
