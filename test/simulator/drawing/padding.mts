/** Makes an image file longer without changing what it shows, by the means its format has for that. */
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { OutputFormat } from '../types.mts';

/** Longest content of a JPEG comment: its length field counts itself. */
const COMMENT_BYTES = 65_533;
/** So that each file is another one, even where the image is long enough. */
const LEAST_BYTES = 64;
/** One block of noise for every padding of the process: making megabytes of it each time would dominate a load test. */
const NOISE = randomBytes(1024 * 1024);

/** Noise that starts with the hash of the mark, so that two marks never give the same file. */
function filling(bytes: number, mark: string): Buffer {
	const buffer = Buffer.allocUnsafe(bytes);
	for (let at = 0; at < bytes; at += NOISE.length)
		NOISE.copy(buffer, at, 0, Math.min(NOISE.length, bytes - at));
	createHash('sha256').update(mark).digest().copy(buffer);
	return buffer;
}

/** An ancillary, private chunk before the last one (IEND, always 12 bytes). */
function padPng(image: Buffer, missing: number, mark: string): Buffer {
	const data = filling(Math.max(0, missing - 12), mark);
	const type = Buffer.from('paDd', 'latin1');
	const length = Buffer.alloc(4);
	length.writeUInt32BE(data.length);
	const check = Buffer.alloc(4);
	check.writeUInt32BE(crc32(data, crc32(type)));
	return Buffer.concat([image.subarray(0, -12), length, type, data, check, image.subarray(-12)]);
}

/** Comment segments right after the start of the image. */
function padJpeg(image: Buffer, missing: number, mark: string): Buffer {
	const parts = [image.subarray(0, 2)];
	for (let left = missing; left > 4; left -= COMMENT_BYTES + 4) {
		const data = filling(Math.min(left - 4, COMMENT_BYTES), `${mark} ${left}`);
		const head = Buffer.from([0xff, 0xfe, 0, 0]);
		head.writeUInt16BE(data.length + 2, 2);
		parts.push(head, data);
	}
	return Buffer.concat([...parts, image.subarray(2)]);
}

/** A chunk of an unknown kind at the end of the RIFF container. */
function padWebp(image: Buffer, missing: number, mark: string): Buffer {
	const data = filling(Math.max(0, missing - 8) & ~1, mark);
	const head = Buffer.from('padd    ', 'latin1');
	head.writeUInt32LE(data.length, 4);
	const padded = Buffer.concat([image, head, data]);
	padded.writeUInt32LE(padded.length - 8, 4);
	return padded;
}

/** A comment before the last byte, which ends the file. */
function padGif(image: Buffer, missing: number, mark: string): Buffer {
	const parts: Buffer[] = [image.subarray(0, -1), Buffer.from([0x21, 0xfe])];
	for (let left = missing - 3; left > 1; left -= 256) {
		const data = filling(Math.min(left - 1, 255), `${mark} ${left}`);
		parts.push(Buffer.from([data.length]), data);
	}
	return Buffer.concat([...parts, Buffer.from([0]), image.subarray(-1)]);
}

function padSvg(image: Buffer, missing: number, mark: string): Buffer {
	const noise = filling(missing, mark)
		.toString('hex')
		.slice(0, Math.max(0, missing - 7));
	return Buffer.concat([image, Buffer.from(`<!--${noise}-->`)]);
}

/**
 * @param bytes wanted length; the result is within a few bytes of it, or a little longer than the image when that is long enough.
 * @param mark makes the padding, and so the file's hash, unique.
 */
export function padImage(image: Buffer, format: OutputFormat, bytes: number, mark: string): Buffer {
	const missing = Math.max(bytes - image.length, LEAST_BYTES);
	return { png: padPng, jpeg: padJpeg, webp: padWebp, gif: padGif, svg: padSvg }[format](
		image,
		missing,
		mark,
	);
}
