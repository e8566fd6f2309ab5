import { work } from '../../../fixtures/crowd.mts';

const SEEDS = [1, 2, 3];
/** 150 ms there and back, half more or less by chance. */
const NETWORK = { latencyMs: 10_000, refusalMs: 75, jitter: 0.5 };

describe('tokens that are counted by the minute', () => {
	// What an image takes is known from the first refusal on: what left before counts by it as well.
	it.each([
		['sliding', 60, 140],
		['sliding', 250, 140],
		['fixed', 60, 116],
	] as const)(
		'are used from the first minute on (%s, for %i images)',
		async (counts, images, most) => {
			for (const seed of SEEDS) {
				const limit = { imagesPerMinute: 100_000, tokensPerMinute: images * 4000, counts };
				const { seconds, isAllMade } = await work(
					{ ...NETWORK, ...limit },
					{ requests: images * 3, seed },
				);

				expect(isAllMade).toBe(true);
				expect(seconds).toBeLessThanOrEqual(most);
			}
		},
	);
});

describe('who begins while others have used up the minute, where no refusal states the limit,', () => {
	it.each([
		['fixed', 'retryAfter', [0, 40_000], 90, 120],
		['fixed', 'retryAfter', [0, 4000, 44_000], 90, 250],
		['sliding', 'in12s', [0, 4000, 44_000], 90, 400],
		['sliding', 'in12s', [0, 30_000, 60_000], 90, 400],
		['sliding', 'date', [0, 30_000, 60_000], 90, 450],
	] as const)(
		'does not go on at next to nothing once they have ended (%s, %s, from %j)',
		async (counts, says, startsMs, requests, most) => {
			for (const seed of SEEDS) {
				const { seconds, isAllMade } = await work(
					{ ...NETWORK, imagesPerMinute: 60, counts, says },
					{ workers: startsMs.length, startsMs: [...startsMs], requests, seed },
				);

				expect(isAllMade).toBe(true);
				expect(seconds).toBeLessThanOrEqual(most);
			}
		},
	);
});
