import { parseUsd, type Picodollars } from '../../../nodes/core/pricing/money';
import type { RequestPrice } from '../../../nodes/core/pricing/price';
import { Hints } from '../../../nodes/platform/hints';
import { RunTally } from '../../../nodes/platform/telemetry';
import { fakeN8n } from '../fixtures/fakeN8n.mts';

const price = (total: string | null): RequestPrice => ({
	total: total === null ? null : (parseUsd(total) as Picodollars),
	basis: total === null ? 'unknown' : 'usage',
	batchDiscount: false,
	tokens: { textInput: 1, cachedTextInput: 2, imageInput: 3, cachedImageInput: 4, imageOutput: 50, textOutput: 6 },
	parts: {},
	estimated: false,
	perImage: [],
});

function tallyOf(requests: number) {
	const n8n = fakeN8n();
	const clock = { now: 0 };
	return { n8n, clock, tally: new RunTally(n8n.context, requests, () => clock.now) };
}

describe('the sum of a run', () => {
	it('is exact', () => {
		const { tally } = tallyOf(1000);
		for (let index = 0; index < 1000; index++) tally.succeeded(price('0.0022'), 1);

		expect(tally.summary()).toBe('1000 images for $2.2000');
		expect(tally.exactUsd).toBe('2.2');
	});

	it.each([
		[['0.0022'], '1 image for $0.0022'],
		[['0.0022', null], '2 images for $0.0022, 1 of unknown cost'],
		[[null], '1 image of unknown cost'],
		[[null, null], '2 images of unknown cost'],
		[[], '0 images for $0.0000'],
	])('of %j is %s', (totals, summary) => {
		const { tally } = tallyOf(9);
		for (const total of totals) tally.succeeded(price(total), 1);

		expect(tally.summary()).toBe(summary);
	});
});

describe('progress', () => {
	it('is shown twice a second at most, and at the end', () => {
		const { tally, n8n, clock } = tallyOf(4);
		for (const at of [0, 499, 500, 600]) {
			clock.now = at;
			tally.succeeded(price('0.001'), 1);
		}

		expect(n8n.messages).toEqual([
			'GPT Image: 1 of 4 requests done, 1 image for $0.0010 so far',
			'GPT Image: 3 of 4 requests done, 3 images for $0.0030 so far',
			'GPT Image: 4 of 4 requests done, 4 images for $0.0040 so far',
		]);
	});

	it('counts what failed', () => {
		const { tally, n8n } = tallyOf(1);
		tally.failedOnce();

		expect(n8n.messages).toEqual(['GPT Image: 1 of 1 requests done, 1 failed, 0 images for $0.0000 so far']);
	});
});

describe('tokens', () => {
	it('are counted as input and output, cached ones too', () => {
		const { tally, n8n } = tallyOf(2);
		tally.succeeded(price('0.001'), 1);
		tally.succeeded(price(null), 1);
		tally.reportTokens();

		expect(n8n.metadata).toEqual({ tokenUsage: { inputTokens: 20, outputTokens: 112 } });
	});

	it('are not reported when there were none', () => {
		const { tally, n8n } = tallyOf(1);
		tally.failedOnce();
		tally.reportTokens();

		expect(n8n.metadata).toEqual({});
	});
});

describe('hints', () => {
	it('are given once each', () => {
		const hints = new Hints();
		hints.add('warning', 'a');
		hints.add('info', 'b');
		hints.add('warning', 'a');

		expect(hints.all()).toEqual([
			{ message: 'a', type: 'warning', location: 'outputPane' },
			{ message: 'b', type: 'info', location: 'outputPane' },
		]);
	});
});
