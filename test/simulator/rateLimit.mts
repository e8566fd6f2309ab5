/**
 * Images per minute: one bucket for the whole image family, counted by `n`, refilled continuously.
 * Message and header names as seen in public reports of 429 answers (quota name `input-images`).
 */
import { ORGANIZATION } from './account.mts';
import { ApiError } from './errors.mts';

export interface ImageBucket {
	/** Takes `n` images or throws 429. */
	take(n: number, model: string): void;
	/** `x-ratelimit-*` headers of the present state. */
	headers(): Record<string, string>;
}

const REQUESTS_PER_MINUTE = 5000;

/** A duration the way the headers and messages write it: `120ms`, `12s`, `1.5s`, `1m30s`. */
export function formatDuration(ms: number): string {
	const whole = Math.ceil(ms);
	if (whole < 1000) return `${whole}ms`;
	if (whole < 60_000) return `${whole / 1000}s`;
	return `${Math.floor(whole / 60_000)}m${Math.ceil((whole % 60_000) / 1000)}s`;
}

/** 429 `rate_limit_exceeded` of the quota `input-images`. `waitMs` null: waiting can't help. */
export function rateLimited(
	model: string,
	numbers: { limit: number; used: number; requested: number },
	waitMs: number | null,
	headers: Record<string, string> = {},
): ApiError {
	const subject = `${model} (for limit gpt-image) in organization ${ORGANIZATION} on input-images per min`;
	const more = 'Visit https://platform.openai.com/account/rate-limits to learn more.';
	const body = { type: 'input-images', param: null, code: 'rate_limit_exceeded' };
	if (waitMs === null) {
		const message = `Request too large for ${subject}: Limit ${numbers.limit}, Requested ${numbers.requested}. ${more}`;
		return new ApiError(429, { message, ...body }, headers);
	}
	const message =
		`Rate limit reached for ${subject}: Limit ${numbers.limit}, Used ${numbers.used}, Requested ${numbers.requested}. ` +
		`Please try again in ${formatDuration(waitMs)}. ${more}`;
	const retry = {
		'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))),
		'retry-after-ms': String(Math.ceil(waitMs)),
	};
	return new ApiError(429, { message, ...body }, { ...headers, ...retry });
}

/** @param limit images per minute; @param clock ms, never going back; @param tells whether there are headers. */
export function createImageBucket(limit: number, clock: () => number, tells = true): ImageBucket {
	let tokens = limit;
	let requests = 0;
	let refilledAt = clock();
	const perMs = limit / 60_000;

	const refill = (): void => {
		const now = clock();
		tokens = Math.min(limit, tokens + (now - refilledAt) * perMs);
		refilledAt = now;
	};
	const headers = (): Record<string, string> => {
		if (!tells) return {};
		refill();
		return {
			'x-ratelimit-limit-input-images': String(limit),
			'x-ratelimit-remaining-input-images': String(Math.floor(tokens)),
			'x-ratelimit-reset-input-images': formatDuration((limit - tokens) / perMs),
			'x-ratelimit-limit-requests': String(REQUESTS_PER_MINUTE),
			'x-ratelimit-remaining-requests': String(Math.max(0, REQUESTS_PER_MINUTE - requests)),
			'x-ratelimit-reset-requests': formatDuration(60_000 / REQUESTS_PER_MINUTE),
		};
	};
	const take = (n: number, model: string): void => {
		refill();
		requests += 1;
		const numbers = { limit, used: Math.min(limit, Math.ceil(limit - tokens)), requested: n };
		if (n > limit) throw rateLimited(model, numbers, null, headers());
		// The tolerance keeps floating point from refusing a request that waited exactly long enough.
		if (tokens + 1e-6 < n)
			throw rateLimited(model, numbers, Math.ceil((n - tokens) / perMs - 1e-6), headers());
		tokens -= n;
	};
	return { take, headers };
}
