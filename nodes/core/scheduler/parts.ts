import type { Failure } from '../failures/failure';
import { splitCount } from '../util/split';

/** Images `offset` to `offset + images - 1` of a job, made by one request. */
export interface Part {
	/** Position of the job, which is what one input item asks for. */
	job: number;
	offset: number;
	images: number;
}

/** Divides images as evenly as possible over as few requests as the limit allows. */
export function divide(part: Part, maxPerRequest: number): Part[] {
	let offset = part.offset;
	return splitCount(part.images, Math.max(1, Math.floor(Math.min(part.images, maxPerRequest)))).map(
		(images) => {
			const piece = { job: part.job, offset, images };
			offset += images;
			return piece;
		},
	);
}

/** In the order of the jobs and of each job's images. */
export function byPosition(a: Part, b: Part): number {
	return a.job - b.job || a.offset - b.offset;
}

/**
 * Some images of a part.
 * @param from counted within it
 */
export function partFrom({ job, offset }: Part, from: number, images: number): Part {
	return { job, offset: offset + from, images };
}

/** Some images of a job that need not be asked for again: they were made, or refused for good. */
export interface ReceiptRange {
	offset: number;
	images: number;
}

/** Whether asking again would only be refused again, and perhaps billed. */
export function isFinal(failure: Failure): boolean {
	return failure.kind === 'moderation';
}

/** The images of a job that no receipt covers. */
export function missingParts(
	job: number,
	count: number,
	receipts: readonly ReceiptRange[],
): Part[] {
	const parts: Part[] = [];
	let next = 0;
	for (const { offset, images } of [...receipts].sort((a, b) => a.offset - b.offset)) {
		if (offset > next) parts.push({ job, offset: next, images: offset - next });
		next = Math.max(next, offset + images);
	}
	if (next < count) parts.push({ job, offset: next, images: count - next });
	return parts;
}
