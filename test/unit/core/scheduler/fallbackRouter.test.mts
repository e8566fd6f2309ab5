import { parseUsd, type Picodollars } from '../../../../nodes/core/util/money';
import {
	type Failure,
	type FailureKind,
	localFailure,
} from '../../../../nodes/core/failures/failure';
import { Ledger } from '../../../../nodes/core/scheduler/ledger';
import type { PlannedRequest, SendResult } from '../../../../nodes/core/scheduler/outcome';
import { runRequests } from '../../../../nodes/core/scheduler/runRequests';
import type { Brought, RequestHandler, RunOptions } from '../../../../nodes/core/scheduler/types';
import { VirtualRuntime } from '../../fixtures/virtualRuntime.mts';

interface Call extends PlannedRequest {
	model: string;
}

const OPTIONS: RunOptions = {
	maxConcurrency: 4,
	maxAttempts: 3,
	stopOnFailure: false,
	imagesPerMinute: null,
	maxWaitMs: 600_000,
	budget: null,
};
const usd = (amount: string): Picodollars => parseUsd(amount);
const failed = (kind: FailureKind, more: Partial<Failure> = {}): SendResult<never> => ({
	ok: false,
	failure: {
		...localFailure(kind, kind, `words of ${kind}`),
		status: kind === 'serverError' ? 503 : null,
		...more,
	},
});

let runtime: VirtualRuntime;
let ledger: Ledger;
beforeEach(() => {
	runtime = new VirtualRuntime();
	ledger = new Ledger();
});

const made = (images = 1, cost = '0.01'): SendResult<Brought> => ({
	ok: true,
	value: { images, cost: usd(cost), lost: null },
});

interface Setup extends Partial<RunOptions> {
	jobs?: number;
	images?: number;
	bounds?: Record<string, Picodollars>;
	fallback?: (call: Call) => { model: string } | { why: string | null };
	gone?: (model: string) => boolean;
	successor?: string;
}

async function run(send: (call: Call) => Promise<SendResult<Brought>>, setup: Setup = {}) {
	const {
		jobs = 1,
		images = 1,
		bounds = {},
		fallback = ({ model }) => (model === 'first' ? { model: 'second' } : { why: null }),
		gone = () => false,
		successor,
		...options
	} = setup;
	const sent: Array<{ model: string; job: number; at: number }> = [];
	const whys: string[] = [];
	const call = (part: Call['part'], model: string): Call => ({
		part,
		model,
		bound: {
			amount: ((bounds[model] ?? usd('0.01')) * BigInt(part.images)) as Picodollars,
			priceKey: model,
			isCertain: true,
		},
		limitKey: model,
		maybeBilledBefore: 0,
	});
	const handler: RequestHandler<Call, Brought> = {
		send: async (request) => {
			sent.push({ model: request.model, job: request.part.job, at: runtime.now() });
			await runtime.work(1000);
			return await send(request);
		},
		brought: (value) => value,
		forPart: ({ model }, part) => call(part, model),
		whyGone: ({ model }) => (gone(model) ? localFailure('modelGone', 'gone', 'it is gone') : null),
		successorOf: async ({ part, model }) =>
			successor === undefined || model === successor ? null : call(part, successor),
		fallbackOf: async (request, why) => {
			whys.push(why.message);
			const found = fallback(request);
			return 'model' in found
				? { request: call(request.part, found.model), why: null }
				: { request: null, why: found.why };
		},
	};
	const requests = Array.from({ length: jobs }, (_, job) =>
		call({ job, offset: 0, images }, 'first'),
	);
	const { outcomes, firstFailure } = await runtime.until(
		runRequests(requests, handler, { ...OPTIONS, ...options }, ledger, runtime, {
			ended: () => undefined,
			waiting: () => undefined,
		}),
	);
	expect(ledger.reserved).toBe(0n);
	const ends = outcomes.map((one) => `${one.request.model} ${one.ok ? 'ok' : one.failure.kind}`);
	return {
		outcomes,
		firstFailure,
		sent,
		ends,
		whys,
		sentTo: (model: string) => sent.filter((one) => one.model === model).length,
	};
}

describe('a model that is down', () => {
	it('is tried by the first requests as often as may be; those after them go to the fallback at once', async () => {
		const { ends, sent, outcomes, whys } = await run(
			async ({ model }) => (model === 'first' ? failed('serverError') : made()),
			{ jobs: 40, stopOnFailure: true },
		);

		expect(ends).toEqual(Array(40).fill('second ok'));
		const found = sent.find(({ model }) => model === 'second')?.at ?? 0;
		expect(sent.filter(({ model, at }) => model === 'first' && at > found)).toEqual([]);
		expect(outcomes.filter(({ attempts }) => attempts === 4).length).toBeLessThanOrEqual(4);
		expect(outcomes.filter(({ attempts }) => attempts === 1).length).toBeGreaterThan(15);
		expect(new Set(whys)).toEqual(new Set(['words of serverError']));
	});

	it('is tried by one request at a time, and makes the rest once it answers', async () => {
		const { sent, ends } = await run(
			async ({ model }) =>
				model === 'first' && runtime.now() < 100_000 ? failed('serverError') : made(),
			{ jobs: 800, maxConcurrency: 2 },
		);

		const early = sent.filter(({ model, at }) => model === 'first' && at > 10_000 && at < 99_000);
		expect(early).toHaveLength(2);
		expect(ends.every((end) => end.endsWith('ok'))).toBe(true);
		const back = sent.filter(({ at }) => at > 220_000);
		expect(back.length).toBeGreaterThan(5);
		expect(back.every(({ model }) => model === 'first')).toBe(true);
	});

	it('with a fallback that is down too ends with its own error, which says both', async () => {
		const { outcomes, ends, firstFailure } = await run(async () => failed('serverError'), {
			jobs: 3,
			maxConcurrency: 1,
		});

		expect(ends).toEqual(Array(3).fill('first serverError'));
		expect(outcomes.map((one) => !one.ok && one.failure)).toEqual(
			Array(3).fill(
				expect.objectContaining({
					message: 'words of serverError',
					fallback: 'Its fallback, second, could not be used: words of serverError',
				}),
			),
		);
		expect(outcomes[0]).toMatchObject({ attempts: 6 });
		expect(firstFailure).toMatchObject({ request: { model: 'first' } });
	});

	it('without a fallback is tried as ever, and says why there is none', async () => {
		const { outcomes, sent } = await run(async () => failed('serverError'), {
			jobs: 4,
			maxConcurrency: 1,
			fallback: () => ({ why: 'No fallback was used: too dear.' }),
		});

		expect(sent).toHaveLength(12);
		expect(
			outcomes.every(
				(one) => !one.ok && one.failure.fallback === 'No fallback was used: too dear.',
			),
		).toBe(true);
	});

	it.each<[string, SendResult<never>, number]>([
		['an attempt that may have been billed', failed('timeout'), 3],
		['a gateway that gave up', failed('gatewayTimeout', { status: 504 }), 3],
		['moderation', failed('moderation', { status: 400 }), 1],
		['a bad request', failed('invalidRequest', { status: 400 }), 1],
		['missing credit', failed('insufficientQuota', { status: 429 }), 1],
		['a key that is refused', failed('invalidKey', { status: 401 }), 1],
	])('is not what it is called after %s', async (_what, result, attempts) => {
		const { sentTo, whys, ends } = await run(async () => result);

		expect([whys, sentTo('second'), sentTo('first'), ends.length]).toEqual([[], 0, attempts, 1]);
	});

	it('is left alone only by what can not have been billed: a request that once got no answer stays', async () => {
		let attempts = 0;
		const { sentTo, ends } = await run(async () =>
			(attempts += 1) === 1 ? failed('timeout') : failed('serverError'),
		);

		expect([ends, sentTo('second')]).toEqual([['first serverError'], 0]);
	});

	it('does not make its rate limit a reason to go elsewhere', async () => {
		let refusals = 0;
		const rate = { stated: {}, refusedFor: 'images', requested: null, retryAfterMs: 5000 } as const;
		const { sentTo, ends } = await run(async () =>
			(refusals += 1) < 8 ? failed('rateLimit', { status: 429, rate }) : made(),
		);

		expect([ends, sentTo('second')]).toEqual([['first ok'], 0]);
	});
});

describe('a fallback', () => {
	const firstIsDown =
		(answer: SendResult<Brought>) =>
		async ({ model }: Call): Promise<SendResult<Brought>> =>
			model === 'first' ? failed('serverError') : answer;

	it('that has no room in the budget is not asked: its model tries on', async () => {
		const { outcomes, sentTo } = await run(firstIsDown(made()), {
			jobs: 3,
			maxConcurrency: 1,
			bounds: { second: usd('0.05') },
			budget: usd('0.02'),
		});

		expect(sentTo('second')).toBe(0);
		expect(
			outcomes.map((one) => !one.ok && [one.failure.kind, one.failure.fallback, one.request.model]),
		).toEqual(
			Array(3).fill([
				'serverError',
				'Its fallback, second, could not be used: Not started because the budget was reached.',
				'first',
			]),
		);
	});

	it('counts in the budget by what it costs', async () => {
		const { ends } = await run(firstIsDown(made(1, '0.02')), {
			jobs: 5,
			maxConcurrency: 1,
			bounds: { second: usd('0.02') },
			budget: usd('0.05'),
		});

		expect(ends.filter((end) => end === 'second ok')).toHaveLength(2);
		expect(ledger.spent).toBe(usd('0.04'));
	});

	it.each<FailureKind>([
		'modelNotAllowed',
		'organizationNotVerified',
		'limitIsZero',
		'permissionDenied',
	])(
		'that is not for this key (%s) does not stop the run, and is not asked by all',
		async (kind) => {
			const { outcomes, sentTo } = await run(firstIsDown(failed(kind, { status: 403 })), {
				jobs: 6,
				maxConcurrency: 1,
			});

			expect(sentTo('second')).toBe(1);
			expect(
				outcomes.every(
					(one) =>
						!one.ok &&
						one.failure.kind === 'serverError' &&
						one.failure.fallback?.includes(`words of ${kind}`),
				),
			).toBe(true);
		},
	);

	it('that is gone ends with the error of the first', async () => {
		const { outcomes, sentTo } = await run(firstIsDown(made()), {
			jobs: 2,
			gone: (model) => model === 'second',
		});

		expect(sentTo('second')).toBe(0);
		expect(
			outcomes.every(
				(one) =>
					!one.ok &&
					one.failure.kind === 'serverError' &&
					one.failure.fallback === 'Its fallback, second, could not be used: it is gone',
			),
		).toBe(true);
	});

	it.each<[FailureKind, number]>([
		['moderation', 400],
		['invalidKey', 401],
		['insufficientQuota', 429],
	])('that fails for another reason (%s) ends with that', async (kind, status) => {
		const { outcomes } = await run(firstIsDown(failed(kind, { status })));

		expect(outcomes).toMatchObject([
			{ ok: false, failure: { kind }, request: { model: 'second' } },
		]);
	});

	it('that may have billed something is the last to be asked', async () => {
		let down = 0;
		const { ends, outcomes, sent } = await run(
			async ({ model }) =>
				model === 'first'
					? failed('serverError')
					: (down += 1) < 2
						? failed('timeout')
						: failed('serverError'),
			{ jobs: 1 },
		);

		expect(ends).toEqual(['first serverError']);
		expect(outcomes[0]).toMatchObject({ maybeBilledAttempts: 1, attempts: 6 });
		expect(sent.map(({ model }) => model)).toEqual([
			'first',
			'first',
			'first',
			'second',
			'second',
			'second',
		]);
	});

	it('takes over for a successor too', async () => {
		const { ends } = await run(
			async ({ model }) => (model === 'successor' ? failed('serverError') : made()),
			{
				jobs: 3,
				gone: (model) => model === 'first',
				successor: 'successor',
				fallback: ({ model }) => (model === 'successor' ? { model: 'second' } : { why: null }),
			},
		);

		expect(ends).toEqual(Array(3).fill('second ok'));
	});

	it('that makes fewer images than asked for is asked for the rest, each image once', async () => {
		const { outcomes } = await run(
			async ({ model, part }) =>
				model === 'first' ? failed('serverError') : made(Math.min(2, part.images)),
			{ images: 5 },
		);

		expect(
			outcomes.map(({ request: { part, model } }) => [model, part.offset, part.images]),
		).toEqual([
			['second', 0, 2],
			['second', 2, 2],
			['second', 4, 1],
		]);
	});

	it('that refuses so many images at once is asked for less; what its own model makes after that is each image once', async () => {
		const { outcomes } = await run(
			async ({ model, part }) => {
				if (model === 'first')
					return runtime.now() < 30_000 ? failed('serverError') : made(part.images);
				return part.images > 2 ? failed('tooLarge') : failed('serverError');
			},
			{ images: 5, jobs: 2, maxAttempts: 9, maxConcurrency: 1 },
		);

		const covered = outcomes.flatMap(({ request: { part } }) =>
			Array.from({ length: part.images }, (_, index) => part.job * 10 + part.offset + index),
		);
		expect(covered.sort((x, y) => x - y)).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 14]);
	});

	it('is left alone once the run is cancelled', async () => {
		runtime.cancelAt(2000);
		const { sentTo } = await run(
			async ({ model }) => (model === 'first' ? failed('serverError') : made()),
			{ jobs: 20 },
		);

		expect(sentTo('second')).toBe(0);
	});

	it('that can not be looked for is none', async () => {
		const { ends } = await run(async () => failed('serverError'), {
			fallback: () => {
				throw new Error('a bug');
			},
		});

		expect(ends).toEqual(['first serverError']);
	});
});
