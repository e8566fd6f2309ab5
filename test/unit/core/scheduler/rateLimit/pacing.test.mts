import { RateLimiter } from '../../../../../nodes/core/scheduler/rateLimit/rateLimiter';
import { MOST_IN_FLIGHT } from '../../../../../nodes/core/scheduler/rateLimit/rateLimiters';
import { signalFromRefusal } from '../../../../../nodes/core/failures/rateSignal';
import { allowed, work, type Crowd, type Worked } from '../../../fixtures/crowd.mts';
import type { Counts, LimitOptions, Says } from '../../../fixtures/limitedServer.mts';

type Limit = Partial<LimitOptions> & { imagesPerMinute: number };

const SEEDS = [1, 2, 3];
const HEADERS = [true, false];
const MINUTE_MS = 60_000;

/** Lets everybody finish, and sees to it that each image was made exactly once. */
async function finish(limit: Limit, crowd: Crowd): Promise<Worked> {
	const worked = await work(limit, crowd);
	const { workers = 1, requests, images = 1 } = crowd;
	expect(worked.isAllMade).toBe(true);
	expect(worked.images).toBe(workers * requests * images);
	expect(new Set(worked.made).size).toBe(worked.images);
	return worked;
}

const used = (limit: Limit, { images, lastAt }: Worked): number => images / allowed(limit, lastAt);

/** Jain's index of fairness. */
function fairness(shares: number[]): number {
	const sum = shares.reduce((total, share) => total + share, 0);
	return (sum * sum) / (shares.length * shares.reduce((total, share) => total + share * share, 0));
}

describe('without a setting', () => {
	it.each(HEADERS)(
		'a limit of 250 a minute is used whatever an image takes (headers: %s)',
		async (headers) => {
			for (const seed of SEEDS) {
				const at = { imagesPerMinute: 250, headers };

				expect(
					(await finish({ ...at, latencyMs: 20_000 }, { requests: 120, seed })).seconds,
				).toBeLessThanOrEqual(30);
				expect(
					(await finish({ ...at, latencyMs: 60_000 }, { requests: 60, seed })).seconds,
				).toBeLessThanOrEqual(70);
				expect(
					(await finish({ ...at, latencyMs: 30_000 }, { requests: 300, seed })).seconds,
				).toBeLessThanOrEqual(50);
			}
		},
	);

	it.each([5, 20])(
		'a limit of %i a minute is found at the cost of a handful of refusals',
		async (imagesPerMinute) => {
			for (const seed of SEEDS) {
				for (const refusalMs of [10, 50, 100]) {
					expect(
						(
							await finish(
								{ imagesPerMinute, latencyMs: 30_000, refusalMs },
								{ requests: imagesPerMinute + 3, seed },
							)
						).refused,
					).toBeLessThanOrEqual(6);
				}
			}
		},
	);

	it('hundreds are in flight at most', async () => {
		const { mostInFlight } = await finish(
			{ imagesPerMinute: 100_000, latencyMs: 60_000 },
			{ requests: 2000 },
		);

		expect(mostInFlight).toBe(900);
	});

	it('a number bounds what is in flight', async () => {
		expect(
			(
				await finish(
					{ imagesPerMinute: 250, latencyMs: 20_000 },
					{ requests: 60, maxConcurrency: 7 },
				)
			).mostInFlight,
		).toBe(7);
	});
});

describe.each(['bucket', 'sliding'] as const)(
	'a limit of 60 a minute that is not told, counted as a %s',
	(counts) => {
		it.each(HEADERS)(
			'lets 120 images through in 64 s at most, with 5 %% refused at most (headers: %s)',
			async (headers) => {
				for (const seed of SEEDS) {
					for (const latencyMs of [50, 300]) {
						const { seconds, refusedShare } = await finish(
							{ imagesPerMinute: 60, counts, headers, latencyMs },
							{ requests: 120, seed },
						);

						expect(seconds).toBeLessThanOrEqual(64);
						expect(refusedShare).toBeLessThanOrEqual(0.05);
					}
				}
			},
		);

		it.each(HEADERS)(
			'is used by three processes to 93 %% at least (headers: %s)',
			async (headers) => {
				for (const seed of SEEDS) {
					const limit = { imagesPerMinute: 60, counts, headers, latencyMs: 300 };
					const worked = await finish(limit, { requests: 120, workers: 3, seed });

					expect(used(limit, worked)).toBeGreaterThanOrEqual(0.93);
					expect(worked.refusedShare).toBeLessThan(0.145);
				}
			},
		);

		it.each(HEADERS)(
			'is used by sixteen to 97 %% at least, in fair parts, with 30 %% refused at most (headers: %s)',
			async (headers) => {
				const fair: number[] = [];
				for (const seed of SEEDS) {
					const limit = { imagesPerMinute: 60, counts, headers, latencyMs: 5000 };
					const untilMs = 20 * MINUTE_MS;
					const worked = await work(limit, { requests: 1300, workers: 16, untilMs, seed });

					expect(worked.images / allowed(limit, untilMs - 1)).toBeGreaterThanOrEqual(0.97);
					expect(worked.refusedShare).toBeLessThanOrEqual(0.3);
					fair.push(fairness(worked.perWorker));
				}
				// The median: chance decides who goes first.
				expect(fair.sort((a, b) => a - b)[1]).toBeGreaterThanOrEqual(0.9);
			},
		);
	},
);

describe.each(['bucket', 'sliding', 'fixed'] as const)(
	'a limit of 60 a minute, counted as a %s, over a network of 150 ms, more or less',
	(counts) => {
		it.each([
			[2, 0.12],
			[4, 0.15],
			[16, 0.32],
		])(
			'is used by %i to 97 %% at least, in fair parts, with a share of %f refused at most',
			async (workers, most) => {
				for (const seed of SEEDS) {
					const limit = {
						imagesPerMinute: 60,
						counts,
						latencyMs: 10_000,
						refusalMs: 75,
						jitter: 0.5,
					};
					const untilMs = 20 * MINUTE_MS;
					const worked = await work(limit, { requests: 1300, workers, untilMs, seed });

					expect(worked.images / allowed(limit, untilMs - 1)).toBeGreaterThanOrEqual(0.97);
					expect(worked.refusedShare).toBeLessThanOrEqual(most);
					expect(fairness(worked.perWorker)).toBeGreaterThanOrEqual(0.9);
				}
			},
		);
	},
);

describe('a server that counts in short intervals', () => {
	it('second by second, in Azure’s words, lets 90 images through in 110 s at most', async () => {
		for (const seed of [1, 2, 3, 4, 5]) {
			expect(
				(
					await finish(
						{ imagesPerMinute: 60, counts: 1, says: 'azure', latencyMs: 2000 },
						{ requests: 90, seed },
					)
				).seconds,
			).toBeLessThanOrEqual(110);
		}
	});

	it('lets a little less through than it states, which costs few refusals', async () => {
		for (const headers of HEADERS) {
			// Three in ten seconds are 18 a minute.
			const limit = { imagesPerMinute: 20, counts: 10, headers, latencyMs: 10_000 } as const;
			const worked = await finish(limit, { requests: 400 });

			expect(used(limit, worked)).toBeGreaterThanOrEqual(0.95);
			expect(worked.refusedShare).toBeLessThanOrEqual(0.06);
		}
	});

	it.each([1, 10] as const)('of %i s is used to 90 %% at least in the long run', async (counts) => {
		for (const imagesPerMinute of [20, 60, 250]) {
			const limit = { imagesPerMinute, counts, says: 'azure', latencyMs: 2000 } as const;

			expect(
				used(limit, await finish(limit, { requests: imagesPerMinute * 8 })),
			).toBeGreaterThanOrEqual(0.9);
		}
	});
});

describe('a limit that is told by the user', () => {
	it.each(['bucket', 'sliding'] as const)(
		'is kept from the first image on (the server counts as a %s)',
		async (counts) => {
			const { refusedShare, seconds } = await finish(
				{ imagesPerMinute: 60, counts, latencyMs: 300 },
				{ requests: 120, imagesPerMinute: 60 },
			);

			expect(refusedShare).toBeLessThanOrEqual(counts === 'bucket' ? 0 : 0.05);
			expect(seconds).toBeLessThanOrEqual(64);
		},
	);

	it('below the server’s is kept, whatever its headers say', async () => {
		const { refused, seconds } = await finish(
			{ imagesPerMinute: 60, headers: true, latencyMs: 300 },
			{ requests: 60, imagesPerMinute: 30 },
		);

		expect(refused).toBe(0);
		expect(seconds).toBeGreaterThanOrEqual(59);
	});

	it('below the server’s is kept and used, whatever limit and wait its refusals state', async () => {
		const { seconds } = await finish(
			{ imagesPerMinute: 6000, canned: 0.1, cannedLimit: 5000, latencyMs: 300 },
			{ requests: 60, imagesPerMinute: 30 },
		);

		expect(seconds).toBeGreaterThanOrEqual(59);
		expect(seconds).toBeLessThanOrEqual(80);
	});

	it('below the server’s is kept after a refusal that only a count by the minute explains', () => {
		const limiter = new RateLimiter({ imagesPerMinute: 5 }, () => 0, 0);
		const rate = signalFromRefusal(
			'Rate limit reached on input-images per min: Limit 500, Used 500, Requested 1. Please try again in 30s.',
			() => null,
		);
		for (const at of [0, 250]) limiter.refused(limiter.sent(1, at), rate, at + 20);
		let left = 0;
		for (let now = 31_000; now < 91_000; now += 100) {
			if (limiter.delay(1, now) > 0) continue;
			limiter.sent(1, now);
			left += 1;
		}

		expect(left).toBeGreaterThanOrEqual(4);
		expect(left).toBeLessThanOrEqual(10);
	});
});

it('a limit that headers tell after far more has got through costs no more than two minutes’ wait', () => {
	const limiter = new RateLimiter({ imagesPerMinute: null }, () => 0, 0);
	const [first] = Array.from({ length: 900 }, (_, index) => limiter.sent(1, index * 5));
	if (first === undefined) throw new Error('Nothing left.');
	limiter.answered(
		first,
		{
			stated: { images: { limit: 50, remaining: 49 } },
			refusedFor: 'images',
			requested: null,
			retryAfterMs: null,
		},
		10_000,
	);

	expect(limiter.delay(1, 10_000)).toBeGreaterThan(50_000);
	expect(limiter.delay(1, 10_000)).toBeLessThan(120_000);
});

describe('refusals that say nothing of a limit', () => {
	it.each(['everything', 'azure', 'nothing'] as const)(
		'such as one in ten at random (%s) hold nobody up for long',
		async (says) => {
			for (const seed of SEEDS) {
				expect(
					(
						await finish(
							{ imagesPerMinute: 100_000, canned: 0.1, says, latencyMs: 2000 },
							{ requests: 300, seed },
						)
					).seconds,
				).toBeLessThan(15);
			}
		},
	);

	it.each(['bucket', 'sliding'] as const)(
		'do not spoil what is known of a real limit (%s)',
		async (counts) => {
			for (const seed of SEEDS) {
				for (const imagesPerMinute of [60, 250]) {
					const limit = { imagesPerMinute, counts, canned: 0.1, cannedLimit: 5, latencyMs: 10_000 };

					expect(
						used(limit, await finish(limit, { requests: imagesPerMinute * 5, seed })),
					).toBeGreaterThanOrEqual(0.9);
				}
			}
		},
	);

	it.each(['everything', 'azure'] as const)(
		'such as one in ten at random, in the words of the real limit (%s), cost little time',
		async (says) => {
			for (const seed of SEEDS) {
				const limit = { imagesPerMinute: 60, canned: 0.1, says, latencyMs: 20_000 };

				expect((await finish(limit, { requests: 300, seed })).seconds).toBeLessThan(1.3 * 260);
			}
		},
	);

	it('that come back late, and for minutes are all that comes back, are found out by one request at a time in the end', async () => {
		const { refused } = await finish(
			{ imagesPerMinute: 100_000, busyUntilMs: 300_000, refusalMs: 2500 },
			{ requests: 1000 },
		);

		expect(refused).toBeLessThanOrEqual(3 * MOST_IN_FLIGHT + 60);
	});

	it('keep nobody at next to nothing for hours, where a busy server lets through what was not much', async () => {
		for (const seed of SEEDS) {
			const limit = {
				imagesPerMinute: 1000,
				says: 'nothing',
				latencyMs: 300,
				canned: 0.3,
				busyUntilMs: 60_000,
			} as const;

			expect((await finish(limit, { requests: 300, seed })).seconds).toBeLessThan(3600);
		}
	});

	it('of a server that is busy for half a minute are forgotten after it', async () => {
		expect(
			(
				await finish(
					{ imagesPerMinute: 100_000, busyUntilMs: 30_000, latencyMs: 2000 },
					{ requests: 1000 },
				)
			).seconds,
		).toBeLessThan(45);
	});
});

describe('a limit that changes while the run is under way', () => {
	it.each([
		[60, 250],
		[250, 60],
		[60, 5],
	])('from %i to %i is found out', async (imagesPerMinute, then) => {
		for (const counts of ['bucket', 'sliding'] as const) {
			for (const headers of HEADERS) {
				const limit = {
					imagesPerMinute,
					counts,
					headers,
					latencyMs: 5000,
					changes: { atMs: 300_000, imagesPerMinute: then },
				};
				const worked = await work(limit, { requests: 5000, untilMs: 900_000 });

				expect(worked.images / allowed(limit, 899_000)).toBeGreaterThan(0.85);
				expect(worked.refusedShare).toBeLessThan(0.08);
			}
		}
	});
});

describe('tokens and images, both limited,', () => {
	it.each(HEADERS)('are both kept (headers: %s)', async (headers) => {
		// 4,000 tokens an image: tokens allow 30 a minute.
		const limit = { imagesPerMinute: 60, tokensPerMinute: 120_000, headers, latencyMs: 5000 };
		const { seconds, refusedShare } = await finish(limit, { requests: 150 });

		expect(seconds).toBeLessThanOrEqual(1.05 * 240 + 5);
		expect(refusedShare).toBeLessThanOrEqual(0.05);
	});
});

describe('every image is made once, and never much later than it could be', () => {
	const counted: Counts[] = ['bucket', 'sliding', 'fixed', 1, 10];

	it.each(counted)('counted as %s', async (counts) => {
		for (const imagesPerMinute of [5, 60, 250]) {
			for (const images of typeof counts === 'number' ? [1] : [1, 4]) {
				for (const workers of [1, 3, 16]) {
					for (const latencyMs of [300, 30_000]) {
						const requests = Math.max(3, Math.ceil((imagesPerMinute * 2.5) / images / workers));
						const limit = { imagesPerMinute, counts, latencyMs };
						const { seconds } = await finish(limit, { workers, images, requests });

						// Several workers that know nothing of each other get in each other's way where nothing is saved up for the next.
						const slower = typeof counts === 'number' && workers > 1 ? 5 : 2.5;

						expect(seconds).toBeLessThan(
							(slower * workers * requests * images * 60) / imagesPerMinute + 60 + latencyMs / 1000,
						);
					}
				}
			}
		}
	});

	const says: Says[] = [
		'everything',
		'azure',
		'in12s',
		'after51.84seconds',
		'in20seconds',
		'retryAfter',
		'retryAfterMs',
		'date',
		'nothing',
	];

	it.each(says)('when a refusal says %s', async (words) => {
		for (const counts of ['bucket', 'sliding', 'fixed'] as const) {
			const limit = { imagesPerMinute: 60, counts, says: words, latencyMs: 2000 };

			expect(used(limit, await finish(limit, { requests: 300 }))).toBeGreaterThanOrEqual(0.93);
		}
	});

	it.each(['azure', 'in12s'] as const)('when a small limit is not stated (%s)', async (words) => {
		for (const counts of ['bucket', 'sliding', 1] as const) {
			for (const imagesPerMinute of [5, 10]) {
				const limit = { imagesPerMinute, counts, says: words, latencyMs: 10_000 };
				const worked = await finish(limit, { requests: imagesPerMinute * 40 });

				expect(used(limit, worked)).toBeGreaterThanOrEqual(0.95);
				expect(worked.refusedShare).toBeLessThanOrEqual(0.08);
			}
		}
	});
});
