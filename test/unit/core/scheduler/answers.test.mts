import { parseUsd, type Picodollars, ZERO } from '../../../../nodes/core/util/money';
import { type FailureKind, localFailure } from '../../../../nodes/core/failures/failure';
import { Ledger } from '../../../../nodes/core/scheduler/ledger';
import type { Outcome, PlannedRequest, SendResult } from '../../../../nodes/core/scheduler/outcome';
import { runRequests } from '../../../../nodes/core/scheduler/runRequests';
import type { Brought, RequestHandler, RunOptions } from '../../../../nodes/core/scheduler/types';
import { plainHandler } from '../../fixtures/requests.mts';
import { VirtualRuntime } from '../../fixtures/virtualRuntime.mts';

interface Call extends PlannedRequest {
	model: string;
}

const OPTIONS: RunOptions = {
	maxConcurrency: 2,
	maxAttempts: 3,
	stopOnFailure: false,
	imagesPerMinute: null,
	maxWaitMs: 60_000,
	budget: null,
};
const usd = (amount: string): Picodollars => parseUsd(amount);
const failed = (kind: FailureKind, cost?: Picodollars): SendResult<never> => ({
	ok: false,
	failure: localFailure(kind, kind, kind),
	...(cost !== undefined && { cost }),
});
const made = (
	images: number,
	cost: Picodollars | null = ZERO,
	lost: Brought['lost'] = null,
): SendResult<Brought> => ({ ok: true, value: { images, cost, lost } });
const refused = (retryAfterMs: number, shouldRetry: boolean | null = null): SendResult<never> => ({
	ok: false,
	failure: {
		...localFailure('rateLimit', 'rate_limit_exceeded', 'busy'),
		shouldRetry,
		rate: { stated: {}, refusedFor: 'other', requested: null, retryAfterMs },
	},
});

let runtime: VirtualRuntime;
let ledger: Ledger;
beforeEach(() => {
	runtime = new VirtualRuntime();
	ledger = new Ledger();
});

interface Setup extends Partial<RunOptions> {
	images?: number;
	jobs?: number;
	/** By model, for an image. */
	bounds?: Record<string, Picodollars | null>;
	/** In the order in which they take each other's place. */
	models?: string[];
	gone?: (model: string) => boolean;
	isCertain?: boolean;
	ended?: (outcome: Outcome<Brought, Call>) => void;
}

async function run(
	send: (call: Call, attempt: number) => Promise<SendResult<Brought>>,
	setup: Setup = {},
) {
	const {
		images = 1,
		jobs = 1,
		bounds = {},
		models = ['first'],
		gone = () => false,
		isCertain = true,
		ended = () => undefined,
		...options
	} = setup;
	const sent: string[] = [];
	const call = (part: Call['part'], model: string): Call => {
		const each = model in bounds ? bounds[model] : ZERO;
		const bound =
			each === null || each === undefined
				? null
				: { amount: (each * BigInt(part.images)) as Picodollars, priceKey: model, isCertain };
		return { part, model, bound, limitKey: model, maybeBilledBefore: 0 };
	};
	const handler: RequestHandler<Call, Brought> = {
		send: async (request, attempt) => {
			sent.push(
				`${request.model} ${request.part.job}/${request.part.offset}+${request.part.images} at ${runtime.now()}`,
			);
			return await send(request, attempt);
		},
		brought: (value) => value,
		forPart: ({ model }, part) => call(part, model),
		whyGone: ({ model }) => (gone(model) ? localFailure('modelGone', 'gone', 'gone') : null),
		successorOf: async ({ part, model }) => {
			const next = models[models.indexOf(model) + 1];
			return next === undefined ? null : call(part, next);
		},
	};
	const requests = Array.from({ length: jobs }, (_, job) =>
		call({ job, offset: 0, images }, models[0] ?? ''),
	);
	const { outcomes } = await runtime.until(
		runRequests(requests, handler, { ...OPTIONS, ...options }, ledger, runtime, {
			ended,
			waiting: () => undefined,
		}),
	);
	expect(ledger.reserved).toBe(0n);
	const ends = outcomes.map((one) => [
		one.request.part.offset,
		one.request.part.images,
		one.ok ? 'ok' : one.failure.kind,
	]);
	return { outcomes, sent, ends };
}

describe('an answer with fewer images than were asked for', () => {
	it('ends what it brought, and the rest is asked for', async () => {
		const { ends, sent } = await run(
			async ({ part }) => made(Math.min(part.images, 2), usd('0.1')),
			{ images: 5 },
		);

		expect(ends).toEqual([
			[0, 2, 'ok'],
			[2, 2, 'ok'],
			[4, 1, 'ok'],
		]);
		expect(sent.map((line) => line.split(' ')[1])).toEqual(['0/0+5', '0/2+3', '0/4+1']);
		expect(ledger.spent).toBe(usd('0.3'));
	});

	it('leaves the rest to the budget', async () => {
		const { ends } = await run(async () => made(1, usd('0.04')), {
			images: 4,
			bounds: { first: usd('0.01') },
			budget: usd('0.05'),
		});

		expect(ends).toEqual([
			[0, 1, 'ok'],
			[1, 3, 'overBudget'],
		]);
	});
});

describe('a request that is too large for the limit', () => {
	it('is divided until it fits, and uses up no attempt', async () => {
		const { ends, outcomes } = await run(
			async ({ part }) => (part.images > 2 ? failed('tooLarge') : made(part.images)),
			{ images: 7, maxAttempts: 1 },
		);

		expect(ends.every(([, , kind]) => kind === 'ok')).toBe(true);
		expect(outcomes.reduce((sum, { request }) => sum + request.part.images, 0)).toBe(7);
	});

	it('with one image fails alone, and the others go on', async () => {
		const { ends, sent } = await run(
			async ({ part }) => (part.job === 0 ? failed('tooLarge') : made(1)),
			{ jobs: 10 },
		);

		expect(ends.map(([, , kind]) => kind)).toEqual([
			'tooLarge',
			...Array.from({ length: 9 }, () => 'ok'),
		]);
		expect(sent).toHaveLength(10);
		expect(runtime.now()).toBeLessThan(1000);
	});
});

describe('an answer whose images could not all be stored', () => {
	it('delivers those before, fails the others with what they cost, and stops the run', async () => {
		const lost = {
			images: 3,
			cost: usd('0.03'),
			failure: localFailure('notStored', 'not_stored', 'full'),
		};
		const { outcomes, ends, sent } = await run(async () => made(1, usd('0.04'), lost), {
			images: 4,
			jobs: 3,
			maxConcurrency: 1,
		});

		expect(sent).toHaveLength(1);
		expect(ends.slice(0, 2)).toEqual([
			[0, 1, 'ok'],
			[1, 3, 'notStored'],
		]);
		expect(outcomes[1]).toMatchObject({ cost: usd('0.03') });
		expect(ledger.spent).toBe(usd('0.04'));
	});

	it('none of which could counts with what it cost', async () => {
		const { outcomes } = await run(async () => failed('notStored', usd('0.02')), {
			images: 2,
			bounds: { first: usd('0.5') },
		});

		expect(outcomes).toMatchObject([{ ok: false, cost: usd('0.02') }]);
		expect(ledger.spent).toBe(usd('0.02'));
	});
});

describe('a model that is gone', () => {
	const send = async ({ model }: Call): Promise<SendResult<Brought>> => {
		await runtime.work(100);
		return model === 'first' ? failed('modelGone') : made(1, usd('0.02'));
	};

	it.each([
		['cheaper', '0.02'],
		['dearer', '0.09'],
	])('with a %s successor keeps the budget, which is asked anew', async (_kind, bound) => {
		const { outcomes } = await run(send, {
			jobs: 20,
			models: ['first', 'second'],
			bounds: { first: usd('0.03'), second: usd(bound) },
			budget: usd('0.2'),
			maxConcurrency: 8,
		});
		const billed = outcomes.filter(({ ok }) => ok).length * 2;

		expect(billed).toBeGreaterThan(0);
		expect(billed).toBeLessThanOrEqual(20);
		expect(outcomes.every((one) => one.ok || one.failure.kind === 'overBudget')).toBe(true);
		expect(outcomes.filter(({ ok }) => ok).every(({ request }) => request.model === 'second')).toBe(
			true,
		);
	});

	it('with a successor of unknown price ends what a budget can not be kept for', async () => {
		const { ends } = await run(send, {
			jobs: 3,
			models: ['first', 'second'],
			bounds: { first: usd('0.03'), second: null },
			budget: usd('0.2'),
		});

		expect(ends.map(([, , kind]) => kind)).toEqual([
			'priceUnknown',
			'priceUnknown',
			'priceUnknown',
		]);
	});

	it('without a successor fails, and uses up no attempt on the way', async () => {
		const { outcomes } = await run(send, { models: ['first'] });
		expect(outcomes).toMatchObject([{ failure: { kind: 'modelGone' }, attempts: 1 }]);

		const moved = await run(send, { models: ['first', 'second'] });
		expect(moved.outcomes).toMatchObject([{ ok: true, attempts: 1 }]);
	});

	it('is asked for no more once that is known', async () => {
		let isKnown = false;
		const { sent } = await run(
			async (call) => {
				isKnown ||= call.model === 'first';
				return await send(call);
			},
			{
				jobs: 5,
				models: ['first', 'second'],
				gone: (model) => model === 'first' && isKnown,
				maxConcurrency: 1,
			},
		);

		expect(sent.map((line) => line.split(' ')[0])).toEqual([
			'first',
			'second',
			'second',
			'second',
			'second',
			'second',
		]);
	});

	it('does not send a run in circles', async () => {
		const { outcomes, sent } = await run(async () => failed('modelGone'), {
			models: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
		});

		expect(sent).toHaveLength(4);
		expect(outcomes).toMatchObject([{ failure: { kind: 'modelGone' } }]);
	});
});

describe('what throws', () => {
	it('while sending ends the run once all that is in flight has ended, as an outcome like any other', async () => {
		const { ends, sent } = await run(
			async ({ part }) => {
				await runtime.work(part.job === 0 ? 15 : 50);
				if (part.job === 0) throw new Error('a bug');
				return made(1);
			},
			{ jobs: 50, maxConcurrency: 4, bounds: { first: usd('0.01') } },
		);

		expect(sent.length).toBeLessThanOrEqual(4);
		expect(ends.slice(0, 2).map(([, , kind]) => kind)).toEqual(['unexpected', 'ok']);
		expect(ends).toHaveLength(50);
		expect(ledger.spent).toBe(usd('0.01'));
	});

	it('while it is observed comes out once all has ended', async () => {
		let delivered = 0;
		const ended = (): void => {
			delivered += 1;
			throw new Error('observer');
		};
		const running = run(
			async () => {
				await runtime.work(50);
				return made(1);
			},
			{ jobs: 10, maxConcurrency: 3, ended },
		);

		await expect(running).rejects.toThrow('observer');
		expect(delivered).toBe(10);
		expect(ledger.reserved).toBe(0n);
	});
});

describe('who waits', () => {
	it('for room in the budget is woken by a cancel', async () => {
		runtime.cancelAt(200);
		const { ends } = await run(
			async () => {
				await runtime.work(10_000);
				return made(1, usd('0.01'));
			},
			{ jobs: 2, bounds: { first: usd('0.06') }, budget: usd('0.1') },
		);

		expect(ends.map(([, , kind]) => kind)).toEqual(['ok', 'cancelled']);
	});

	it('behind a request that is refused again and again goes first after a while', async () => {
		const { ends } = await run(async ({ part }) => (part.job === 0 ? refused(100) : made(1)), {
			jobs: 20,
			maxConcurrency: 1,
			maxWaitMs: 10_000,
		});

		expect(ends.filter(([, , kind]) => kind === 'ok')).toHaveLength(19);
		expect(ends[0]?.[2]).toBe('waitedTooLong');
	});

	it('is not asked to by a server that says not to try again', async () => {
		const { sent, ends } = await run(async () => refused(1000, false));

		expect(sent).toHaveLength(1);
		expect(ends).toEqual([[0, 1, 'rateLimit']]);
	});
});

describe('the longest wait', () => {
	it('counts from the last image: a slow run that gets on goes on', async () => {
		let next = 0;
		const { ends } = await run(
			async () => {
				if (runtime.now() < next) return refused(next - runtime.now());
				next = runtime.now() + 8000;
				return made(1);
			},
			{ jobs: 20, maxConcurrency: 1, maxWaitMs: 10_000 },
		);

		expect(ends.every(([, , kind]) => kind === 'ok')).toBe(true);
		expect(runtime.now()).toBeGreaterThan(100_000);
	});

	it('does not count while requests are being worked on', async () => {
		const { ends } = await run(
			async () => {
				await runtime.work(60_000);
				return made(1);
			},
			{ jobs: 6, maxConcurrency: 3, imagesPerMinute: 6, maxWaitMs: 15_000 },
		);

		expect(ends.every(([, , kind]) => kind === 'ok')).toBe(true);
	});

	it('holds for the waits that a failing server asks for, all together', async () => {
		const { sent } = await run(
			async () => ({
				ok: false,
				failure: { ...localFailure('serverError', 'http_503', ''), retryAfterMs: 40_000 },
			}),
			{ maxAttempts: 20, maxWaitMs: 60_000 },
		);

		expect(sent).toHaveLength(2);
		expect(runtime.now()).toBeLessThan(60_000);
	});
});

describe('a provider whose price is not known beforehand', () => {
	it('is not found out by an attempt of which nobody knows what became', async () => {
		let billed = 0n;
		const { outcomes } = await run(
			async () => {
				await runtime.work(100);
				if (runtime.now() < 200) return failed('timeout');
				billed += usd('0.03');
				return made(1, usd('0.03'));
			},
			{
				jobs: 20,
				bounds: { first: usd('0.01') },
				isCertain: false,
				budget: usd('0.1'),
				maxConcurrency: 8,
				maxAttempts: 1,
			},
		);

		expect(outcomes).toHaveLength(20);
		// What was lost before counts at the price that was found out.
		expect(billed).toBe(usd('0.06'));
	});
});

describe('a run that waits for money that another one has reserved', () => {
	it('ends when it is cancelled', async () => {
		const shared = new Ledger();
		shared.reserve({ amount: usd('0.05'), priceKey: 'other', isCertain: true });
		const requests: PlannedRequest[] = [
			{
				part: { job: 0, offset: 0, images: 1 },
				bound: { amount: usd('0.02'), priceKey: 'model', isCertain: true },
				limitKey: 'model',
				maybeBilledBefore: 0,
			},
		];
		const handler = plainHandler(async () => await Promise.reject(new Error('nothing is sent')));
		runtime.cancelAt(500);
		const { outcomes } = await runtime.until(
			runRequests(requests, handler, { ...OPTIONS, budget: usd('0.06') }, shared, runtime, {
				ended: () => undefined,
				waiting: () => undefined,
			}),
		);

		expect(outcomes).toMatchObject([{ ok: false, failure: { kind: 'cancelled' }, attempts: 0 }]);
	});
});

describe('an answer without any image', () => {
	it('leaves nothing reserved behind, so that others who share the budget go on', async () => {
		await expect(
			run(async () => await Promise.resolve(made(0, usd('0.01'))), {
				bounds: { first: usd('0.02') },
				budget: usd('1'),
			}),
		).rejects.toThrow(RangeError);

		expect([ledger.reserved, ledger.spent]).toEqual([0n, usd('0.01')]);
	});
});

describe('models that are limited each by itself', () => {
	const mixed = async (send: (model: string) => Promise<SendResult<Brought>>) => {
		const ended: Array<{ model: string; at: number }> = [];
		const requests = Array.from({ length: 60 }, (_, job): Call => {
			const model = job % 2 === 0 ? 'slow' : 'fast';
			return {
				part: { job, offset: 0, images: 1 },
				model,
				bound: null,
				limitKey: model,
				maybeBilledBefore: 0,
			};
		});
		const handler: RequestHandler<Call, Brought> = {
			send: async ({ model }) => await send(model),
			brought: (value) => value,
			forPart: (request, part) => ({ ...request, part }),
			whyGone: () => null,
			successorOf: async () => null,
		};
		const observer = {
			ended: ({ request }: Outcome<Brought, Call>) =>
				void ended.push({ model: request.model, at: runtime.now() }),
			waiting: () => undefined,
		};
		const { outcomes } = await runtime.until(
			runRequests(
				requests,
				handler,
				{ ...OPTIONS, maxConcurrency: null, maxWaitMs: 3_600_000 },
				ledger,
				runtime,
				observer,
			),
		);
		expect(outcomes.every(({ ok }) => ok)).toBe(true);
		return (model: string) =>
			Math.max(...ended.filter((one) => one.model === model).map(({ at }) => at));
	};

	it('do not wait for each other', async () => {
		let next = 0;
		const lastOf = await mixed(async (model) => {
			await runtime.work(10);
			if (model === 'slow' && runtime.now() < next) return refused(next - runtime.now());
			if (model === 'slow') next = runtime.now() + 12_000;
			await runtime.work(1000);
			return made(1);
		});

		expect(lastOf('fast')).toBeLessThan(10_000);
		expect(lastOf('slow')).toBeGreaterThan(29 * 12_000);
		expect(lastOf('slow')).toBeLessThan(1.1 * 30 * 12_000);
	});
});
