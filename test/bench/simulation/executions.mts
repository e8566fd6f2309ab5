import { table, type Section } from '../section.mts';
import { median } from '../statistics.mts';
import { loadSimulation } from './bundle.mts';
import { drawChart } from './chart.mts';

const EXECUTIONS = [1, 2, 4, 8, 16, 32, 64];
const SECONDS = [10, 30, 60];
const COLORS = ['#1f6feb', '#c05a00', '#2da44e'];
const SEEDS = [1, 2, 3];
/** High enough that the executions are what counts, until it is reached. */
const LIMIT = 1000;
const MINUTES = 20;

/** Executions that work at the same time, as they do on one worker or on several: each is a run of its own. */
export async function executions(image: string): Promise<{ section: Section; svg: string }> {
	const { simulate } = await loadSimulation();
	const shares: number[][] = [];
	for (const seconds of SECONDS) {
		const row: number[] = [];
		for (const workers of EXECUTIONS) {
			const answers = [];
			for (const seed of SEEDS) {
				answers.push(
					await simulate({
						workers,
						seed,
						limit: {
							imagesPerMinute: LIMIT,
							counts: 'bucket',
							headers: true,
							latencyMs: seconds * 1000,
						},
						minutes: MINUTES,
						maxConcurrency: null,
						client: 'pacing',
					}),
				);
			}
			row.push(median(answers.map(({ utilisation }) => utilisation)));
		}
		shares.push(row);
	}
	const perMinute = (share: number): string =>
		String(Math.round((share * LIMIT * (MINUTES + 1)) / MINUTES));
	const title = `Images a minute by executions at the same time, at a limit of ${LIMIT}`;
	const svg = drawChart({
		title,
		panels: [{ title: 'Images a minute', format: (value) => String(value * LIMIT) }],
		xs: EXECUTIONS,
		xTitle: 'executions at the same time',
		lines: SECONDS.map((seconds, index) => ({
			label: `${seconds} s an image`,
			color: COLORS[index] ?? '',
			dash: '',
			values: [(shares[index] ?? []).map((share) => Math.min(1, share))],
		})),
	});
	const section: Section = {
		title,
		body: [
			`The same simulation, for those who plan a cluster: each execution has *Max Concurrency* left to Auto, an image takes 10, 30 or 60 s, and there is always more to make. What lies ready in the limit's bucket at the start counts.`,
			`![Images a minute for 1 to ${EXECUTIONS.at(-1)} executions at the same time](${image})`,
			table(
				['images a minute', ...EXECUTIONS.map((count) => `${count}`)],
				SECONDS.map((seconds, index) => [
					`${seconds} s an image`,
					...(shares[index] ?? []).map(perMinute),
				]),
			),
		],
		summary: [],
	};
	return { section, svg };
}
