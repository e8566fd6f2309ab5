/**
 * Content Credentials of a simulated picture: a chunk in the place where C2PA puts its manifest in each format (C2PA specification,
 * "Embedding manifests"). Its content is no real manifest: it is JSON that names the issuer and the hash of the rest of the file.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { OutputFormat } from '../types.mts';

export interface Credentials {
	issuer: string;
	model: string;
	/** SHA-256 of the file without the chunk. */
	sha256: string;
}

const START = 'jumb-c2pa-simulated:';
const END = ':end-of-manifest';

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** An ancillary chunk `caBX` before the last one (IEND, always 12 bytes). */
function inPng(image: Buffer, manifest: Buffer): Buffer {
	const type = Buffer.from('caBX', 'latin1');
	const length = Buffer.alloc(4);
	length.writeUInt32BE(manifest.length);
	const check = Buffer.alloc(4);
	check.writeUInt32BE(crc32(manifest, crc32(type)));
	return Buffer.concat([
		image.subarray(0, -12),
		length,
		type,
		manifest,
		check,
		image.subarray(-12),
	]);
}

/** A segment APP11 right after the start of the image. */
function inJpeg(image: Buffer, manifest: Buffer): Buffer {
	const head = Buffer.from([0xff, 0xeb, 0, 0]);
	head.writeUInt16BE(manifest.length + 2, 2);
	return Buffer.concat([image.subarray(0, 2), head, manifest, image.subarray(2)]);
}

/** A chunk `C2PA` at the end of the RIFF container. */
function inWebp(image: Buffer, manifest: Buffer): Buffer {
	const head = Buffer.from('C2PA    ', 'latin1');
	head.writeUInt32LE(manifest.length, 4);
	const marked = Buffer.concat([image, head, manifest]);
	marked.writeUInt32LE(marked.length - 8, 4);
	return marked;
}

/** The picture with its credentials; what it shows stays the same. GIFs and SVGs have none. */
export function withCredentials(image: Buffer, format: OutputFormat, model: string): Buffer {
	const credentials: Credentials = { issuer: 'OpenAI (simulated)', model, sha256: hashOf(image) };
	const text = `${START}${JSON.stringify(credentials)}${END}`;
	// Chunks of a RIFF container have an even length.
	const manifest = Buffer.from(text.length % 2 === 0 ? text : ` ${text}`, 'latin1');
	if (format === 'gif' || format === 'svg') return image;
	return { png: inPng, jpeg: inJpeg, webp: inWebp }[format](image, manifest);
}

/** What stands in a file. `isWhole`: nothing else in it was changed since. Null: it has none. */
export function readCredentials(file: Buffer): (Credentials & { isWhole: boolean }) | null {
	const start = file.indexOf(START, 0, 'latin1');
	const end = start < 0 ? -1 : file.indexOf(END, start, 'latin1');
	if (end < 0) return null;
	const credentials = JSON.parse(file.toString('latin1', start + START.length, end)) as Credentials;
	return { ...credentials, isWhole: hashOf(without(file, start, end)) === credentials.sha256 };
}

function without(file: Buffer, start: number, end: number): Buffer {
	const isOdd = file.toString('latin1', start - 1, start) === ' ';
	const [from, to] = [isOdd ? start - 1 : start, end + END.length];
	const isPng = file.readUInt8(0) === 0x89;
	const isJpeg = file.readUInt8(0) === 0xff;
	// Before the manifest lie a chunk's length and type, behind it in a PNG its checksum.
	const rest = Buffer.concat([
		file.subarray(0, from - (isJpeg ? 4 : 8)),
		file.subarray(isPng ? to + 4 : to),
	]);
	if (!isPng && !isJpeg) rest.writeUInt32LE(rest.length - 8, 4);
	return rest;
}
