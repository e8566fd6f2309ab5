import { ZERO, type Picodollars } from '../../../../nodes/core/pricing/money';
import { Budget } from '../../../../nodes/core/run/budget';
import { newlyPending, piecesOf } from '../../../../nodes/core/run/outcome';
import { divide } from '../../../../nodes/core/run/parts';
import { missingParts } from '../../../../nodes/core/run/receipt';
import { seeded, type Random } from '../../fixtures/random.mts';

const positions = (parts: Array<{ offset: number; images: number }>): number[] => parts.flatMap(({ offset, images }) => Array.from({ length: images }, (_, index) => offset + index));

describe('a part', () => {
	it('is divided into pieces that hold the same images', () => {
		for (let images = 1; images <= 20; images++) {
			for (const most of [0.5, 1, 2.9, 3, 7, 20, Infinity]) {
				const pieces = divide({ job: 2, offset: 5, images }, most);

				expect(positions(pieces)).toEqual(Array.from({ length: images }, (_, index) => 5 + index));
				expect(Math.max(...pieces.map((piece) => piece.images))).toBeLessThanOrEqual(Math.max(1, Math.floor(most)));
			}
		}
	});

	it('that may have been billed is counted once when it is divided', () => {
		const pending = { ...newlyPending({ job: 0, offset: 0, images: 10 }), attempts: 2, maybeBilledAttempts: 2 };

		expect(piecesOf(pending, 5)).toMatchObject([{ attempts: 2, maybeBilledAttempts: 2 }, { attempts: 2, maybeBilledAttempts: 0 }]);
	});
});

describe('what no receipt covers', () => {
	it.each([
		[[], [[0, 10]]],
		[[[0, 10]], []],
		[[[3, 4]], [[0, 3], [7, 3]]],
		[[[5, 5], [0, 2]], [[2, 3]]],
		[[[0, 4], [2, 4]], [[6, 4]]],
	])('of 10 images with %j is %j', (receipts, missing) => {
		const given = receipts.map(([offset = 0, images = 0]) => ({ offset, images }));

		expect(missingParts(1, 10, given)).toEqual(missing.map(([offset, images]) => ({ job: 1, offset, images })));
	});
});

describe('a budget', () => {
	const step = (budget: Budget, flying: Picodollars[], random: Random): bigint => {
		const estimate = BigInt(random.int(0, 400)) as Picodollars;
		if (random.next() < 0.6 && budget.admits(estimate) === 'now') {
			budget.reserve(estimate);
			flying.push(estimate);
			return 0n;
		}
		const landed = flying.shift();
		if (landed === undefined) return 0n;
		const actual = random.next() < 0.2 ? null : ((landed * BigInt(random.int(0, 100))) / 100n as Picodollars);
		budget.settle(landed, actual);
		return actual ?? landed;
	};

	it('is never passed by what was spent and what is in flight', () => {
		for (let seed = 1; seed <= 200; seed++) {
			const random = seeded(seed);
			const limit = BigInt(random.int(0, 3000)) as Picodollars;
			const budget = new Budget(limit);
			const flying: Picodollars[] = [];
			let spent = 0n;
			for (let index = 0; index < 200; index++) {
				spent += step(budget, flying, random);

				expect(spent + flying.reduce((sum, one) => sum + one, 0n) <= limit).toBe(true);
			}
		}
	});

	it('tells what may fit later from what never will', () => {
		const budget = new Budget(100n as Picodollars);
		budget.reserve(60n as Picodollars);

		expect([40n, 41n, 100n, 101n].map((amount) => budget.admits(amount as Picodollars))).toEqual(['now', 'later', 'later', 'never']);
		budget.settle(60n as Picodollars, null);
		expect(budget.admits(41n as Picodollars)).toBe('never');
	});

	it('may be none, or nothing', () => {
		expect(new Budget(null).admits((10n ** 30n) as Picodollars)).toBe('now');
		expect(new Budget(ZERO).admits(1n as Picodollars)).toBe('never');
	});
});
