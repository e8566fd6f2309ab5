import { sendRepeatedly } from '../../../../nodes/core/scheduler/sendRepeatedly';
import { type FailureKind, localFailure } from '../../../../nodes/core/failures/failure';
import type { SendResult } from '../../../../nodes/core/scheduler/outcome';
import { sideBySide } from '../../../../nodes/core/scheduler/semaphore';
import { VirtualRuntime } from '../../fixtures/virtualRuntime.mts';

const failed = (kind: FailureKind, retryAfterMs: number | null = null): SendResult<string> => ({
	ok: false,
	failure: { ...localFailure(kind, kind, kind), retryAfterMs },
});
const OPTIONS = { maxAttempts: 3, maxWaitMs: 60_000 };

describe('sendRepeatedly', () => {
	async function send(answers: Array<SendResult<string>>, options = OPTIONS) {
		const runtime = new VirtualRuntime();
		const attempts: number[] = [];
		const result = await runtime.until(
			sendRepeatedly(
				async (attempt) => {
					attempts.push(attempt);
					return answers[attempt - 1] ?? { ok: true, value: 'done' };
				},
				options,
				runtime,
			),
		);
		return { result, attempts, waitedMs: runtime.now() };
	}

	it('tries again what is worth it', async () => {
		expect(await send([failed('serverError'), failed('connectionLost')])).toMatchObject({
			result: { ok: true, value: 'done' },
			attempts: [1, 2, 3],
		});
	});

	it('gives up after as many attempts as asked, with the last failure', async () => {
		const { result, attempts } = await send([
			failed('serverError'),
			failed('serverError'),
			failed('timeout'),
		]);

		expect(attempts).toEqual([1, 2, 3]);
		expect(result).toMatchObject({ ok: false, failure: { kind: 'timeout' } });
	});

	it('does not repeat what would be refused again', async () => {
		expect((await send([failed('invalidRequest')])).attempts).toEqual([1]);
	});

	it('sends once what the API does not want again', async () => {
		const refused = {
			ok: false as const,
			failure: { ...localFailure('rateLimit', 'x', 'x'), shouldRetry: false },
		};

		expect((await send([refused])).attempts).toEqual([1]);
	});

	it('does not wait longer than asked for a server that is down, either', async () => {
		const down = failed('serverError', 25_000);
		const { result, waitedMs } = await send([down, down, down, down, down], {
			maxAttempts: 5,
			maxWaitMs: 60_000,
		});

		expect(result).toMatchObject({ ok: false, failure: { kind: 'serverError' } });
		expect(waitedMs).toBeLessThanOrEqual(60_000);
	});

	it('waits for a limit without using up attempts, but not longer than asked', async () => {
		const limit = failed('rateLimit', 10_000);
		const patient = await send([limit, limit, limit, limit]);
		const bounded = await send(Array.from({ length: 20 }, () => limit));

		expect(patient.result.ok).toBe(true);
		expect(patient.waitedMs).toBeGreaterThanOrEqual(40_000);
		expect(bounded.result).toMatchObject({ ok: false, failure: { kind: 'rateLimit' } });
		expect(bounded.waitedMs).toBeLessThanOrEqual(60_000);
	});
});

describe('sideBySide', () => {
	it('keeps the order and the limit, and starts nothing after a result that ends it', async () => {
		let underWay = 0;
		let most = 0;
		const work = async (task: number) => {
			underWay += 1;
			most = Math.max(most, underWay);
			await Promise.resolve();
			underWay -= 1;
			return task * 2;
		};

		expect(await sideBySide([1, 2, 3, 4, 5], 2, work, () => false)).toEqual([2, 4, 6, 8, 10]);
		expect(most).toBe(2);
		expect(await sideBySide([1, 2, 3, 4, 5], 1, work, (result) => result === 6)).toEqual([
			2,
			4,
			6,
			undefined,
			undefined,
		]);
		expect(await sideBySide([], 2, work, () => false)).toEqual([]);
	});
});
