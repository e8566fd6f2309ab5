import { formatDuration } from '../simulator/rateLimit.mts';
import { closeAll, generate, simulate } from './support.mts';

afterEach(closeAll);

describe('images per minute', () => {
	test('refill continuously, are counted by n, and are told in headers', async () => {
		let now = 0;
		const simulator = await simulate({ imagesPerMinute: 5, rateLimitClock: () => now });
		const first = await generate(simulator, { n: 4 });
		expect(Object.fromEntries(first.headers)).toMatchObject({
			'x-ratelimit-limit-input-images': '5',
			'x-ratelimit-remaining-input-images': '1',
			'x-ratelimit-reset-input-images': '48s',
			'x-ratelimit-limit-requests': '5000',
			'x-ratelimit-remaining-requests': '4999',
		});
		const refused = await generate(simulator, { n: 2 });
		expect(refused.status).toBe(429);
		expect(refused.error).toEqual({
			message:
				'Rate limit reached for gpt-image-2 (for limit gpt-image) in organization org-simulator on input-images per min: Limit 5, Used 4, Requested 2. ' +
				'Please try again in 12s. Visit https://platform.openai.com/account/rate-limits to learn more.',
			type: 'input-images',
			param: null,
			code: 'rate_limit_exceeded',
		});
		expect(Object.fromEntries(refused.headers)).toMatchObject({
			'retry-after': '12',
			'retry-after-ms': '12000',
			'x-ratelimit-remaining-input-images': '1',
		});
		now += 11_000;
		expect((await generate(simulator, { n: 2 })).headers.get('retry-after-ms')).toBe('1000');
		now += 1000;
		expect((await generate(simulator, { n: 2 })).status).toBe(200);
		expect(simulator.billed.map(({ n }) => n)).toEqual([4, 2]);
	});

	test('below n can never be met: no time to wait is given', async () => {
		const simulator = await simulate({ imagesPerMinute: 5 });
		const { status, error, headers } = await generate(simulator, { n: 10 });
		expect(status).toBe(429);
		expect(error.message).toContain('Limit 5, Requested 10.');
		expect(headers.get('retry-after')).toBeNull();
		expect((await generate(simulator, { n: 5 })).status).toBe(200);
	});

	test('are not used up by requests that are refused', async () => {
		const simulator = await simulate({ imagesPerMinute: 1, rateLimitClock: () => 0 });
		expect((await generate(simulator, { size: '1x1' })).status).toBe(400);
		expect((await generate(simulator)).status).toBe(200);
		expect((await generate(simulator)).status).toBe(429);
		simulator.reset();
		expect((await generate(simulator)).status).toBe(200);
	});

	test.each([
		[0, '0ms'],
		[119.2, '120ms'],
		[12_000, '12s'],
		[1500, '1.5s'],
		[90_000, '1m30s'],
	])('%d ms is written %s', (ms, text) => {
		expect(formatDuration(ms)).toBe(text);
	});
});
