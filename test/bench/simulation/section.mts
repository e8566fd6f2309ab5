import { table, type Section } from '../section.mts';
import { median, percent, spread } from '../statistics.mts';
import { loadSimulation } from './bundle.mts';
import { drawChart, type Line } from './chart.mts';
import type { Answer, Limit, Question } from './simulate.mts';

const WORKERS = [1, 2, 4, 8, 16, 32, 64];
const SEEDS = [1, 2, 3, 4, 5];
const COMMON = { imagesPerMinute: 60, latencyMs: 5000, minutes: 20 } as const;
/** Requests in flight of each worker that only waits as told: with hundreds, nearly all are refused. */
const OBEDIENT_LANES = 8;

type Kind = Pick<Question, 'client'> & { counts: 'bucket' | 'sliding'; headers: boolean };

/** The second is for lines without headers, which mostly lie on those with headers. */
const COLORS = { bucket: ['#1f6feb', '#58b0ff'], sliding: ['#c05a00', '#f5a04a'] } as const;
const COUNTS = ['bucket', 'sliding'] as const;
const KINDS: Kind[] = COUNTS.flatMap((counts) => [
	{ counts, headers: true, client: 'pacing' as const },
	{ counts, headers: false, client: 'pacing' as const },
	{ counts, headers: false, client: 'obedient' as const },
]);

const MEASURES: Array<{ of: keyof Answer; title: string; format: (value: number) => string }> = [
	{ of: 'utilisation', title: 'Share of the limit that is used', format: percent },
	{ of: 'refused', title: 'Refused requests', format: percent },
	{ of: 'fairness', title: 'Fairness (Jain index)', format: (value) => value.toFixed(2) },
];

function nameOf({ counts, headers, client }: Kind): string {
	const name = counts === 'bucket' ? 'bucket' : 'sliding minute';
	if (client === 'obedient') return `${name}: only waiting as requested`;
	return `${name}: GPT Image, ${headers ? 'with' : 'without'} x-ratelimit headers`;
}

function colorOf({ counts, headers, client }: Kind): string {
	return COLORS[counts][headers || client === 'obedient' ? 0 : 1];
}

function dashOf({ headers, client }: Kind): string {
	if (client === 'obedient') return '1 5';
	return headers ? '' : '7 5';
}

const limitOf = ({ counts, headers }: Kind): Limit => ({
	imagesPerMinute: COMMON.imagesPerMinute,
	latencyMs: COMMON.latencyMs,
	counts,
	headers,
});

/** Answers by number of workers, then by seed. */
type Result = { kind: Kind; answers: Answer[][] };

async function simulateAll(): Promise<Result[]> {
	const { simulate } = await loadSimulation();
	const results: Result[] = [];
	for (const kind of KINDS) {
		console.log(`  ${nameOf(kind)}`);
		// There is no chance in waiting as told: all seeds give the same.
		const seeds = kind.client === 'obedient' ? SEEDS.slice(0, 1) : SEEDS;
		const answers: Answer[][] = [];
		for (const workers of WORKERS) {
			const all: Answer[] = [];
			for (const seed of seeds)
				all.push(
					await simulate({
						limit: limitOf(kind),
						minutes: COMMON.minutes,
						maxConcurrency: kind.client === 'obedient' ? OBEDIENT_LANES : null,
						client: kind.client,
						workers,
						seed,
					}),
				);
			answers.push(all);
		}
		results.push({ kind, answers });
	}
	return results;
}

function lineOf({ kind, answers }: Result): Line {
	const values = MEASURES.map(({ of }) =>
		answers.map((all) => median(all.map((answer) => answer[of]))),
	);
	return { label: nameOf(kind), color: colorOf(kind), dash: dashOf(kind), values };
}

function tableOf(results: Result[], { of, title, format }: (typeof MEASURES)[number]): string {
	const rows = results.map(({ kind, answers }) => [
		nameOf(kind),
		...answers.map((all) =>
			spread(
				all.map((answer) => answer[of]),
				format,
			),
		),
	]);
	return `**${title}**, by number of workers:\n\n${table(['', ...WORKERS.map(String)], rows)}`;
}

/**
 * Workers that share a limit and know nothing of each other.
 *
 * @param image - where the chart will be, as seen from the report
 */
export async function simulation(image: string): Promise<{ section: Section; svg: string }> {
	const results = await simulateAll();
	const { imagesPerMinute, latencyMs, minutes } = COMMON;
	const title = `1 to ${WORKERS.at(-1)} workers on one limit of ${imagesPerMinute} images per minute`;
	const svg = drawChart({
		title,
		panels: MEASURES.map(({ title: name, of, format }) => ({
			title: name,
			format: of === 'fairness' ? format : (value) => `${value * 100} %`,
		})),
		xs: WORKERS,
		xTitle: 'workers',
		lines: results.map(lineOf),
	});
	const section: Section = {
		title,
		body: [
			`A simulation in virtual time of the code in \`nodes/core/scheduler\`. Each worker is a run of its own, with *Max Concurrency* left to Auto and more images to make than the limit allows; ` +
				`none knows the limit or the others. Images take ${latencyMs / 1000} s, and a refusal comes back after 150 ms, half more or less by chance. All start at the same moment and work for ${minutes} minutes. The server counts in a bucket that refills continuously, ` +
				'or the images of the last 60 seconds; its answers carry `x-ratelimit-*` headers or do not; its refusals say how long to wait. ' +
				`*Only waiting as requested* is the client to compare with: ${OBEDIENT_LANES} requests in flight, each refused one is tried again after exactly the requested wait, as OpenAI's own client does (which gives up after two). ` +
				'Refused requests are not billed. Fairness is 1 when all workers got the same number of images.',
			`![Used share of the limit, refused requests and fairness for 1 to ${WORKERS.at(-1)} workers](${image})`,
			`Medians of ${SEEDS.length} seeds.`,
			`<details><summary>The figures, as medians (least–most)</summary>`,
			...MEASURES.map((measure) => tableOf(results, measure)),
			'</details>',
		],
		summary: [],
	};
	return { section, svg };
}
