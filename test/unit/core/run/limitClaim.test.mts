import { localFailure } from '../../../../nodes/core/run/failure';
import { LimitClaim } from '../../../../nodes/core/run/limitClaim';
import { Ledger } from '../../../../nodes/core/run/ledger';
import { runRequests } from '../../../../nodes/core/run/runRequests';
import { seeded } from '../../fixtures/random.mts';
import { plainHandler, plainRequest } from '../../fixtures/requests.mts';
import { VirtualWorld } from '../../fixtures/virtualWorld.mts';

const refusal = (at: number, waitMs: number, limit = 60) => ({ limit, images: 1, waitMs, at, isCertain: false });

describe('a limit that a refusal states', () => {
	it('is looked at after the first refusal and believed after the next that fits', () => {
		const claim = new LimitClaim();

		expect(claim.refused(refusal(900, 400), 1000)).toBe('probe');
		expect(claim.gapMs).toBe(250);
		claim.letThrough(1450, 1);
		expect(claim.refused(refusal(1700, 700), 1710)).toBe('believe');
		expect(claim.gapMs).toBe(0);
	});

	it('is not believed for what left before it was stated', () => {
		const claim = new LimitClaim();
		claim.refused(refusal(900, 400), 1000);

		expect(claim.refused(refusal(950, 400), 1010)).toBe('probe');
	});

	it('is left aside when the next refusal asks for less than it would have to', () => {
		const claim = new LimitClaim();
		claim.refused(refusal(900, 50), 1000);
		claim.letThrough(1100, 1);

		expect(claim.refused(refusal(1350, 50), 1360)).toBe('ignore');
	});

	it('is believed at once when the server says more than words', () => {
		expect(new LimitClaim().refused({ ...refusal(0, 50), isCertain: true }, 1000)).toBe('believe');
	});

	it('is left aside when more gets through than it could allow, until refusals come in a row again', () => {
		const claim = new LimitClaim();
		claim.refused(refusal(0, 50, 5), 10);
		for (const at of [100, 350, 600, 850]) claim.letThrough(at, 1);

		expect(claim.gapMs).toBe(0);
		expect(claim.refused(refusal(900, 50, 5), 1000)).toBe('ignore');
		expect(claim.refused(refusal(1000, 50, 5), 1100)).toBe('ignore');
		expect(claim.refused(refusal(1100, 50, 5), 1200)).toBe('probe');
	});

	it.each([5, 60])('refusals at random that say "Limit %i" hold nobody up for long', async (limit) => {
		const world = new VirtualWorld();
		const random = seeded(3);
		world.random = random.next;
		const rate = { limit, remaining: null, retryAfterMs: 50, requested: 1, isOther: false };
		const send = async () => {
			await world.work(300);
			if (random.next() < 0.1) return { ok: false as const, failure: { ...localFailure('rateLimit', 'rate_limit_exceeded', ''), rate } };
			return { ok: true as const, value: 1 };
		};
		const { outcomes } = await world.until(
			runRequests(
				Array.from({ length: 300 }, (_, job) => plainRequest({ job, offset: 0, images: 1 })),
				plainHandler(send),
				{ maxConcurrency: 8, maxAttempts: 1, stopOnFailure: false, imagesPerMinute: null, maxWaitMs: 3_600_000, budget: null },
				new Ledger(),
				world,
				{ ended: () => undefined, waiting: () => undefined },
			),
		);

		expect(outcomes.every(({ ok }) => ok)).toBe(true);
		expect(world.now()).toBeLessThan(60_000);
	});
});
