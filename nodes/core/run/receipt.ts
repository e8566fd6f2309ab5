import type { Failure } from './failure';
import type { Part } from './parts';

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
