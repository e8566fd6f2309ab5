import { retryAfterMs, signalFromHeaders, signalFromRefusal } from '../../../../nodes/core/run/rateSignal';

const headers = (given: Record<string, string> = {}) => (name: string): string | null => given[name] ?? null;
const OPENAI = 'Rate limit reached for gpt-image-1 (for limit gpt-image) in organization org-x on input-images per min: Limit 5, Used 5, Requested 1. Please try again in 12s. Visit https://platform.openai.com/account/rate-limits to learn more.';

describe('the headers of an answer', () => {
	it.each([
		[{ 'x-ratelimit-limit-input-images': '250', 'x-ratelimit-remaining-input-images': '249' }, { limit: 250, remaining: 249 }],
		[{ 'x-ratelimit-limit-input-images': '1,000' }, { limit: 1000, remaining: null }],
		[{ 'x-ratelimit-remaining-input-images': '0' }, { limit: null, remaining: 0 }],
		[{ 'x-ratelimit-limit-input-images': '0', 'x-ratelimit-remaining-input-images': 'none' }, { limit: null, remaining: null }],
	])('%j say %j', (given, signal) => {
		expect(signalFromHeaders(headers(given as Record<string, string>))).toEqual({ ...signal, retryAfterMs: null, requested: null, isOther: false });
	});

	it.each([{}, { 'x-ratelimit-limit-requests': '500', 'x-ratelimit-remaining-tokens': '9' }, { 'x-ratelimit-limit-input-images': 'many' }])('%j say nothing of images', (given) => {
		expect(signalFromHeaders(headers(given as Record<string, string>))).toBeNull();
	});
});

describe('a refusal', () => {
	it('in OpenAI’s words says limit, wait and what was asked for', () => {
		expect(signalFromRefusal(OPENAI, headers())).toEqual({ limit: 5, remaining: null, retryAfterMs: 12_000, requested: 1, isOther: false });
	});

	it('takes what the headers add', () => {
		expect(signalFromRefusal('slow down', headers({ 'x-ratelimit-limit-input-images': '60', 'x-ratelimit-remaining-input-images': '0', 'retry-after': '3' }))).toEqual({
			limit: 60,
			remaining: 0,
			retryAfterMs: 3000,
			requested: null,
			isOther: false,
		});
	});

	it.each([
		'Rate limit reached for gpt-image-1 on tokens per min (TPM): Limit 250000, Used 249000, Requested 4160. Please try again in 240ms.',
		'Rate limit reached for gpt-image-1 on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.',
		'Rate limit reached for gpt-image-1 on images per day: Limit 100, Used 100, Requested 1. Please try again in 7h12m.',
	])('for something else is no limit of images: %s', (message) => {
		expect(signalFromRefusal(message, headers())).toMatchObject({ limit: null, requested: null, isOther: true });
	});
});

describe('how long to wait', () => {
	it.each([
		['try again in 12s.', {}, 12_000],
		['Please try again in 1m30s.', {}, 90_000],
		['Please try again in 240ms.', {}, 240],
		['Please try again in 7h12m', {}, 25_920_000],
		['Please try again in 1.5s', {}, 1500],
		['try again in 12s', { 'retry-after': '30' }, 12_000],
		['try again in 12s', { 'retry-after-ms': '11700' }, 11_700],
		['', { 'retry-after': '7' }, 7000],
		['', { 'retry-after': 'Sat, 21 Nov 2026 10:00:20 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, 20_000],
		['', { 'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, 0],
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
