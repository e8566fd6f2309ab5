import { localFailure, type Failure, type FailureKind } from '../../../../nodes/core/run/failure';
import { runRequests, type Outcome, type RunOptions, type SendResult } from '../../../../nodes/core/run/runRequests';
import { seeded } from '../../fixtures/random.mts';
import { VirtualWorld } from '../../fixtures/virtualWorld.mts';

const failure = (kind: FailureKind, retryAfterMs: number | null = null): Failure => ({ ...localFailure(kind, kind, `words of ${kind}`), retryAfterMs });
const ok = <T,>(value: T): SendResult<T> => ({ ok: true, value });
const failed = (kind: FailureKind, retryAfterMs: number | null = null): SendResult<never> => ({ ok: false, failure: failure(kind, retryAfterMs) });

const OPTIONS: RunOptions = { maxConcurrency: 1, maxAttempts: 4, stopOnFailure: false };

type Send = (request: string, attempt: number) => Promise<SendResult<string>>;

let world: VirtualWorld;
beforeEach(() => {
	world = new VirtualWorld();
});

/** Runs, and notes when what was sent. */
async function run(requests: string[], send: Send, options: Partial<RunOptions> = {}) {
	const sent: string[] = [];
	const noted: Send = async (request, attempt) => {
		sent.push(`${request}${attempt} at ${world.now()}`);
		return await send(request, attempt);
	};
	const outcomes = await world.until(runRequests(requests, noted, { ...OPTIONS, ...options }, world));
	return { outcomes, sent };
}

const kindOf = (outcome: Outcome<string> | undefined): string => (outcome?.ok ? 'ok' : (outcome?.failure.kind ?? 'none'));

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
					await world.work(random.int(1, 1000));
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
				await world.work(request === 'a' ? 100 : 10);
				return ok(request);
			},
			{ maxConcurrency: 2 },
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 0', 'c1 at 10', 'd1 at 20']);
	});

	it('may be none', async () => {
		expect((await run([], async () => ok('never'))).outcomes).toEqual([]);
	});

	it('are sent one at a time when the limit makes no sense', async () => {
		const { sent } = await run(
			['a', 'b'],
			async (request) => {
				await world.work(5);
				return ok(request);
			},
			{ maxConcurrency: 0 },
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 5']);
	});

	it('are each reported as they end', async () => {
		const ended: Array<[number, string]> = [];
		const send: Send = async (request) => {
			await world.work(request === 'a' ? 20 : 10);
			return request === 'c' ? failed('moderation') : ok(request);
		};
		await world.until(runRequests(['a', 'b', 'c'], send, { ...OPTIONS, maxConcurrency: 3 }, world, (outcome, index) => ended.push([index, kindOf(outcome)])));

		expect(ended).toEqual([
			[1, 'ok'],
			[2, 'moderation'],
			[0, 'ok'],
		]);
	});
});

describe('a request that failed', () => {
	const RETRIED: FailureKind[] = ['rateLimit', 'serverError', 'notSent', 'timeout', 'connectionLost'];
	const GIVEN_UP: FailureKind[] = ['invalidInput', 'moderation', 'modelGone', 'invalidRequest', 'unsupportedFile', 'malformedResponse', 'stopped'];
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
		const { outcomes } = await run(['a'], async (_request, attempt) => (attempt < 3 ? failed(kind) : ok('made')));

		expect(outcomes).toMatchObject([{ ok: true, value: 'made', attempts: 3 }]);
	});

	it.each(RETRIED)('for %s is sent no more often than allowed, and the others go on', async (kind) => {
		const { outcomes, sent } = await run(['a', 'b'], async (request) => (request === 'a' ? failed(kind) : ok(request)));

		expect(sent.filter((line) => line.startsWith('a'))).toHaveLength(4);
		expect(outcomes).toMatchObject([{ ok: false, failure: { kind, message: `words of ${kind}` }, attempts: 4 }, { ok: true }]);
	});

	it.each(GIVEN_UP)('for %s is not sent again, and the others go on', async (kind) => {
		const { outcomes, sent } = await run(['a', 'b'], async (request) => (request === 'a' ? failed(kind) : ok(request)));

		expect(sent).toHaveLength(2);
		expect(outcomes).toMatchObject([{ ok: false, failure: { kind }, attempts: 1 }, { ok: true, attempts: 1 }]);
	});

	it.each(ENDING_ALL)('for %s ends the whole run, because all would fail so', async (kind) => {
		const { outcomes, sent } = await run(['a', 'b', 'c'], async () => failed(kind));

		expect(sent).toEqual(['a1 at 0']);
		expect(outcomes).toMatchObject([
			{ ok: false, failure: { kind }, attempts: 1 },
			{ ok: false, failure: { kind }, attempts: 0 },
			{ ok: false, failure: { kind }, attempts: 0 },
		]);
	});

	it('once is tried once when that is all that is allowed', async () => {
		const { outcomes } = await run(['a'], async () => failed('rateLimit'), { maxAttempts: 1 });

		expect(outcomes).toMatchObject([{ ok: false, attempts: 1 }]);
		expect(world.waits).toEqual([]);
	});

	it.each([
		['timeout', 1],
		['connectionLost', 1],
		['rateLimit', 0],
		['notSent', 0],
	] as const)('for %s counts as %i that may have been billed', async (kind, maybeBilled) => {
		const recovered = await run(['a'], async (_request, attempt) => (attempt < 3 ? failed(kind) : ok('made')));
		const lost = await run(['a'], async () => failed(kind));

		expect(recovered.outcomes).toMatchObject([{ ok: true, attempts: 3, maybeBilledAttempts: 2 * maybeBilled }]);
		expect(lost.outcomes).toMatchObject([{ ok: false, attempts: 4, maybeBilledAttempts: 4 * maybeBilled }]);
	});

	it.each(['malformedResponse', 'notStored'] as const)('for %s may have been billed, although it is not repeated', async (kind) => {
		expect((await run(['a'], async () => failed(kind))).outcomes).toMatchObject([{ attempts: 1, maybeBilledAttempts: 1 }]);
	});

	it('took from its first start to its last end, waits included', async () => {
		const { outcomes } = await run(['a'], async (_request, attempt) => {
			await world.work(100);
			return attempt < 3 ? failed('rateLimit', 1000) : ok('made');
		});

		expect(outcomes).toMatchObject([{ durationMs: 100 + 1000 + 100 + 1000 + 100 }]);
	});
});

describe('the wait before the next attempt', () => {
	it('doubles from half a second, up to half a minute, shortened by chance to a half at most', async () => {
		world.chance = 0;
		await run(['a'], async () => failed('serverError'), { maxAttempts: 10 });
		expect(world.waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);

		world = new VirtualWorld();
		world.chance = 0.999_999;
		await run(['a'], async () => failed('serverError'), { maxAttempts: 10 });
		expect(world.waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
	});

	it.each([0, 0.5, 0.999_999])('is at least what the API asked for, with chance %d', async (chance) => {
		world.chance = chance;
		const asked = [12_000, 0, 90_000];
		await run(['a'], async (_request, attempt) => failed('rateLimit', asked[attempt - 1] ?? null));

		expect(world.waits).toHaveLength(3);
		world.waits.forEach((wait, index) => {
			expect(wait).toBeGreaterThanOrEqual(asked[index] as number);
			expect(wait).toBeLessThanOrEqual((asked[index] as number) + 500);
		});
	});

	it('keeps no lane of another request', async () => {
		const { sent } = await run(
			['a', 'b', 'c'],
			async (request, attempt) => {
				await world.work(10);
				return request === 'a' && attempt === 1 ? failed('rateLimit', 1000) : ok(request);
			},
			{ maxConcurrency: 2 },
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 0', 'c1 at 10', 'a2 at 1010']);
	});
});

describe('a run that stops on the first failure', () => {
	const stopping = { stopOnFailure: true, maxConcurrency: 3 };

	it('finishes what is in flight, because it is paid for, and starts nothing new', async () => {
		const { outcomes, sent } = await run(
			['a', 'b', 'c', 'd', 'e'],
			async (request) => {
				await world.work(request === 'b' ? 10 : 100);
				return request === 'b' ? failed('moderation') : ok(request);
			},
			stopping,
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 0', 'c1 at 0']);
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
				await world.work(request === 'a' ? 10 : 100);
				return failed(request === 'a' ? 'moderation' : 'timeout');
			},
			stopping,
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 0']);
		expect(outcomes.map(kindOf)).toEqual(['moderation', 'stopped']);
		expect(outcomes[1]).toMatchObject({ attempts: 1, maybeBilledAttempts: 1 });
		expect(world.waits).toEqual([]);
	});

	it('is not set going again by a request that succeeds after that', async () => {
		const { sent } = await run(
			['a', 'b', 'c'],
			async (request) => {
				await world.work({ a: 10, b: 20, c: 100 }[request] ?? 0);
				return request === 'b' ? ok(request) : failed(request === 'a' ? 'moderation' : 'timeout');
			},
			stopping,
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 0', 'c1 at 0']);
	});

	it('does not send again after a wait during which another failed', async () => {
		const { outcomes, sent } = await run(
			['a', 'b'],
			async (request) => {
				await world.work(10);
				if (request === 'a') return failed('rateLimit', 1000);
				await world.work(100);
				return failed('moderation');
			},
			stopping,
		);

		expect(sent).toEqual(['a1 at 0', 'b1 at 0']);
		expect(outcomes.map(kindOf)).toEqual(['stopped', 'moderation']);
	});

	it('does not stop for a failure that the next attempt mends', async () => {
		const { outcomes } = await run(['a', 'b'], async (request, attempt) => (attempt === 1 ? failed('serverError') : ok(request)), stopping);

		expect(outcomes.map(kindOf)).toEqual(['ok', 'ok']);
	});

	it('gives the reason of a refused key to all that follow, whatever else it is set to', async () => {
		const { outcomes } = await run(['a', 'b'], async () => failed('invalidKey'), { ...stopping, maxConcurrency: 1 });

		expect(outcomes.map(kindOf)).toEqual(['invalidKey', 'invalidKey']);
	});
});

describe('a run that is cancelled', () => {
	it('sends nothing new, and what is in flight ends', async () => {
		world.cancelAt(15);
		const { outcomes, sent } = await run(['a', 'b', 'c', 'd'], async (request) => {
			await world.work(10);
			return ok(request);
		});

		expect(sent).toEqual(['a1 at 0', 'b1 at 10']);
		expect(outcomes.map(kindOf)).toEqual(['ok', 'ok', 'cancelled', 'cancelled']);
		expect(outcomes[2]).toMatchObject({ attempts: 0, maybeBilledAttempts: 0 });
	});

	it('ends a wait at once', async () => {
		world.cancelAt(500);
		const { outcomes, sent } = await run(['a'], async () => failed('rateLimit', 3_600_000));

		expect(sent).toEqual(['a1 at 0']);
		expect(world.now()).toBe(500);
		expect(outcomes).toMatchObject([{ ok: false, attempts: 1 }]);
	});

	it('does not begin a wait', async () => {
		world.cancelAt(5);
		await run(['a'], async () => {
			await world.work(10);
			return failed('rateLimit', 1000);
		});

		expect(world.waits).toEqual([]);
	});
});
