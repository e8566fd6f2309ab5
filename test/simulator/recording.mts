/** What is remembered of an uploaded file. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { readWhole } from './files/spool.mts';
import type { SpooledFile } from './http/upload.mts';
import type { RecordedFile } from './types.mts';

const LARGEST_IMAGE = 64 * 1024 * 1024;

export interface ImageFacts {
	/** As sharp names it: `png`, `jpeg`, `webp`, `gif`... */
	format: string;
	/** Pixels, after the orientation of the EXIF header. */
	width: number;
	height: number;
	hasAlpha: boolean;
}

/** Null when the bytes are no image. */
export async function imageFacts(content: Buffer): Promise<ImageFacts | null> {
	try {
		const { format, hasAlpha, autoOrient } = await sharp(content).metadata();
		return { format, hasAlpha, width: autoOrient.width, height: autoOrient.height };
	} catch {
		return null;
	}
}

/** Null when the file is no image, or a table of requests. */
export async function spooledImageFacts({
	path,
	filename,
	bytes,
}: SpooledFile): Promise<ImageFacts | null> {
	return filename.endsWith('.jsonl') || bytes > LARGEST_IMAGE
		? null
		: await imageFacts(await readWhole(path));
}

export function recordOfSpooled(
	{ field, filename, mimeType, bytes, sha256 }: SpooledFile,
	facts: ImageFacts | null,
): RecordedFile {
	return {
		field,
		filename,
		mimeType,
		bytes,
		sha256,
		width: facts?.width ?? null,
		height: facts?.height ?? null,
	};
}

export function recordOf(
	file: { field: string; filename: string; mimeType: string; content: Buffer },
	facts: ImageFacts | null,
): RecordedFile {
	return {
		field: file.field,
		filename: file.filename,
		mimeType: file.mimeType,
		bytes: file.content.length,
		sha256: createHash('sha256').update(file.content).digest('hex'),
		width: facts?.width ?? null,
		height: facts?.height ?? null,
	};
}
