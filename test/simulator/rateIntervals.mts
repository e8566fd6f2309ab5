/**
 * Images counted second by second, as Azure documents it ("evaluated over small time intervals, typically 1 or 10
 * seconds"): each second holds its part of a minute, one image at least, and nothing is saved up for the next. The
 * refusal's words are Azure's, which name no limit.
 */
import { ApiError } from './errors.mts';
import type { ImageBucket } from './rateLimit.mts';

const MINUTE_MS = 60_000;

/** @param limit images per minute; @param clock ms, never going back. There are no headers. */
export function createImageIntervals(limit: number, clock: () => number): ImageBucket {
	const intervalMs = Math.max(1000, MINUTE_MS / limit);
	const most = Math.max(1, Math.floor((limit * intervalMs) / MINUTE_MS));
	let interval = -1;
	let taken = 0;
	const take = (n: number): void => {
		const current = Math.floor(clock() / intervalMs);
		if (current !== interval) [interval, taken] = [current, 0];
		// One that is larger than an interval goes when nothing else has.
		if (taken > 0 && taken + n > most)
			throw refusal(Math.ceil(((current + 1) * intervalMs - clock()) / 1000));
		taken += n;
	};
	return { take, headers: () => ({}) };
}

function refusal(seconds: number): ApiError {
	const message =
		'Requests to the ImageGenerations_Create Operation under Azure OpenAI API have exceeded call rate limit of your current AIServices S0 pricing tier. ' +
		`Please retry after ${seconds} seconds. To increase your default rate limit, visit: https://aka.ms/oai/quotaincrease.`;
	return new ApiError(
		429,
		{ message, type: null, param: null, code: '429' },
		{ 'retry-after': String(seconds) },
	);
}
