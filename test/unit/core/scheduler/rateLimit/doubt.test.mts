import { Doubt, type Explained } from '../../../../../nodes/core/scheduler/rateLimit/doubt';

const ROUND_TRIP_MS = 20;

/** Of the requests that left, those that were not refused. */
let through: number[];
let doubt: Doubt;
/** When a refusal turned out to mean nothing. */
let nothing: number[];

const refused = (
	at: number,
	{ explained = 'no', waitMs = 5000 }: { explained?: Explained; waitMs?: number | null } = {},
): boolean =>
	doubt.refused(
		at,
		explained,
		waitMs,
		(from, to) => through.some((one) => one > from && one < to),
		at + ROUND_TRIP_MS,
	);

const sent = (now: number): void => doubt.sent(now, ROUND_TRIP_MS);

beforeEach(() => {
	through = [];
	nothing = [];
	doubt = new Doubt((now) => nothing.push(now));
});

describe('a refusal', () => {
	it('that is explained is believed at once', () => {
		expect(refused(0, { explained: 'yes' })).toBe(true);
		expect(doubt.until(20)).toBe(0);
	});

	it('that nothing explains is tried out by one request, and believed once that is refused as well', () => {
		expect(refused(0)).toBe(false);
		expect(doubt.until(20)).toBe(270);
		sent(270);
		expect(doubt.until(280)).toBeGreaterThan(290);
		expect(refused(270)).toBe(true);
		expect(doubt.until(300)).toBe(0);
	});

	it('means nothing if that gets through, and nobody waits any more', () => {
		refused(0);
		sent(270);
		expect(doubt.until(340)).toBe(0);
		expect(nothing).toEqual([340]);
	});

	it('is no news once two meant nothing: requests go on leaving, and three in a row are believed', () => {
		for (const at of [0, 1000]) {
			refused(at);
			sent(at + 270);
			doubt.until(at + 400);
			through.push(at + 270);
		}

		expect(refused(2000)).toBe(false);
		expect(doubt.until(2020)).toBe(0);
		expect(refused(2010)).toBe(false);
		expect(refused(2020)).toBe(true);
	});

	it('far below what got through needs five in a row', () => {
		expect([0, 10, 20, 30, 40].map((at) => refused(at, { explained: 'farBelow' }))).toEqual([
			false,
			false,
			false,
			false,
			true,
		]);
	});

	it('that asks for more than the run may have needs four in a row, whatever explains the first', () => {
		expect(
			[0, 10, 20, 30].map((at) => refused(at, { explained: 'yes', waitMs: 3_600_000 })),
		).toEqual([false, false, false, true]);
	});

	it('does not count with one before it if something got through after its wait', () => {
		refused(0, { waitMs: 700 });
		sent(370);
		expect(refused(370, { waitMs: 700 })).toBe(true);
		refused(2000, { waitMs: 700 });
		through.push(3000);

		expect(refused(4000, { waitMs: 700 })).toBe(false);
	});

	it.each([0, null])('that asks for no wait (%s) is believed as well', (waitMs) => {
		expect(refused(0, { waitMs })).toBe(false);
		expect(refused(70, { waitMs })).toBe(true);
	});
});

it('a limit that was only measured is believed at once where it costs less than a second', () => {
	expect(refused(0, { explained: 'measured', waitMs: 1000 })).toBe(true);
	expect(refused(5000, { explained: 'measured', waitMs: 9000 })).toBe(false);
});

describe('a refusal that others would explain', () => {
	const others = (at: number, waitMs = 1000): boolean =>
		refused(at, { explained: 'others', waitMs });

	it('is tried out, and believed from then on for a while: two times, then four', () => {
		expect([others(0), others(70)]).toEqual([false, true]);
		for (const at of [1000, 2000]) expect(others(at)).toBe(true);
		expect([others(3000), others(3070)]).toEqual([false, true]);
		for (const at of [4000, 5000, 6000, 7000]) expect(others(at)).toBe(true);

		expect(others(8000)).toBe(false);
	});

	it('is tried out each time, by one request, once it meant nothing', () => {
		for (const at of [0, 1000, 2000, 3000]) {
			expect(others(at)).toBe(false);
			expect(doubt.until(at + 20)).toBeGreaterThan(at + 20);
			sent(at + 70);
			expect(doubt.until(at + 140)).toBe(0);
			through.push(at + 70);
		}
		expect(nothing).toHaveLength(4);
	});

	it('is believed where room may have come again by the time that anything could be tried', () => {
		expect(others(0, 350)).toBe(true);
	});
});
