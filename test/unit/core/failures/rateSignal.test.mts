import {
	retryAfterMs,
	signalFromHeaders,
	signalFromRefusal,
} from '../../../../nodes/core/failures/rateSignal';

const headers =
	(given: Record<string, string> = {}) =>
	(name: string): string | null =>
		given[name] ?? null;
const OPENAI =
	'Rate limit reached for gpt-image-1 (for limit gpt-image) in organization org-x on input-images per min: Limit 5, Used 5, Requested 1. Please try again in 12s. Visit https://platform.openai.com/account/rate-limits to learn more.';

describe('the headers of an answer', () => {
	it.each([
		[
			{ 'x-ratelimit-limit-input-images': '250', 'x-ratelimit-remaining-input-images': '249' },
			{ images: { limit: 250, remaining: 249 } },
		],
		[{ 'x-ratelimit-limit-input-images': '1,000' }, { images: { limit: 1000, remaining: null } }],
		[{ 'x-ratelimit-remaining-input-images': '0' }, { images: { limit: null, remaining: 0 } }],
		[
			{ 'x-ratelimit-limit-input-images': '0', 'x-ratelimit-remaining-input-images': '7' },
			{ images: { limit: null, remaining: 7 } },
		],
		[
			{ 'x-ratelimit-limit-tokens': '250000', 'x-ratelimit-remaining-tokens': '9' },
			{ tokens: { limit: 250_000, remaining: 9 } },
		],
		[
			{
				'x-ratelimit-limit-input-images': '5',
				'x-ratelimit-remaining-input-images': '4',
				'x-ratelimit-limit-tokens': '800',
				'x-ratelimit-remaining-tokens': '700',
			},
			{ images: { limit: 5, remaining: 4 }, tokens: { limit: 800, remaining: 700 } },
		],
	])('%j say %j', (given, stated) => {
		expect(signalFromHeaders(headers(given as Record<string, string>))).toEqual({
			stated,
			refusedFor: 'images',
			retryAfterMs: null,
			requested: null,
		});
	});

	it.each([
		{},
		{ 'x-ratelimit-limit-requests': '500' },
		{ 'x-ratelimit-limit-input-images': 'many' },
	])('%j say nothing of it', (given) => {
		expect(signalFromHeaders(headers(given as Record<string, string>))).toBeNull();
	});
});

describe('a refusal', () => {
	it('in OpenAI’s words says limit, wait and what was asked for', () => {
		expect(signalFromRefusal(OPENAI, headers())).toEqual({
			stated: { images: { limit: 5, remaining: null } },
			refusedFor: 'images',
			retryAfterMs: 12_000,
			requested: 1,
		});
	});

	it('takes what the headers add', () => {
		const given = {
			'x-ratelimit-limit-input-images': '60',
			'x-ratelimit-remaining-input-images': '0',
			'retry-after': '3',
		};

		expect(signalFromRefusal('slow down', headers(given))).toEqual({
			stated: { images: { limit: 60, remaining: 0 } },
			refusedFor: 'images',
			retryAfterMs: 3000,
			requested: null,
		});
	});

	it.each([
		[
			'Rate limit reached for gpt-image-1 on tokens per min (TPM): Limit 250000, Used 249000, Requested 4160. Please try again in 240ms.',
			'tokens',
			{ tokens: { limit: 250_000, remaining: null } },
		],
		[
			'Rate limit reached for gpt-image-1 on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.',
			'requests',
			{ requests: { limit: 3, remaining: null } },
		],
		[
			'Rate limit reached for gpt-image-1 on images per day: Limit 100, Used 100, Requested 1. Please try again in 7h12m.',
			'other',
			{},
		],
		['Rate limit reached on tokens per day (TPD): Limit 100, Used 100, Requested 1.', 'other', {}],
		['Too many requests', 'images', {}],
	])('says what it is for: %s', (message, refusedFor, stated) => {
		expect(signalFromRefusal(message, headers())).toMatchObject({ refusedFor, stated });
	});
});

describe('how long to wait', () => {
	it.each([
		['try again in 12s.', {}, 12_000],
		['Please try again in 1m30s.', {}, 90_000],
		['Please try again in 240ms.', {}, 240],
		['Please try again in 7h12m', {}, 25_920_000],
		['Please try again in 1.5s', {}, 1500],
		['Too many requests, try again after 51.84 seconds', {}, 51_840],
		[
			'Requests to the ImageGenerations_Create Operation have exceeded call rate limit. Please retry after 26 seconds.',
			{ 'retry-after': '1', 'retry-after-ms': '0' },
			26_000,
		],
		['Please try again in 20 seconds.', {}, 20_000],
		['Please wait 1 minute 5 seconds before retrying', {}, 65_000],
		['Please retry in 300 milliseconds', {}, 300],
		['Rate limit reached for images in organization org-5m', {}, null],
		['try again in 12s', { 'retry-after': '30' }, 12_000],
		['try again in 12s', { 'retry-after-ms': '11700' }, 11_700],
		['', { 'retry-after': '7' }, 7000],
		[
			'',
			{ 'retry-after': 'Sat, 21 Nov 2026 10:00:20 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' },
			20_000,
		],
		[
			'',
			{ 'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' },
			0,
		],
		['', { 'retry-after': 'Sat, 21 Nov 2026 10:00:20 GMT' }, null],
		['', { 'retry-after': 'soon', 'retry-after-ms': '-1' }, null],
		['try again later', {}, null],
		['Please try again after 51.84 seconds.', {}, 51_840],
		['Please retry after 26 seconds. Please go here: https://aka.ms/x', {}, 26_000],
		['Please try again in 20 seconds', {}, 20_000],
		['Try again in 1 minute 5 seconds.', {}, 65_000],
		['Please retry after 3 seconds.', { 'retry-after': '1', 'retry-after-ms': '0' }, 3000],
		['', { 'retry-after-ms': '0' }, 0],
		['', { 'retry-after': '-5', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, null],
		['', { 'retry-after': 'soon 5', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, null],
	])('%j with %j is %s ms', (message, given, wait) => {
		expect(retryAfterMs(message, headers(given as Record<string, string>))).toBe(wait);
	});
});
