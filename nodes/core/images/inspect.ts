import { inspectGif } from './gif';
import { inspectSvg } from './svg';
import type { ImageFacts } from './types';

export type { ImageFacts, ImageFormat } from './types';

/** Bytes from a file's start in which every header that is read here lies, JPEG thumbnails and profiles included. */
export const HEADER_BYTES = 512 * 1024;

/**
 * Reads format, size and alpha from an image's first bytes.
 * @returns `null` when they are not PNG, JPEG, WebP, GIF or SVG
 */
export function inspectImage(bytes: Uint8Array): ImageFacts | null {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (startsWith(view, PNG_SIGNATURE)) return inspectPng(view);
	if (startsWith(view, [0xff, 0xd8, 0xff])) return inspectJpeg(view);
	if (ascii(view, 0, 4) === 'RIFF' && ascii(view, 8, 4) === 'WEBP') return inspectWebp(view);
	if (ascii(view, 0, 4) === 'GIF8') return inspectGif(view);
	return inspectSvg(bytes);
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const PNG = { format: 'png', mimeType: 'image/png', extension: 'png' } as const;
const JPEG = { format: 'jpeg', mimeType: 'image/jpeg', extension: 'jpg' } as const;
const WEBP = { format: 'webp', mimeType: 'image/webp', extension: 'webp' } as const;
const UNKNOWN_SIZE = { width: null, height: null, alphaChannel: null } as const;

/** PNG specification, 11.2.2 IHDR: colour types 4 and 6 carry an alpha channel. */
function inspectPng(view: DataView): ImageFacts {
	if (view.byteLength < 26 || ascii(view, 12, 4) !== 'IHDR') return { ...PNG, ...UNKNOWN_SIZE };
	const colourType = view.getUint8(25);
	return {
		...PNG,
		width: view.getUint32(16),
		height: view.getUint32(20),
		alphaChannel: colourType === 4 || colourType === 6,
	};
}

/** JPEG (ITU-T T.81, B.1.1): segments up to the first frame header, which holds the size. */
function inspectJpeg(view: DataView): ImageFacts {
	let offset = 2;
	while (offset + 9 <= view.byteLength && view.getUint8(offset) === 0xff) {
		const marker = view.getUint8(offset + 1);
		if (marker === 0xff) {
			offset += 1;
		} else if (isFrameHeader(marker)) {
			return {
				...JPEG,
				width: view.getUint16(offset + 7),
				height: view.getUint16(offset + 5),
				alphaChannel: false,
			};
		} else {
			offset += isStandalone(marker) ? 2 : 2 + view.getUint16(offset + 2);
		}
	}
	return { ...JPEG, ...UNKNOWN_SIZE, alphaChannel: false };
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which share the range. */
function isFrameHeader(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function isStandalone(marker: number): boolean {
	return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
}

/** WebP container specification (RFC 9649): lossy, lossless and extended headers. */
function inspectWebp(view: DataView): ImageFacts {
	const kind = ascii(view, 12, 4);
	if (kind === 'VP8X' && view.byteLength >= 30) {
		return {
			...WEBP,
			width: 1 + uint24(view, 24),
			height: 1 + uint24(view, 27),
			alphaChannel: (view.getUint8(20) & 0x10) !== 0,
		};
	}
	if (kind === 'VP8L' && view.byteLength >= 25) {
		const bits = view.getUint32(21, true);
		return {
			...WEBP,
			width: (bits & 0x3fff) + 1,
			height: ((bits >>> 14) & 0x3fff) + 1,
			alphaChannel: ((bits >>> 28) & 1) === 1,
		};
	}
	if (kind === 'VP8 ' && view.byteLength >= 30) {
		return {
			...WEBP,
			width: view.getUint16(26, true) & 0x3fff,
			height: view.getUint16(28, true) & 0x3fff,
			alphaChannel: false,
		};
	}
	return { ...WEBP, ...UNKNOWN_SIZE };
}

function startsWith(view: DataView, signature: readonly number[]): boolean {
	return (
		view.byteLength >= signature.length &&
		signature.every((byte, index) => view.getUint8(index) === byte)
	);
}

function ascii(view: DataView, offset: number, length: number): string {
	if (view.byteLength < offset + length) return '';
	return String.fromCharCode(...Array.from({ length }, (_, i) => view.getUint8(offset + i)));
}

function uint24(view: DataView, offset: number): number {
	return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
}
