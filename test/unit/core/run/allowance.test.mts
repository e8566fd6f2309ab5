import { Bucket } from '../../../../nodes/core/run/bucket';
import { Pacer } from '../../../../nodes/core/run/pacer';
import { guessLimit, waitAfterRefusal } from '../../../../nodes/core/run/refusalWait';
import { Share } from '../../../../nodes/core/run/share';
import { SlidingWindow } from '../../../../nodes/core/run/window';

const SAYS_NOTHING = { limit: null, remaining: null, retryAfterMs: null, requested: null, isOther: false };

describe('a bucket', () => {
	it('lets a minute’s images through at once, then as they come back', () => {
		const bucket = new Bucket(60, 60, 0);

		expect(bucket.delay(60, 0, 1)).toBe(0);
		bucket.take(60, 0, 1);
		expect(bucket.delay(1, 0, 1)).toBeCloseTo(1000);
		expect(bucket.delay(1, 0, 0.5)).toBeCloseTo(2000);
		expect(bucket.delay(1, 1000, 1)).toBe(0);
		expect(bucket.delay(60, 3_600_000, 1)).toBe(0);
		expect(bucket.delay(61, 3_600_000, 1)).toBe(0);
	});

	it('takes the server’s word, and the lower one where others may be quicker', () => {
		const bucket = new Bucket(60, 60, 0);
		bucket.atMost(0, 0, 1);
		expect(bucket.delay(1, 0, 1)).toBeCloseTo(1000);
		bucket.atMost(30, 0, 1);
		expect(bucket.delay(1, 0, 1)).toBeCloseTo(1000);
		bucket.correct(300, 0);
		expect(bucket.delay(60, 0, 1)).toBe(0);
	});
});

describe('a sliding minute', () => {
	it('waits until enough of what was sent is a minute old', () => {
		const window = new SlidingWindow([{ at: 0, images: 3 }, { at: 1000, images: 2 }]);

		expect(window.delay(1, 2000, 5)).toBe(58_050);
		expect(window.delay(4, 2000, 5)).toBe(59_050);
		window.giveBack(3, 0);
		expect(window.delay(1, 2000, 5)).toBe(0);
		expect(window.used(2000)).toBe(2);
		expect(window.used(70_000)).toBe(0);
	});

	it('lets through what is more than our part, once nothing else is on its way', () => {
		const window = new SlidingWindow([]);

		expect(window.delay(4, 0, 0.5)).toBe(0);
		window.take(4, 0);
		expect(window.delay(4, 1, 0.5)).toBeGreaterThan(60_000 - 100);
	});
});

describe('our part of a limit', () => {
	it('is all of it until others are seen, is halved then, and grows back ever faster', () => {
		const share = new Share(0);
		expect(share.at(3_600_000, 60)).toBe(1);
		share.cut(0, 60);
		const grown = [0, 10_000, 20_000, 30_000, 60_000].map((at) => share.at(at, 60));

		expect(grown[0]).toBe(0.5);
		expect(grown[1]).toBeLessThan(0.52);
		const steps = grown.slice(1).map((part, index) => part - (grown[index] ?? 0));
		expect([...steps].sort((a, b) => a - b)).toEqual(steps);
		expect(share.at(3_600_000, 60)).toBe(2);
	});

	it('never becomes nothing', () => {
		const share = new Share(0);
		for (let index = 0; index < 100; index++) share.cut(0, 60);

		expect(share.at(0, 60)).toBe(0.01);
	});
});

describe('the wait after a refusal', () => {
	it.each([
		[{ retryAfterMs: 12_000 }, 5, 1, 12_000],
		[{}, 60, 1, 1000],
		[{}, 60, 3, 4000],
		[{}, null, 1, 1000],
		[{}, null, 30, 60_000],
		[{ retryAfterMs: 0 }, 60, 1, 0],
		[{ retryAfterMs: 0 }, 60, 8, 2000],
		[{ isOther: true }, 5, 1, 1000],
	])('of %j, limit %s, wave %i, is %i ms', (signal, limit, wave, wait) => {
		expect(waitAfterRefusal({ ...SAYS_NOTHING, ...signal }, 1, limit, wave)).toBe(wait);
	});

	it('lets a limit be guessed, unless it is a long one', () => {
		expect([guessLimit(1, 1000), guessLimit(4, 1000), guessLimit(1, null), guessLimit(1, 0), guessLimit(1, 20_000)]).toEqual([60, 240, null, null, null]);
	});
});

describe('the pacer', () => {
	const pacer = (imagesPerMinute: number | null = null) => new Pacer({ imagesPerMinute, maxConcurrency: 8 }, () => 0, 0);

	it('takes a limit on tokens for no limit of images', () => {
		const one = pacer();
		one.refused(one.sent(1, 0), { ...SAYS_NOTHING, retryAfterMs: 240, isOther: true }, 100);

		expect(one.largestRequest).toBe(Infinity);
		expect(one.delay(10, 100)).toBe(280);
		expect(one.delay(10, 380)).toBe(0);
	});

	it('gives back what never reached the server', () => {
		const one = pacer(1);
		one.unsent(one.sent(1, 0), 0);

		expect(one.delay(1, 0)).toBe(0);
	});

	it('halves what is in flight once for all that left together, and lets it grow back', () => {
		const one = pacer();
		const left = [one.sent(1, 0), one.sent(1, 10), one.sent(1, 20)];
		for (const departure of left) one.refused(departure, { ...SAYS_NOTHING, limit: 60, retryAfterMs: 1000 }, 100);
		expect(one.maxInFlight).toBe(4);

		for (let index = 0; index < 100; index++) one.answered(one.sent(1, 2000 + index), null, 2000 + index);
		expect(one.maxInFlight).toBe(8);
	});

	it('asks for no more than a minute allows, and for one image at least', () => {
		expect([pacer(0.3), pacer(2.9), pacer(250)].map(({ largestRequest }) => largestRequest)).toEqual([1, 2, 250]);
	});
});
