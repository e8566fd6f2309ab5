import { parseUsd, type Picodollars, splitEvenly } from '../../../../nodes/core/util/money';
import type { RequestPrice } from '../../../../nodes/core/pricing/price';
import { type FailureKind, localFailure } from '../../../../nodes/core/failures/failure';
import type { Outcome } from '../../../../nodes/core/scheduler/outcome';
import type { RunState } from '../../../../nodes/core/scheduler/types';
import { Hints } from '../../../../nodes/platform/n8n/hints';
import type { Delivered, ImageCall, ImageJob } from '../../../../nodes/platform/images/types';
import { RunTally } from '../../../../nodes/platform/images/progress';
import { fakeN8n } from '../../fixtures/fakeN8n.mts';

const price = (total: string | null, images = 1): RequestPrice => ({
	total: total === null ? null : (parseUsd(total) as Picodollars),
	basis: total === null ? 'unknown' : 'usage',
	batchDiscount: false,
	tokens: {
		textInput: 1,
		cachedTextInput: 2,
		imageInput: 3,
		cachedImageInput: 4,
		imageOutput: 50,
		textOutput: 6,
	},
	parts: {},
	computed: null,
	estimated: false,
	perImage:
		total === null
			? Array.from({ length: images }, () => null)
			: splitEvenly(parseUsd(total), images),
});

const stored = {
	binary: { data: '', mimeType: 'image/png' },
	facts: null,
	bytes: 1,
	fileName: 'x.png',
	mimeType: 'image/png',
};

/** A run that wants so many images, some of them made before or refused for good. */
function tallyOf(images: number, { reused = 0, refused = 0 } = {}) {
	const n8n = fakeN8n();
	const clock = { now: 0 };
	const kept = [
		...Array.from({ length: reused }, () => ({
			receipt: { maybeBilledAttempts: 0, made: {}, images: 1 },
			images: [stored],
		})),
		...Array.from({ length: refused }, () => ({
			receipt: { maybeBilledAttempts: 0, made: null, images: 1 },
			images: [],
		})),
	];
	const jobs = [{ plan: { count: images }, kept }] as unknown as ImageJob[];
	const tally = new RunTally(n8n.context, jobs, () => clock.now);
	const ended = (
		outcome: Partial<Outcome<Delivered, ImageCall>> & { ok: boolean },
		state: Partial<RunState> = {},
	) =>
		tally.ended(
			{
				request: { part: { job: 0, offset: 0, images: 1 } },
				cost: null,
				attempts: 1,
				maybeBilledAttempts: 0,
				durationMs: 1,
				...outcome,
			} as unknown as Outcome<Delivered, ImageCall>,
			{ ...IDLE, ...state },
		);
	const succeeded = (
		total: RequestPrice,
		count = 1,
		state: Partial<RunState> = {},
		outcome: Partial<Outcome<Delivered, ImageCall>> = {},
	) =>
		ended(
			{
				...outcome,
				ok: true,
				value: {
					images: Array.from({ length: count }, () => stored),
					price: total,
				} as unknown as Delivered,
			} as never,
			state,
		);
	const failed = (kind: FailureKind, attempts = 1, state: Partial<RunState> = {}) =>
		ended({ ok: false, failure: localFailure(kind, kind, kind), attempts } as never, state);
	const lost = (cost: Picodollars | null) =>
		ended({ ok: false, failure: localFailure('notStored', 'not_stored', 'full'), cost } as never);
	return { n8n, clock, tally, succeeded, failed, lost };
}

const IDLE: RunState = { inFlight: 0, waitingUntil: null, waitedMs: 0 };

describe('the sum of a run', () => {
	it('is exact', () => {
		const { tally, succeeded } = tallyOf(1000);
		for (let index = 0; index < 1000; index++) succeeded(price('0.0022'), 1);

		expect(tally.summary()).toBe('1000 images for $2.2000');
	});

	it.each([
		[['0.0022'], '1 image for $0.0022'],
		[['0.0022', null], '2 images for $0.0022, 1 of unknown cost'],
		[[null], '1 image of unknown cost'],
		[[null, null], '2 images of unknown cost'],
		[[], '0 images for $0.0000'],
	])('of %j is %s', (totals, summary) => {
		const { tally, succeeded } = tallyOf(9);
		for (const total of totals) succeeded(price(total), 1);

		expect(tally.summary()).toBe(summary);
	});
});

it('the sum of a run with an upper bound in it is one', () => {
	const { tally, succeeded } = tallyOf(2);
	succeeded(price('0.0022'), 1);
	succeeded({ ...price('0.004'), estimated: true }, 1);

	expect(tally.summary()).toBe('2 images for at most $0.0062');
});

it('an image of unknown cost makes no upper bound of what is exact', () => {
	const { tally, succeeded } = tallyOf(2);
	succeeded(price('0.0022'), 1);
	succeeded({ ...price(null), estimated: true }, 1);

	expect(tally.summary()).toBe('2 images for $0.0022, 1 of unknown cost');
});

describe('images that could not be stored', () => {
	it('are counted with what they cost, and said', () => {
		const { tally, succeeded, lost } = tallyOf(4);
		succeeded(price('0.004', 4), 2);
		lost(parseUsd('0.002'));

		expect(tally.summary()).toBe('2 images for $0.0040');
		expect(tally.remarks()).toContain('1 image made and billed, but not stored');
	});

	it('names what is known to be lost beside images of unknown cost', () => {
		const { tally, succeeded, lost } = tallyOf(2);
		succeeded(price(null));
		lost(parseUsd('0.0022'));

		expect(tally.summary()).toBe('1 image of unknown cost, in addition to $0.0022');
	});
});

describe('progress', () => {
	it('is shown twice a second at most, and at the end', () => {
		const { succeeded, n8n, clock } = tallyOf(4);
		for (const at of [0, 499, 500, 600]) {
			clock.now = at;
			succeeded(price('0.001'), 1);
		}

		expect(n8n.messages).toEqual([
			'GPT Image: 1 of 4 images done, $0.0010 spent so far',
			'GPT Image: 3 of 4 images done, $0.0030 spent so far',
			'GPT Image: 4 of 4 images done, $0.0040 spent so far',
		]);
	});

	it.each([
		[['0.001', null], 'at least $0.0010 spent so far'],
		[[null], 'cost unknown so far'],
	])('never shows what is not known as nothing: %j', (totals, words) => {
		const { succeeded, n8n } = tallyOf(totals.length);
		for (const total of totals) succeeded(price(total));

		expect(n8n.messages.at(-1)).toContain(words);
	});

	it('counts what failed', () => {
		const { failed, n8n } = tallyOf(1);
		failed('moderation');

		expect(n8n.messages).toEqual(['GPT Image: 1 of 1 image done, 1 failed, $0.0000 spent so far']);
	});

	it('says what is in flight, and until when the rate limit holds it up', () => {
		const { tally, n8n } = tallyOf(3);
		tally.waiting({ inFlight: 2, waitingUntil: 60_000, waitedMs: 0 });

		expect(n8n.messages[0]).toMatch(
			/^GPT Image: 0 of 3 images done, 2 requests in flight, waiting for the rate limit until \d\d:\d\d:\d\d, \$0\.0000 spent so far$/,
		);
	});

	it('counts what an earlier attempt has made or was refused, and leaves out what was not tried', () => {
		const { failed, succeeded, tally, n8n, clock } = tallyOf(6, { reused: 2, refused: 1 });
		failed('overBudget', 0);
		clock.now = 1000;
		failed('waitedTooLong', 0);
		clock.now = 2000;
		succeeded(price('0.001'), 1, {}, { attempts: 3, maybeBilledAttempts: 1 });

		expect(n8n.messages).toEqual([
			'GPT Image: 3 of 6 images done, 1 failed, $0.0000 spent so far',
			'GPT Image: 4 of 6 images done, 2 failed, $0.0000 spent so far',
			'GPT Image: 5 of 6 images done, 2 failed, $0.0010 spent so far',
		]);
		expect(tally.remarks()).toEqual([
			'2 reused from an earlier attempt and not billed again',
			'2 failed',
			'2 retries',
			'1 attempt without an answer that may have been billed',
		]);
	});
});

describe('tokens', () => {
	it('are counted as input and output, cached ones too', () => {
		const { tally, succeeded, n8n } = tallyOf(2);
		succeeded(price('0.001'), 1);
		succeeded(price(null), 1);
		tally.reportUsage();

		expect(n8n.metadata).toEqual({
			tokenUsage: { inputTokens: 20, outputTokens: 112 },
			tracing: {
				'gen_ai.usage.input_tokens': 20,
				'gen_ai.usage.output_tokens': 112,
				'gpt_image.images': 2,
				'gpt_image.images_of_unknown_cost': 1,
				'gpt_image.cost_usd': 0.001,
			},
		});
	});

	it('are added to those of the tries before, and so is the cost, to the last digit', () => {
		const { tally, succeeded, n8n } = tallyOf(1);
		succeeded(price('0.1'), 1);
		n8n.metadata['tracing'] = { 'gpt_image.cost_usd': 0.2, 'gpt_image.images': 3, theirs: 'x' };
		tally.reportUsage();

		expect(n8n.metadata['tracing']).toMatchObject({
			'gpt_image.images': 4,
			'gpt_image.cost_usd': 0.3,
		});
	});

	it('an unknown cost is not told as nothing', () => {
		const { tally, succeeded, n8n } = tallyOf(1);
		succeeded(price(null), 1);
		tally.reportUsage();

		expect(n8n.metadata['tracing']).not.toHaveProperty('gpt_image.cost_usd');
	});

	it('are not reported when there were none', () => {
		const { tally, failed, n8n } = tallyOf(1);
		failed('moderation');
		tally.reportUsage();

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
