import type { Measured } from '../lab.mts';
import { AUTO, CONCURRENCY, TITLES, type Peer } from '../peers.mts';
import { peerTable, prompts, type Scenario, type SummaryLine } from '../section.mts';
import { median, megabytes, seconds, spread, times } from '../statistics.mts';

const IMAGES = 100;
const IMAGE_BYTES = 2_000_000;
const LATENCY_MS = 200;

/** The built-in node takes as long as all others together. */
const ROUNDS: Record<Peer, number> = { ours: 3, builtIn: 1, http: 3, fetch: 3 };

type Runs = Record<Peer, Measured[]>;

const all = (runs: Runs, peer: Peer, of: keyof Measured): number[] =>
	runs[peer].map((run) => Number(run[of]));
const middle = (runs: Runs, peer: Peer, of: keyof Measured): number => median(all(runs, peer, of));

const noData = '–';

function summaryOf(runs: Runs, peers: Peer[]): SummaryLine[] {
	const cells = (text: (peer: Peer) => string): SummaryLine['cells'] =>
		Object.fromEntries(peers.map((peer) => [peer, text(peer)]));
	const what = `${IMAGES} images of ${IMAGE_BYTES / 1e6} MB`;
	return [
		{ what: `${what}: node time`, cells: cells((peer) => seconds(middle(runs, peer, 'ms'))) },
		{
			what: `${what}: most memory above idle`,
			cells: cells((peer) => megabytes(middle(runs, peer, 'memory'))),
		},
		{
			what: `${what}: execution data stored by n8n`,
			cells: cells((peer) =>
				peer === 'fetch' ? noData : megabytes(middle(runs, peer, 'dataBytes')),
			),
		},
	];
}

/** Time, memory and stored data of large images. */
export const memory: Scenario = {
	name: 'memory',
	async run(lab) {
		const peers = Object.keys(TITLES) as Peer[];
		const runs: Runs = { ours: [], builtIn: [], http: [], fetch: [] };
		const server = { imageBytes: IMAGE_BYTES, latencyMs: LATENCY_MS };
		const auto: Measured[] = [];
		for (let round = 0; round < Math.max(...Object.values(ROUNDS)); round += 1) {
			for (const peer of peers.filter((name) => round < ROUNDS[name])) {
				runs[peer].push(await lab.measure({ peer, prompts: prompts(IMAGES), server, fresh: true }));
			}
			auto.push(
				await lab.measure({
					peer: 'ours',
					prompts: prompts(IMAGES),
					server,
					concurrency: AUTO,
					fresh: true,
				}),
			);
		}
		const rows = peers.map((peer): [Peer, ...string[]] => [
			peer,
			spread(all(runs, peer, 'ms'), seconds),
			times(middle(runs, peer, 'ms') / middle(runs, 'fetch', 'ms')),
			spread(all(runs, peer, 'memory'), megabytes),
			peer === 'fetch' ? noData : spread(all(runs, peer, 'dataBytes'), megabytes),
			String(ROUNDS[peer]),
		]);
		return {
			title: `${IMAGES} images of ${IMAGE_BYTES / 1e6} MB`,
			body: [
				`Each takes ${LATENCY_MS} ms at the server. GPT Image has *Max Concurrency* ${CONCURRENCY}, the script works on ${CONCURRENCY} at once. ` +
					`Each run of a node has an n8n of its own, just started; memory is the peak of that process's resident set, less what it was before the run. ` +
					'The HTTP Request node leaves the images as base64 in the items: to become files they need another node, which is not in these figures. n8n shows nothing of an execution above 100 MiB in its editor.',
				peerTable(
					['node time', 'of the script', 'memory above idle', 'execution data', 'runs'],
					rows,
				),
				`With *Max Concurrency* on Auto, and all ${IMAGES} in flight, GPT Image takes ${spread(
					auto.map(({ ms }) => ms),
					seconds,
				)} and ${spread(
					auto.map(({ memory }) => memory),
					megabytes,
				)}.`,
			],
			summary: summaryOf(runs, peers),
		};
	},
};
