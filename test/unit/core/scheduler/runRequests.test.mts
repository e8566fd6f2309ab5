import { parseUsd, type Picodollars, ZERO } from '../../../../nodes/core/util/money';
import {
	type Failure,
	type FailureKind,
	localFailure,
} from '../../../../nodes/core/failures/failure';
import { Ledger } from '../../../../nodes/core/scheduler/ledger';
import type { Outcome, SendResult } from '../../../../nodes/core/scheduler/outcome';
import type { Part } from '../../../../nodes/core/scheduler/parts';
import { runRequests } from '../../../../nodes/core/scheduler/runRequests';
import type { RunOptions, RunState } from '../../../../nodes/core/scheduler/types';
import { seeded } from '../../fixtures/random.mts';
import { plainHandler, plainRequest } from '../../fixtures/requests.mts';
import { VirtualRuntime } from '../../fixtures/virtualRuntime.mts';

const failure = (kind: FailureKind, retryAfterMs: number | null = null): Failure => ({
	...localFailure(kind, kind, `words of ${kind}`),
	retryAfterMs,
});
const ok = <T,>(value: T): SendResult<T> => ({ ok: true, value });
const failed = (kind: FailureKind, retryAfterMs: number | null = null): SendResult<never> => ({
	ok: false,
	failure: failure(kind, retryAfterMs),
});

/** A refusal for the rate limit, as the API's answer gives it. */
const refused = ({
	limit = null,
	retryAfterMs = null,
}: { limit?: number | null; retryAfterMs?: number | null } = {}): SendResult<never> => ({
	ok: false,
	failure: {
		...failure('rateLimit'),
		rate: {
			stated: limit === null ? {} : { images: { limit, remaining: null } },
			refusedFor: 'images',
			requested: null,
			retryAfterMs,
		},
	},
});

const OPTIONS: RunOptions = {
	maxConcurrency: 1,
	maxAttempts: 4,
	stopOnFailure: false,
	imagesPerMinute: null,
	maxWaitMs: 3_600_000,
	budget: null,
};

type Send = (request: string, attempt: number, part: Part) => Promise<SendResult<string>>;

interface Setup extends Partial<RunOptions> {
	/** Images of each request. */
	images?: number;
	/** For one image. */
	estimate?: Picodollars;
	costOf?: (value: string) => Picodollars | null;
	ended?: (outcome: Outcome<string>, state: RunState) => void;
}

let runtime: VirtualRuntime;
beforeEach(() => {
	runtime = new VirtualRuntime();
});

/** Runs, and notes when what was sent. */
async function run(
	requests: string[],
	send: Send,
	{
		images = 1,
		estimate = ZERO,
		costOf = () => ZERO,
		ended = () => undefined,
		...options
	}: Setup = {},
) {
	const sent: string[] = [];
	const handler = plainHandler(
		async (part, attempt) => {
			const request = requests[part.job] ?? '';
			sent.push(`${request}${attempt} at ${runtime.now()}`);
			return await send(request, attempt, part);
		},
		{ perImage: estimate, costOf },
	);
	const planned = requests.map((_, job) => plainRequest({ job, offset: 0, images }, estimate));
	const ledger = new Ledger();
	const running = runRequests(planned, handler, { ...OPTIONS, ...options }, ledger, runtime, {
		ended,
		waiting: () => undefined,
	});
	const { outcomes, waitedMs } = await runtime.until(running);
	expect(ledger.reserved).toBe(0n);
	return { outcomes, sent, waitedMs };
}

/** How long each attempt came after the one before it. */
function gaps(sent: string[]): number[] {
	const times = sent.map((line) => Number(line.split(' at ')[1]));
	return times.slice(1).map((at, index) => at - (times[index] ?? 0));
}

const kindOf = (outcome: Outcome<string> | undefined): string =>
	outcome?.ok ? 'ok' : (outcome?.failure.kind ?? 'none');

describe('requests', () => {
	it('are in flight as many as allowed, never more, and come back in their order', async () => {
		const random = seeded(9);
		for (const maxConcurrency of [1, 2, 3, 8, 100]) {
			let inFlight = 0;
			let most = 0;
			const requests = Array.from({ length: 25 }, (_, index) => `r${index}`);
			const { outcomes } = await run(
				requests,
				async (request) => {
					most = Math.max(most, ++inFlight);
					await runtime.work(random.int(3000, 10_000));
					inFlight -= 1;
					return ok(request);
				},
				{ maxConcurrency },
			);

			expect(most).toBe(Math.min(maxConcurrency, requests.length));
			expect(outcomes.map((outcome) => outcome.ok && outcome.value)).toEqual(requests);
		}
	});

	it('start as soon as a lane is free: a slow one holds up nobody', async () => {
		const { sent } = await run(
			['a', 'b', 'c', 'd'],
			async (request) => {
				await runtime.work(request === 'a' ? 100 : 10);
				return ok(request);
			},
			{ maxConcurrency: 2 },
		);

		// While the limit is not known, requests leave 10 ms apart.
		expect(sent).toEqual(['a1 at 0', 'b1 at 10', 'c1 at 20', 'd1 at 30']);
	});

	it('may be none', async () => {
		expect((await run([], async () => ok('never'))).outcomes).toEqual([]);
	});

	it.each([null, 0])(
		'are in flight without a bound of ours, but for hundreds, when it is left to us (%s)',
		async (maxConcurrency) => {
			let inFlight = 0;
			let most = 0;
			await run(
				Array.from({ length: 1000 }, (_, index) => `r${index}`),
				async (request) => {
					most = Math.max(most, ++inFlight);
					await runtime.work(60_000);
					inFlight -= 1;
					return ok(request);
				},
				{ maxConcurrency },
			);

			expect(most).toBe(900);
		},
	);

	it('are each reported as they end', async () => {
		const ended: Array<[number, string]> = [];
		const send: Send = async (request) => {
			await runtime.work(request === 'a' ? 50 : 10);
			return request === 'c' ? failed('moderation') : ok(request);
		};
		await run(['a', 'b', 'c'], send, {
			maxConcurrency: 3,
			ended: (outcome) => ended.push([outcome.request.part.job, kindOf(outcome)]),
		});

		expect(ended).toEqual([
			[1, 'ok'],
			[2, 'moderation'],
			[0, 'ok'],
		]);
	});
});

describe('a request that failed', () => {
	const RETRIED: FailureKind[] = ['serverError', 'notSent', 'timeout', 'connectionLost'];
	const GIVEN_UP: FailureKind[] = [
		'invalidInput',
		'moderation',
		'modelGone',
		'invalidRequest',
		'unsupportedFile',
		'malformedResponse',
		'overBudget',
		'waitedTooLong',
		'stopped',
	];
	const ENDING_ALL: FailureKind[] = [
		'invalidKey',
		'organizationNotVerified',
		'permissionDenied',
		'insufficientQuota',
		'billingLimit',
		'redirected',
		'notStored',
		'cancelled',
	];

	it.each(RETRIED)('for %s is sent again until it succeeds', async (kind) => {
		const { outcomes } = await run(['a'], async (_request, attempt) =>
			attempt < 3 ? failed(kind) : ok('made'),
		);

		expect(outcomes).toMatchObject([{ ok: true, value: 'made', attempts: 3 }]);
	});

	it.each(RETRIED)(
		'for %s is sent no more often than allowed, and the others go on',
		async (kind) => {
			const { outcomes, sent } = await run(['a', 'b'], async (request) =>
				request === 'a' ? failed(kind) : ok(request),
			);

			expect(sent.filter((line) => line.startsWith('a'))).toHaveLength(4);
			expect(outcomes).toMatchObject([
				{ ok: false, failure: { kind, message: `words of ${kind}` }, attempts: 4 },
				{ ok: true },
			]);
		},
	);

	it.each(GIVEN_UP)('for %s is not sent again, and the others go on', async (kind) => {
		const { outcomes, sent } = await run(['a', 'b'], async (request) =>
			request === 'a' ? failed(kind) : ok(request),
		);

		expect(sent).toHaveLength(2);
		expect(outcomes).toMatchObject([
			{ ok: false, failure: { kind }, attempts: 1 },
			{ ok: true, attempts: 1 },
		]);
	});

	it.each(ENDING_ALL)('for %s ends the whole run, because all would fail so', async (kind) => {
		const { outcomes, sent } = await run(['a', 'b', 'c'], async () => failed(kind));

		expect(sent).toEqual(['a1 at 0']);
		// Nothing was made that could not be stored.
		const unsent = kind === 'notStored' ? 'stopped' : kind;
		expect(outcomes).toMatchObject([
			{ ok: false, failure: { kind }, attempts: 1 },
			{ ok: false, failure: { kind: unsent }, attempts: 0 },
			{ ok: false, failure: { kind: unsent }, attempts: 0 },
		]);
	});

	it('once is tried once when that is all that is allowed', async () => {
		const { outcomes } = await run(['a'], async () => failed('serverError'), { maxAttempts: 1 });

		expect(outcomes).toMatchObject([{ ok: false, attempts: 1 }]);
		expect(runtime.waits).toEqual([]);
	});

	it.each([
		['timeout', 1],
		['connectionLost', 1],
		['serverError', 0],
		['notSent', 0],
	] as const)('for %s counts as %i that may have been billed', async (kind, maybeBilled) => {
		const recovered = await run(['a'], async (_request, attempt) =>
			attempt < 3 ? failed(kind) : ok('made'),
		);
		const lost = await run(['a'], async () => failed(kind));

		expect(recovered.outcomes).toMatchObject([
			{ ok: true, attempts: 3, maybeBilledAttempts: 2 * maybeBilled },
		]);
		expect(lost.outcomes).toMatchObject([
			{ ok: false, attempts: 4, maybeBilledAttempts: 4 * maybeBilled },
		]);
	});

	it.each(['malformedResponse', 'notStored'] as const)(
		'for %s may have been billed, although it is not repeated',
		async (kind) => {
			expect((await run(['a'], async () => failed(kind))).outcomes).toMatchObject([
				{ attempts: 1, maybeBilledAttempts: 1 },
			]);
		},
	);

	it('took from its first start to its last end, waits included', async () => {
		const { outcomes } = await run(['a'], async (_request, attempt) => {
			await runtime.work(100);
			return attempt < 3 ? failed('serverError', 1000) : ok('made');
		});

		expect(outcomes).toMatchObject([{ durationMs: 100 + 1000 + 100 + 1000 + 100 }]);
	});
});

describe('the wait before the next attempt', () => {
	it('doubles from half a second, up to half a minute, shortened by chance to a half at most', async () => {
		runtime.chance = 0;
		const least = await run(['a'], async () => failed('serverError'), { maxAttempts: 10 });
		expect(gaps(least.sent)).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);

		runtime = new VirtualRuntime();
		runtime.chance = 0.999_999;
		const most = await run(['a'], async () => failed('serverError'), { maxAttempts: 10 });
		expect(gaps(most.sent)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
	});

	it.each([0, 0.5, 0.999_999])(
		'is at least what the API asked for, with chance %d',
		async (chance) => {
			runtime.chance = chance;
			const asked = [12_000, 0, 90_000];
			const { sent } = await run(['a'], async (_request, attempt) =>
				failed('serverError', asked[attempt - 1] ?? null),
			);

			expect(sent).toHaveLength(4);
			gaps(sent).forEach((wait, index) => {
				expect(wait).toBeGreaterThanOrEqual(asked[index] as number);
				expect(wait).toBeLessThanOrEqual((asked[index] as number) + 500);
			});
		},
	);

	it('keeps no lane of another request', async () => {
		const { sent } = await run(
			['a', 'b', 'c'],
			async (request, attempt) => {
				await runtime.work(10);
				return request === 'a' && attempt === 1 ? failed('serverError', 1000) : ok(request);
			},
			{ maxConcurrency: 2 },
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 10', 'c1 at 20', 'a2 at 1010']);
	});
});

describe('a run that stops on the first failure', () => {
	const stopping = { stopOnFailure: true, maxConcurrency: 3 };

	it('finishes what is in flight, because it is paid for, and starts nothing new', async () => {
		const { outcomes, sent } = await run(
			['a', 'b', 'c', 'd', 'e'],
			async (request) => {
				await runtime.work(request === 'b' ? 20 : 100);
				return request === 'b' ? failed('moderation') : ok(request);
			},
			stopping,
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 10', 'c1 at 20']);
		expect(outcomes.map(kindOf)).toEqual(['ok', 'moderation', 'ok', 'stopped', 'stopped']);
		expect(outcomes.slice(3)).toMatchObject([
			{ attempts: 0, maybeBilledAttempts: 0, durationMs: 0 },
			{ attempts: 0, maybeBilledAttempts: 0, durationMs: 0 },
		]);
	});

	it('does not send again what failed for the moment: that would be new', async () => {
		const { outcomes, sent } = await run(
			['a', 'b'],
			async (request) => {
				await runtime.work(request === 'a' ? 15 : 100);
				return failed(request === 'a' ? 'moderation' : 'timeout');
			},
			stopping,
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 10']);
		expect(outcomes.map(kindOf)).toEqual(['moderation', 'timeout']);
		expect(outcomes[1]).toMatchObject({ attempts: 1, maybeBilledAttempts: 1 });
		expect(runtime.waits).toEqual([10]);
	});

	it('is not set going again by a request that succeeds after that', async () => {
		const { sent } = await run(
			['a', 'b', 'c'],
			async (request) => {
				await runtime.work({ a: 25, b: 20, c: 100 }[request] ?? 0);
				return request === 'b' ? ok(request) : failed(request === 'a' ? 'moderation' : 'timeout');
			},
			stopping,
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 10', 'c1 at 20']);
	});

	it('does not send again after a wait during which another failed', async () => {
		const { outcomes, sent } = await run(
			['a', 'b'],
			async (request) => {
				await runtime.work(10);
				if (request === 'a') return failed('serverError', 1000);
				await runtime.work(100);
				return failed('moderation');
			},
			stopping,
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 10']);
		expect(outcomes.map(kindOf)).toEqual(['serverError', 'moderation']);
	});

	it('does not stop for a failure that the next attempt mends', async () => {
		const { outcomes } = await run(
			['a', 'b'],
			async (request, attempt) => (attempt === 1 ? failed('serverError') : ok(request)),
			stopping,
		);

		expect(outcomes.map(kindOf)).toEqual(['ok', 'ok']);
	});

	it('gives the reason of a refused key to all that follow, whatever else it is set to', async () => {
		const { outcomes } = await run(['a', 'b'], async () => failed('invalidKey'), {
			...stopping,
			maxConcurrency: 1,
		});

		expect(outcomes.map(kindOf)).toEqual(['invalidKey', 'invalidKey']);
	});
});

describe('a run that is cancelled', () => {
	it('sends nothing new, and what is in flight ends', async () => {
		runtime.cancelAt(15);
		const { outcomes, sent } = await run(['a', 'b', 'c', 'd'], async (request) => {
			await runtime.work(10);
			return ok(request);
		});

		expect(sent).toEqual(['a1 at 0', 'b1 at 10']);
		expect(outcomes.map(kindOf)).toEqual(['ok', 'ok', 'cancelled', 'cancelled']);
		expect(outcomes[2]).toMatchObject({ attempts: 0, maybeBilledAttempts: 0 });
	});

	it('ends a wait at once', async () => {
		runtime.cancelAt(500);
		const { outcomes, sent } = await run(['a'], async () => failed('serverError', 3_600_000));

		expect(sent).toEqual(['a1 at 0']);
		expect(runtime.now()).toBe(500);
		expect(outcomes).toMatchObject([{ ok: false, attempts: 1 }]);
	});

	it('does not begin a wait', async () => {
		runtime.cancelAt(5);
		await run(['a'], async () => {
			await runtime.work(10);
			return failed('serverError', 1000);
		});

		expect(runtime.waits).toEqual([]);
	});
});

describe('a refusal for the rate limit', () => {
	it('uses up no attempt, however often it comes', async () => {
		let refusals = 0;
		const { outcomes, waitedMs } = await run(
			['a'],
			async () => (refusals++ < 20 ? refused({ limit: 60, retryAfterMs: 1000 }) : ok('made')),
			{ maxAttempts: 1 },
		);

		expect(outcomes).toMatchObject([{ ok: true, attempts: 1, maybeBilledAttempts: 0 }]);
		expect(waitedMs).toBeGreaterThanOrEqual(20_000);
	});

	it('pauses all others, but for one that shows whether it is meant', async () => {
		const { sent } = await run(
			['a', 'b', 'c', 'd', 'e'],
			async (request, _attempt, _part) => {
				await runtime.work(request === 'c' ? 25 : 100);
				return request === 'c' && runtime.now() < 1000
					? refused({ retryAfterMs: 5000 })
					: ok(request);
			},
			{ maxConcurrency: 3 },
		);

		expect(sent.slice(0, 3)).toEqual(['a1 at 0', 'b1 at 10', 'c1 at 20']);
		expect(sent[3]).toBe('c1 at 295');
		expect(sent.slice(4).every((line) => Number(line.split(' at ')[1]) >= 5320)).toBe(true);
	});

	it('waits ever longer where the server says nothing, and gives up with a clear error', async () => {
		const { outcomes, sent } = await run(['a', 'b'], async () => refused(), {
			maxWaitMs: 10 * 60_000,
		});

		expect(outcomes.map(kindOf)).toEqual(['waitedTooLong', 'waitedTooLong']);
		expect(outcomes[0]).toMatchObject({
			attempts: 0,
			failure: { message: 'After waiting 10 minutes, the rate limit still allowed no image.' },
		});
		expect(sent.length).toBeLessThan(20);
	});

	it('that asks for no wait at all does not make it hammer on the server', async () => {
		const { outcomes, sent } = await run(['a'], async () => refused({ retryAfterMs: 0 }), {
			maxWaitMs: 10 * 60_000,
		});

		expect(outcomes.map(kindOf)).toEqual(['waitedTooLong']);
		expect(sent.length).toBeLessThan(30);
	});

	it('that asks for longer than may be waited ends as soon as it is seen to be meant', async () => {
		const { outcomes } = await run(['a', 'b'], async () => refused({ retryAfterMs: 7_200_000 }));

		expect(outcomes.map(kindOf)).toEqual(['waitedTooLong', 'waitedTooLong']);
		expect(runtime.now()).toBeLessThan(1000);
	});

	it.each([1, 3, 4, 7])(
		'for more images than a minute allows (%i) divides the request, and makes each image once',
		async (limit) => {
			const made: number[] = [];
			const { outcomes } = await run(
				['a', 'b'],
				async (request, _attempt, part) => {
					await runtime.work(10);
					if (part.images > limit) return refused({ limit, retryAfterMs: 100 });
					for (let index = 0; index < part.images; index++)
						made.push(part.job * 100 + part.offset + index);
					return ok(request);
				},
				{ images: 10, maxConcurrency: 8 },
			);
			const wanted = [0, 100].flatMap((job) =>
				Array.from({ length: 10 }, (_, index) => job + index),
			);

			expect([...made].sort((a, b) => a - b)).toEqual(wanted);
			expect(
				outcomes.flatMap(({ request: { part } }) =>
					Array.from({ length: part.images }, (_, index) => part.job * 100 + part.offset + index),
				),
			).toEqual(wanted);
		},
	);

	it.each([1, 2, 4])(
		'for more images than a limit that nobody states (%i at once) divides the request in the end',
		async (limit) => {
			const { outcomes } = await run(
				['a', 'b'],
				async (request, _attempt, part) => {
					await runtime.work(10);
					return part.images > limit ? refused() : ok(request);
				},
				{ images: 10, maxConcurrency: 8 },
			);

			expect(outcomes.every(({ ok: made }) => made)).toBe(true);
			expect(outcomes.reduce((sum, { request }) => sum + request.part.images, 0)).toBe(20);
			expect(runtime.now()).toBeLessThan(10 * 60_000);
		},
	);

	it('is sent in several pieces by several lanes, even when the others had nothing left to do', async () => {
		let inFlight = 0;
		let most = 0;
		await run(
			['a'],
			async (request, _attempt, part) => {
				most = Math.max(most, ++inFlight);
				await runtime.work(90_000);
				inFlight -= 1;
				return part.images > 5 ? refused({ limit: 5, retryAfterMs: 100 }) : ok(request);
			},
			{ images: 10, maxConcurrency: 4 },
		);

		expect(most).toBe(2);
	});

	it.each([0.2, 0.5, 1, 2.5])(
		'told as %d images a minute ends all the same',
		async (imagesPerMinute) => {
			const { outcomes } = await run(['a', 'b'], async (request) => ok(request), {
				images: 3,
				imagesPerMinute,
			});

			expect(outcomes.every(({ ok: made }) => made)).toBe(true);
			expect(outcomes.reduce((sum, { request }) => sum + request.part.images, 0)).toBe(6);
		},
	);

	it('is waited for no longer than a second after a cancel, and what has finished is recorded', async () => {
		runtime.cancelAt(30_000);
		const ended: string[] = [];
		const { outcomes } = await run(
			['a', 'b'],
			async (request) =>
				request === 'a' ? ok(request) : refused({ limit: 1, retryAfterMs: 60_000 }),
			{
				ended: (outcome) => ended.push(kindOf(outcome)),
			},
		);

		expect(runtime.now()).toBe(30_000);
		expect(outcomes.map(kindOf)).toEqual(['ok', 'cancelled']);
		expect(ended).toEqual(['ok', 'cancelled']);
	});

	it('is waited for no longer once another request has failed', async () => {
		const { outcomes } = await run(
			['a', 'b', 'c'],
			async (request) => {
				await runtime.work(request === 'a' ? 15 : 2000);
				return request === 'b' ? failed('moderation') : refused({ retryAfterMs: 600_000 });
			},
			{ stopOnFailure: true, maxConcurrency: 2 },
		);

		expect(outcomes.map(kindOf)).toEqual(['stopped', 'moderation', 'stopped']);
		expect(runtime.now()).toBeLessThanOrEqual(3010);
	});
});

describe('the wait that a failing server asks for', () => {
	it('is not kept when it is longer than may be waited', async () => {
		const { outcomes, sent } = await run(['a'], async () => failed('serverError', 86_400_000));

		expect(sent).toEqual(['a1 at 0']);
		expect(outcomes).toMatchObject([{ attempts: 1, failure: { kind: 'serverError' } }]);
	});
});

describe('a budget', () => {
	const usd = (amount: string): Picodollars => parseUsd(amount);

	it('leaves out what it has no room for, with its estimate, and never stops the run', async () => {
		const { outcomes } = await run(['a', 'b', 'c'], async (request) => ok(request), {
			stopOnFailure: true,
			budget: usd('0.25'),
			estimate: usd('0.1'),
			costOf: () => usd('0.1'),
		});

		expect(outcomes.map(kindOf)).toEqual(['ok', 'ok', 'overBudget']);
		expect(outcomes[2]).toMatchObject({ attempts: 0, request: { bound: { amount: usd('0.1') } } });
	});

	it('waits for what is in flight, which may cost less than was reserved', async () => {
		const { sent, outcomes } = await run(
			['a', 'b', 'c'],
			async (request) => {
				await runtime.work(1000);
				return ok(request);
			},
			{ maxConcurrency: 3, budget: usd('0.1'), estimate: usd('0.08'), costOf: () => usd('0.01') },
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 1000', 'c1 at 2000']);
		expect(outcomes.every(({ ok: made }) => made)).toBe(true);
	});

	it('counts an attempt whose fate is unknown in full, and tells the failure of what was sent', async () => {
		const { outcomes, sent } = await run(['a', 'b'], async () => failed('timeout'), {
			budget: usd('0.15'),
			estimate: usd('0.1'),
			costOf: () => null,
		});

		expect(sent).toHaveLength(1);
		expect(outcomes).toMatchObject([
			{ failure: { kind: 'timeout' }, attempts: 1, maybeBilledAttempts: 1 },
			{ failure: { kind: 'overBudget' }, attempts: 0 },
		]);
	});

	it('is never passed, whatever comes back', async () => {
		for (let seed = 1; seed <= 40; seed++) {
			runtime = new VirtualRuntime();
			const random = seeded(seed);
			const budget = BigInt(random.int(1, 5000));
			const estimate = BigInt(random.int(1, 300)) as Picodollars;
			let spent = 0n;
			const { outcomes } = await run(
				Array.from({ length: 40 }, (_, index) => `r${index}`),
				async (_request, _attempt, part) => {
					await runtime.work(random.int(1, 500));
					const kind = random.pick(['ok', 'ok', 'timeout', 'serverError', 'refused'] as const);
					const cost = (estimate * BigInt(part.images) * BigInt(random.int(0, 100))) / 100n;
					if (kind === 'ok' || kind === 'timeout') spent += cost;
					if (kind === 'refused') return refused({ limit: 500, retryAfterMs: 50 });
					return kind === 'ok' ? ok(String(cost)) : failed(kind);
				},
				{
					images: random.int(1, 4),
					maxConcurrency: random.int(1, 12),
					budget: budget as Picodollars,
					estimate,
					costOf: (value) => BigInt(value) as Picodollars,
				},
			);

			expect(spent <= budget).toBe(true);
			expect(outcomes).toHaveLength(40);
		}
	});
});
