import { CircuitBreaker } from '../../../../nodes/core/scheduler/circuitBreaker';
import { localFailure } from '../../../../nodes/core/failures/failure';

const DOWN = localFailure('serverError', 'overloaded', 'overloaded');
const [a, b] = [{}, {}];
let breaker: CircuitBreaker;
beforeEach(() => {
	breaker = new CircuitBreaker();
});

describe('a circuit breaker', () => {
	it('is closed until a request has found the model down', () => {
		expect(breaker.admits(a, 0)).toBe(true);

		breaker.failed(a, DOWN, 1000);

		expect(breaker.why).toBe(DOWN);
		expect(breaker.admits(b, 1000)).toBe(false);
		expect(breaker.admits(b, 30_999)).toBe(false);
	});

	it('lets one request at a time try the model, however long that takes', () => {
		breaker.failed(a, DOWN, 0);

		expect(breaker.admits(a, 30_000)).toBe(true);
		breaker.sent(a);
		expect(breaker.admits(b, 30_000)).toBe(false);
		expect(breaker.admits(b, 500_000)).toBe(false);
		expect(breaker.isTriedBy(a)).toBe(true);

		breaker.returned(a);
		breaker.answered(30_000);
		expect(breaker.admits(b, 500_000)).toBe(true);
	});

	it('gives the turn to another one when the first never leaves', () => {
		breaker.failed(a, DOWN, 0);

		expect(breaker.admits(a, 30_000)).toBe(true);
		expect(breaker.admits(b, 59_999)).toBe(false);
		expect(breaker.admits(b, 60_000)).toBe(true);
		expect(breaker.admits(a, 60_000)).toBe(false);
	});

	it('rests twice as long after each try in vain, for five minutes at most, and as briefly as at first once it has been closed', () => {
		let now = 0;
		breaker.failed(a, DOWN, now);
		const rests: number[] = [];
		for (let tries = 0; tries < 6; tries++) {
			const since = now;
			while (!breaker.admits(a, now)) now += 1000;
			rests.push(now - since);
			breaker.sent(a);
			breaker.returned(a);
			breaker.failed(a, DOWN, now);
		}
		expect(rests).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);

		breaker.answered(now);
		breaker.failed(a, DOWN, now);
		expect(breaker.admits(a, now + 29_999)).toBe(false);
		expect(breaker.admits(a, now + 30_000)).toBe(true);
	});

	it('takes no answer to what was sent before, and no failure of the others, for news', () => {
		breaker.failed(a, DOWN, 1000);
		breaker.answered(999);
		expect(breaker.why).toBe(DOWN);

		breaker.failed(b, DOWN, 20_000);
		expect(breaker.admits(b, 31_000)).toBe(true);
	});
});
