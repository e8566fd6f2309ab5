/** What is remembered of an uploaded file. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { RecordedFile } from './types.mts';

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
