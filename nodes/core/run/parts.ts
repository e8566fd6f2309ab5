import { splitCount } from './splitCount';

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

/** Some images of a part. @param from counted within it */
export function partFrom({ job, offset }: Part, from: number, images: number): Part {
	return { job, offset: offset + from, images };
}
