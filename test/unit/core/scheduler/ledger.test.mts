import { ZERO, type Picodollars } from '../../../../nodes/core/util/money';
import { Ledger, type Bound, type Reservation } from '../../../../nodes/core/scheduler/ledger';
import { seeded } from '../../fixtures/random.mts';

const pico = (amount: number | bigint): Picodollars => BigInt(amount) as Picodollars;
const bound = (amount: number, more: Partial<Bound> = {}): Bound => ({
	amount: pico(amount),
	priceKey: 'model',
	isCertain: true,
	...more,
});

// What must hold after each of thousands of steps is compared without expect(), which keeps a stack for each.
describe('a ledger', () => {
	it('never passes a limit by what was spent and what is in flight, whatever comes back', () => {
		for (let seed = 1; seed <= 300; seed++) {
			const random = seeded(seed);
			const limit = pico(random.int(0, 3000));
			const ledger = new Ledger();
			const flying: Reservation[] = [];
			const broken: unknown[] = [];
			let spent = 0n;
			for (let step = 0; step < 200; step++) {
				const wanted = bound(random.int(0, 400));
				if (random.next() < 0.6 && ledger.admits(wanted, limit) === 'now')
					flying.push(ledger.reserve(wanted));
				const landed =
					random.next() < 0.6
						? flying.splice(random.int(0, Math.max(0, flying.length - 1)), 1)[0]
						: undefined;
				if (landed !== undefined) {
					const most = landed.bound?.amount ?? 0n;
					const cost = (most * BigInt(random.int(0, 100))) / 100n;
					const fate = random.pick(['charged', 'unknown', 'released'] as const);
					if (fate === 'released') ledger.release(landed);
					else ledger.settle(landed, fate === 'unknown' ? null : pico(cost));
					spent += fate === 'released' ? 0n : fate === 'unknown' ? most : cost;
				}
				const reserved = flying.reduce((sum, one) => sum + (one.bound?.amount ?? 0n), 0n);
				if (
					ledger.spent !== spent ||
					ledger.reserved !== reserved ||
					ledger.spent + ledger.reserved > limit
				)
					broken.push({
						seed,
						step,
						limit,
						spent,
						reserved,
						ledger: [ledger.spent, ledger.reserved],
					});
			}
			expect(broken).toEqual([]);
			for (const left of flying) ledger.release(left);
			expect(ledger.reserved).toBe(0n);
		}
	});

	it('settles or releases a reservation once', () => {
		const ledger = new Ledger();
		const reservation = ledger.reserve(bound(10));
		ledger.settle(reservation, pico(4));

		expect(() => ledger.settle(reservation, pico(4))).toThrow(RangeError);
		expect(() => ledger.release(reservation)).toThrow(RangeError);
		expect([ledger.spent, ledger.reserved]).toEqual([4n, 0n]);
	});

	it('tells what may fit later from what never will', () => {
		const ledger = new Ledger();
		const reservation = ledger.reserve(bound(60));

		expect([40, 41, 100, 101].map((amount) => ledger.admits(bound(amount), pico(100)))).toEqual([
			'now',
			'later',
			'later',
			'never',
		]);
		ledger.settle(reservation, null);
		expect(ledger.admits(bound(41), pico(100))).toBe('never');
	});

	it('has no limit, or one of nothing', () => {
		expect(new Ledger().admits(bound(10 ** 15), null)).toBe('now');
		expect(new Ledger().admits(null, null)).toBe('now');
		expect(new Ledger().admits(bound(1), ZERO)).toBe('never');
		expect(new Ledger().admits(null, pico(100))).toBe('never');
	});

	it('goes on from what was spent before', () => {
		const ledger = new Ledger(pico(70));

		expect([30, 31].map((amount) => ledger.admits(bound(amount), pico(100)))).toEqual([
			'now',
			'never',
		]);
	});

	it('tells those who listen of each settlement, until they stop', () => {
		const ledger = new Ledger();
		const told: bigint[] = [];
		const end = ledger.listen(() => told.push(ledger.spent));
		ledger.settle(ledger.reserve(bound(10)), pico(3));
		ledger.release(ledger.reserve(bound(10)));
		end();
		ledger.settle(ledger.reserve(bound(10)), null);

		expect(told).toEqual([3n, 3n]);
	});
});

describe('a provider that charges more than the bound', () => {
	it('raises the bounds of what follows and of what is in flight, rounded up, for its price alone', () => {
		const ledger = new Ledger();
		const [first, second] = [ledger.reserve(bound(30)), ledger.reserve(bound(10))];
		ledger.settle(first, pico(40));

		expect(second.bound?.amount).toBe(10n);
		expect(ledger.reserved).toBe(14n);
		expect(ledger.admits(bound(34), pico(100))).toBe('now');
		expect(ledger.admits(bound(35), pico(100))).toBe('later');
		expect(ledger.admits(bound(46, { priceKey: 'other' }), pico(100))).toBe('now');
	});

	it('keeps the highest that it has shown', () => {
		const ledger = new Ledger();
		for (const cost of [20, 15, 5]) ledger.settle(ledger.reserve(bound(10)), pico(cost));

		expect(ledger.admits(bound(30), pico(100))).toBe('now');
		expect(ledger.admits(bound(31), pico(100))).toBe('never');
	});

	it('is found out with one request, where its price is not known beforehand', () => {
		const ledger = new Ledger();
		const uncertain = bound(10, { isCertain: false });
		const first = ledger.reserve(uncertain);

		expect(ledger.admits(uncertain, pico(1000))).toBe('later');
		expect(ledger.admits(bound(10, { isCertain: false, priceKey: 'other' }), pico(1000))).toBe(
			'now',
		);
		ledger.release(first);
		expect(ledger.admits(uncertain, pico(1000))).toBe('now');
		ledger.settle(ledger.reserve(uncertain), pico(30));
		ledger.reserve(uncertain);
		expect(ledger.admits(uncertain, pico(1000))).toBe('now');
		expect(ledger.reserved).toBe(30n);
	});

	it('never has more than one request beyond a limit, whatever it takes on top', () => {
		for (let seed = 1; seed <= 100; seed++) {
			const random = seeded(seed);
			const limit = pico(random.int(100, 5000));
			const percent = BigInt(random.int(100, 400));
			const ledger = new Ledger();
			const flying: Reservation[] = [];
			const broken: unknown[] = [];
			for (let step = 0; step < 300; step++) {
				const wanted = bound(random.int(1, 60), { isCertain: false });
				if (ledger.admits(wanted, limit) === 'now') flying.push(ledger.reserve(wanted));
				const landed = random.next() < 0.4 ? flying.shift() : undefined;
				if (landed !== undefined)
					ledger.settle(landed, pico(((landed.bound?.amount ?? 0n) * percent) / 100n));

				const first = (60n * percent) / 100n;
				if (ledger.spent + ledger.reserved > (limit > first ? limit : first) + 300n)
					broken.push({ seed, step, limit, spent: ledger.spent, reserved: ledger.reserved });
			}
			expect(broken).toEqual([]);
		}
	});

	it('counts what was lost before a price was found out by that price too, and finds out with the next one alone', () => {
		const ledger = new Ledger();
		const uncertain = bound(10, { isCertain: false });
		ledger.writeOff(ledger.reserve(uncertain));
		const second = ledger.reserve(uncertain);

		expect([ledger.spent, ledger.admits(uncertain, pico(1000))]).toEqual([10n, 'later']);
		ledger.settle(second, pico(13));
		expect([
			ledger.spent,
			ledger.admits(uncertain, pico(1000)),
			ledger.admits(uncertain, pico(38)),
		]).toEqual([26n, 'now', 'never']);
	});

	it('adds a fee that is told to a cost that is not', () => {
		const ledger = new Ledger();
		ledger.settle(ledger.reserve(bound(100)), null, pico(5));

		expect(ledger.spent).toBe(105n);
		expect(ledger.admits(bound(100), pico(209))).toBe('never');
		expect(ledger.admits(bound(100), pico(210))).toBe('now');
	});
});
