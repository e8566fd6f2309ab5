import { Ledger } from '../../../../nodes/core/run/ledger';
import { runRequests, type RunOptions } from '../../../../nodes/core/run/runRequests';
import { LimitedServer, type LimitOptions } from '../../fixtures/limitedServer.mts';
import { seeded } from '../../fixtures/random.mts';
import { plainHandler, plainRequest } from '../../fixtures/requests.mts';
import { VirtualWorld } from '../../fixtures/virtualWorld.mts';

const OPTIONS: RunOptions = { maxConcurrency: 8, maxAttempts: 1, stopOnFailure: false, imagesPerMinute: null, maxWaitMs: 36_000_000, budget: null };

interface Crowd {
	/** Runs that share the limit and know nothing of each other. */
	workers?: number;
	items?: number;
	images?: number;
	seed?: number;
	options?: Partial<RunOptions>;
}

/** Lets everybody finish, and sees to it that each image was made exactly once. */
async function work(limit: Partial<LimitOptions> & { imagesPerMinute: number }, { workers = 1, items = 120, images = 1, seed = 1, options = {} }: Crowd = {}) {
	const world = new VirtualWorld();
	world.random = seeded(seed).next;
	const server = new LimitedServer(world, { latencyMs: 300, ...limit });
	const runs = Array.from({ length: workers }, async (_, worker) =>
		await runRequests(
			Array.from({ length: items }, (_item, job) => plainRequest({ job, offset: 0, images })),
			plainHandler(async (part) => await server.send(part, worker)),
			{ ...OPTIONS, ...options },
			new Ledger(),
			world,
			{ ended: () => undefined, waiting: () => undefined },
		),
	);
	const ended = await world.until(Promise.all(runs));

	expect(ended.flatMap(({ outcomes }) => outcomes).every((outcome) => outcome.ok && outcome.attempts === 1)).toBe(true);
	expect(server.images).toBe(workers * items * images);
	for (const { outcomes } of ended) {
		const made = outcomes.flatMap(({ request: { part } }) => Array.from({ length: part.images }, (_image, index) => part.job * 1000 + part.offset + index));
		expect(new Set(made).size).toBe(items * images);
	}
	const seconds = world.now() / 1000;
	const lastAt = Math.max(...server.delivered.map(({ at }) => at));
	return {
		seconds,
		refused: server.refused / (server.refused + server.delivered.length),
		/** Of what the limit allowed from the start to the last departure. */
		used: server.images / allowed(limit, lastAt),
	};
}

function allowed({ counts, imagesPerMinute }: Partial<LimitOptions> & { imagesPerMinute: number }, ms: number): number {
	return counts === 'window' ? imagesPerMinute * (Math.floor(ms / 60_000) + 1) : imagesPerMinute * (1 + ms / 60_000);
}

const COUNTS = ['bucket', 'window'] as const;
const HEADERS = [true, false];
const SEEDS = [1, 2, 3, 4, 5];

describe.each(COUNTS)('with a limit of 60 a minute that is not told, counted as a %s', (counts) => {
	it.each(HEADERS)('120 images take 64 s at most, and 5 % are refused at most (headers: %s)', async (headers) => {
		for (const seed of SEEDS) {
			for (const latencyMs of [50, 300]) {
				const { seconds, refused } = await work({ imagesPerMinute: 60, counts, headers, latencyMs }, { seed });

				expect(seconds).toBeLessThanOrEqual(64);
				expect(refused).toBeLessThanOrEqual(0.05);
			}
		}
	});

	it('it takes a little longer where a refusal says only how long to wait', async () => {
		const { seconds, refused } = await work({ imagesPerMinute: 60, counts, says: 'waitOnly' });

		expect(seconds).toBeLessThanOrEqual(68);
		expect(refused).toBeLessThanOrEqual(0.05);
	});

	it.each(HEADERS)('three processes use 90 %% of it at least (headers: %s)', async (headers) => {
		const shares: number[] = [];
		for (const seed of SEEDS) {
			const { used, refused } = await work({ imagesPerMinute: 60, counts, headers }, { workers: 3, seed });
			shares.push(refused);

			expect(used).toBeGreaterThanOrEqual(0.9);
		}
		expect(Math.max(...shares)).toBeLessThan(counts === 'bucket' ? 0.12 : 0.22);
	});

	it('sixteen processes use 90 % of it at least', async () => {
		const { used, refused } = await work({ imagesPerMinute: 60, counts }, { workers: 16, items: 60 });

		expect(used).toBeGreaterThanOrEqual(0.9);
		expect(refused).toBeLessThan(0.6);
	});
});

describe('a limit that is told', () => {
	it.each(COUNTS)('is kept from the first image on, if the server counts as a bucket (it counts as a %s)', async (counts) => {
		const { refused, seconds } = await work({ imagesPerMinute: 60, counts }, { options: { imagesPerMinute: 60 } });

		expect(refused).toBeLessThanOrEqual(counts === 'bucket' ? 0 : 0.05);
		expect(seconds).toBeLessThanOrEqual(64);
	});

	it('below the server’s is kept, whatever its headers say', async () => {
		const { refused, seconds } = await work({ imagesPerMinute: 60, headers: true }, { options: { imagesPerMinute: 30 }, items: 60 });

		expect(refused).toBe(0);
		expect(seconds).toBeGreaterThanOrEqual(60);
	});
});

describe.each(COUNTS)('every image is made once, counted as a %s', (counts) => {
	const limits = [5, 20, 60, 250];

	it.each([50, 300, 2000, 10_000])('when it takes %i ms', async (latencyMs) => {
		for (const imagesPerMinute of limits) {
			for (const headers of HEADERS) {
				for (const images of [1, 4]) {
					for (const workers of [1, 3, 16]) {
						const items = Math.max(3, Math.ceil((imagesPerMinute * 2.5) / images / workers));
						const { seconds } = await work({ imagesPerMinute, counts, headers, latencyMs }, { workers, images, items });
						const ideal = (workers * items * images * 60) / imagesPerMinute;
						const bySpeed = (workers * items * (latencyMs + 20)) / 1000 / 8 / workers;

						expect(seconds).toBeLessThan(2.2 * Math.max(ideal, bySpeed) + 60);
					}
				}
			}
		}
	});

	it.each(['everything', 'waitOnly', 'nothing'] as const)('when a refusal says %s', async (says) => {
		for (const workers of [1, 3]) {
			const { used } = await work({ imagesPerMinute: 60, counts, says }, { workers });

			expect(used).toBeGreaterThan(0.6);
		}
	});
});
