import { createHash, createHmac, randomBytes, timingSafeEqual } from 'crypto';

/** One id for each time that a review begins: all reviews of an execution have the same address. */
export const newReviewId = (): string => randomBytes(16).toString('base64url');

/** What stands in the page's addresses in place of the code. It opens this one review, and the code can't be read from it. */
export const accessOf = (code: string, reviewId: string): string =>
	createHmac('sha256', code).update(reviewId).digest('base64url');

/** Takes as long for a wrong value as for the right one. */
export function isSame(given: unknown, expected: string): boolean {
	const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
	return typeof given === 'string' && timingSafeEqual(digest(given), digest(expected));
}
