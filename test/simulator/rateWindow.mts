/** The other way to count images per minute: those of the last 60 seconds. */
import { rateLimited, type ImageBucket } from './rateLimit.mts';

const MINUTE_MS = 60_000;

/** @param limit images in any 60 seconds; @param clock ms, never going back; @param tells whether there are headers. */
export function createImageWindow(limit: number, clock: () => number, tells = true): ImageBucket {
	let taken: Array<{ at: number; images: number }> = [];
	const used = (): number => {
		taken = taken.filter(({ at }) => at > clock() - MINUTE_MS);
		return taken.reduce((sum, { images }) => sum + images, 0);
	};
	/** When enough of what was taken is a minute old. */
	const waitFor = (n: number): number => {
		let left = used();
		const last = taken.find(({ images }) => (left -= images) + n <= limit);
		return (last?.at ?? clock()) + MINUTE_MS - clock();
	};
	const take = (n: number, model: string): void => {
		const numbers = { limit, used: used(), requested: n };
		if (n > limit) throw rateLimited(model, numbers, null, headers());
		if (numbers.used + n > limit)
			throw rateLimited(model, numbers, Math.ceil(waitFor(n)), headers());
		taken.push({ at: clock(), images: n });
	};
	const headers = (): Record<string, string> =>
		tells
			? {
					'x-ratelimit-limit-input-images': String(limit),
					'x-ratelimit-remaining-input-images': String(limit - used()),
				}
			: {};
	return { take, headers };
}
