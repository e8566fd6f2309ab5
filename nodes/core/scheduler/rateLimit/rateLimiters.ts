import { type LimiterOptions, RateLimiter } from './rateLimiter';

/**
 * Most requests in flight where Max Concurrency is left to us. A limit of 250 images a minute with images of more
 * than three minutes asks for so many; what is in flight costs little, but all of it is at risk when the process dies.
 */
export const MOST_IN_FLIGHT = 900;

/** A limiter for each model of a run: a provider limits each by itself. */
export class RateLimiters {
	/** Most requests in flight, whatever they are limited by. */
	readonly maxInFlight: number;

	private readonly limiters = new Map<string, RateLimiter>();

	private readonly options: LimiterOptions;

	private readonly random: () => number;

	private readonly now: () => number;

	constructor(
		{ imagesPerMinute, maxConcurrency }: LimiterOptions & { maxConcurrency: number | null },
		random: () => number,
		now: () => number,
	) {
		this.options = { imagesPerMinute };
		this.maxInFlight =
			maxConcurrency === null || maxConcurrency < 1 ? MOST_IN_FLIGHT : maxConcurrency;
		this.random = random;
		this.now = now;
	}

	/** @param key of what is limited together */
	of(key: string): RateLimiter {
		const known = this.limiters.get(key);
		if (known !== undefined) return known;
		const limiter = new RateLimiter(this.options, this.random, this.now());
		this.limiters.set(key, limiter);
		return limiter;
	}
}
