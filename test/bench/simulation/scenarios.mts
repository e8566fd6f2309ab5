import { table, type Section } from '../section.mts';
import { median, percent } from '../statistics.mts';
import { loadSimulation } from './bundle.mts';
import type { Limit } from './simulate.mts';

const SEEDS = [1, 2, 3];
const LIMITS = [5, 20, 60, 250, 1000];
const WORKERS = [1, 4, 16, 64];
const SECONDS = [2, 30, 195];
const COUNTS = [
	['a bucket that refills', 'bucket'],
	['a sliding minute', 'sliding'],
	['minutes that begin anew', 'fixed'],
	['every second', 1],
	['every 10 seconds', 10],
] as const;
const SAYS = [
	["OpenAI's words: limit and wait", 'everything'],
	['"try again in 1.2s"', 'in12s'],
	['"try again after 51.84 seconds"', 'after51.84seconds'],
	['"retry after 26 seconds" (Azure)', 'azure'],
	['"try again in 20 seconds"', 'in20seconds'],
	['`retry-after`', 'retryAfter'],
	['`retry-after-ms`', 'retryAfterMs'],
	['`retry-after` with a date', 'date'],
	['nothing', 'nothing'],
] as const;

type Simulation = Awaited<ReturnType<typeof loadSimulation>>;

/** Enough for some minutes; a small limit's run is not too short to say something. */
const requestsFor = (imagesPerMinute: number): number =>
	Math.min(3000, Math.max(300, imagesPerMinute * 6));

async function share(
	{ simulate }: Simulation,
	limit: Limit,
	workers: number,
	minutes: number,
): Promise<string> {
	const answers = [];
	for (const seed of SEEDS)
		answers.push(
			await simulate({ limit, workers, minutes, maxConcurrency: null, client: 'pacing', seed }),
		);
	return `${percent(median(answers.map(({ utilisation }) => utilisation)))} (${percent(median(answers.map(({ refused }) => refused)))})`;
}

async function seconds(
	{ finish }: Simulation,
	limit: Limit,
	requests: number,
	client: 'pacing' | 'obedient',
): Promise<{ seconds: number; refused: number; used: number }> {
	const answers = [];
	for (const seed of SEEDS)
		answers.push(await finish(limit, { workers: 1, requests, client, seed }));
	return {
		seconds: median(answers.map((one) => one.seconds)),
		refused: median(answers.map((one) => one.refused)),
		used: median(answers.map((one) => one.used)),
	};
}

async function byLimit(simulation: Simulation): Promise<string> {
	const rows: string[][] = [];
	for (const headers of [false, true]) {
		for (const [name, counts] of COUNTS) {
			const cells: string[] = [];
			for (const imagesPerMinute of LIMITS) {
				const { used, refused } = await seconds(
					simulation,
					{ imagesPerMinute, counts, headers, latencyMs: 10_000 },
					requestsFor(imagesPerMinute),
					'pacing',
				);
				cells.push(`${percent(used)} (${percent(refused)})`);
			}
			rows.push([`${name}${headers ? ', headers' : ''}`, ...cells]);
		}
	}
	return table(['counted in', ...LIMITS.map((limit) => `${limit} a minute`)], rows);
}

async function byWords(simulation: Simulation): Promise<string> {
	const rows: string[][] = [];
	for (const [name, says] of SAYS) {
		const cells: string[] = [];
		for (const [, counts] of COUNTS) {
			const { used, refused } = await seconds(
				simulation,
				{ imagesPerMinute: 60, counts, says, latencyMs: 10_000 },
				requestsFor(60),
				'pacing',
			);
			cells.push(`${percent(used)} (${percent(refused)})`);
		}
		rows.push([name, ...cells]);
	}
	return table(['a refusal says', ...COUNTS.map(([name]) => name)], rows);
}

async function byWorkers(simulation: Simulation): Promise<string> {
	const rows: string[][] = [];
	for (const [name, counts] of COUNTS) {
		const cells: string[] = [];
		for (const workers of WORKERS)
			cells.push(
				await share(simulation, { imagesPerMinute: 60, counts, latencyMs: 10_000 }, workers, 20),
			);
		rows.push([name, ...cells]);
	}
	return table(
		['counted in', ...WORKERS.map((count) => (count === 1 ? '1 worker' : `${count} workers`))],
		rows,
	);
}

async function byTime(simulation: Simulation): Promise<string> {
	const rows: string[][] = [];
	for (const each of SECONDS) {
		const cells: string[] = [];
		for (const imagesPerMinute of LIMITS)
			cells.push(await share(simulation, { imagesPerMinute, latencyMs: each * 1000 }, 1, 20));
		rows.push([`${each} s`, ...cells]);
	}
	return table(['an image takes', ...LIMITS.map((limit) => `${limit} a minute`)], rows);
}

const TROUBLES: Array<[name: string, limit: Limit, requests: number]> = [
	[
		'no limit, one in ten refused at random',
		{ imagesPerMinute: 100_000, canned: 0.1, latencyMs: 20_000 },
		300,
	],
	[
		'no limit, one in ten refused at random, without a word',
		{ imagesPerMinute: 100_000, canned: 0.1, says: 'nothing', latencyMs: 20_000 },
		300,
	],
	[
		'60 a minute, one in ten refused at random in the same words',
		{ imagesPerMinute: 60, canned: 0.1, latencyMs: 20_000 },
		300,
	],
	[
		'60 a minute, one in ten refused at random in other words',
		{ imagesPerMinute: 60, canned: 0.1, cannedLimit: 5, latencyMs: 20_000 },
		300,
	],
	[
		'5 a minute, 60 after 2 minutes',
		{ imagesPerMinute: 5, changes: { atMs: 120_000, imagesPerMinute: 60 }, latencyMs: 20_000 },
		600,
	],
	[
		'busy for 30 s, then no limit',
		{ imagesPerMinute: 100_000, busyUntilMs: 30_000, latencyMs: 20_000 },
		300,
	],
	[
		'60 a minute, 250 after 2 minutes',
		{ imagesPerMinute: 60, changes: { atMs: 120_000, imagesPerMinute: 250 }, latencyMs: 20_000 },
		1000,
	],
	[
		'250 a minute, 60 after 2 minutes',
		{ imagesPerMinute: 250, changes: { atMs: 120_000, imagesPerMinute: 60 }, latencyMs: 20_000 },
		1000,
	],
	[
		'60 images and 120,000 tokens a minute, 4,000 an image',
		{ imagesPerMinute: 60, tokensPerMinute: 120_000, latencyMs: 20_000 },
		150,
	],
	[
		'the same, with headers',
		{ imagesPerMinute: 60, tokensPerMinute: 120_000, headers: true, latencyMs: 20_000 },
		150,
	],
	['120 images of 20 s at 250 a minute', { imagesPerMinute: 250, latencyMs: 20_000 }, 120],
	['60 images of 60 s at 250 a minute', { imagesPerMinute: 250, latencyMs: 60_000 }, 60],
	['300 images of 30 s at 250 a minute', { imagesPerMinute: 250, latencyMs: 30_000 }, 300],
	[
		'90 images of 2 s at 60 a minute, counted every second, Azure’s words',
		{ imagesPerMinute: 60, counts: 1, says: 'azure', latencyMs: 2000 },
		90,
	],
];

async function troubles(simulation: Simulation): Promise<string> {
	const rows: string[][] = [];
	for (const [name, limit, requests] of TROUBLES) {
		const ours = await seconds(simulation, limit, requests, 'pacing');
		const told = await seconds(simulation, limit, requests, 'obedient');
		rows.push([
			name,
			`${ours.seconds.toFixed(0)} s (${percent(ours.refused)})`,
			`${told.seconds.toFixed(0)} s (${percent(told.refused)})`,
		]);
	}
	return table(['', 'GPT Image', 'only waiting as requested'], rows);
}

/** One run, or several that share a limit, on servers that count and speak in all the ways that are known. */
export async function scenarios(): Promise<{ section: Section; svg: null }> {
	const simulation = await loadSimulation();
	const section: Section = {
		title: 'Every kind of server, without a setting',
		body: [
			'The same simulation in virtual time, with the same network. Nothing is set: *Max Concurrency* is Auto, and no limit is configured. Each cell is the share of the limit that is used, with the share of refused requests in brackets; medians of ' +
				`${SEEDS.length} seeds. Refused requests are not billed. *Only waiting as requested* is a client with 500 requests in flight that tries each refused one again after exactly the requested wait.`,
			"**By how the server counts**, one run, images of 10 s, OpenAI's words. Where it counts by the second, at least one image is let through at a time:",
			await byLimit(simulation),
			'**By what a refusal says**, one run at 60 images a minute, no headers:',
			await byWords(simulation),
			'**By the number of workers**, which do not communicate, 20 minutes at 60 images a minute, no headers. Where nothing is saved up for the next interval, workers get in each other’s way:',
			await byWorkers(simulation),
			'**By how long an image takes**, one run of 20 minutes, a bucket, no headers. At most 900 requests are in flight, which bounds long images at high limits:',
			await byTime(simulation),
			'**Other faults and plain runs**, until the last image was delivered:',
			await troubles(simulation),
		],
		summary: [],
	};
	return { section, svg: null };
}
