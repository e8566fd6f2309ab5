import type { Measured } from '../lab.mts';
import { CONCURRENCY, TITLES, type Peer } from '../peers.mts';
import { peerTable, prompts, type Scenario } from '../section.mts';
import { median, seconds, spread, times } from '../statistics.mts';

const IMAGES = 50;
const LATENCY_MS = 1000;

/** The built-in node takes as long as all others together, and varies least. */
const ROUNDS: Record<Peer, number> = { ours: 3, builtIn: 1, http: 3, fetch: 3 };

/** How long many images take, when nothing goes wrong. */
export const throughput: Scenario = {
	name: 'throughput',
	async run(lab) {
		const runs = new Map<Peer, Measured[]>();
		for (let round = 0; round < Math.max(...Object.values(ROUNDS)); round += 1) {
			for (const peer of (Object.keys(TITLES) as Peer[]).filter((name) => round < ROUNDS[name])) {
				const measured = await lab.measure({
					peer,
					prompts: prompts(IMAGES),
					server: { latencyMs: LATENCY_MS },
				});
				runs.set(peer, [...(runs.get(peer) ?? []), measured]);
			}
		}
		const ms = (peer: Peer): number[] => (runs.get(peer) ?? []).map((run) => run.ms);
		const floor = median(ms('fetch'));
		const peers = [...runs.keys()];
		const rows = peers.map((peer): [Peer, ...string[]] => [
			peer,
			spread(ms(peer), seconds),
			times(median(ms(peer)) / floor),
			String(ROUNDS[peer]),
		]);
		return {
			title: `${IMAGES} images that take ${LATENCY_MS / 1000} s each`,
			body: [
				`Nothing goes wrong, there is no limit. GPT Image has *Max Concurrency* ${CONCURRENCY}, the script works on ${CONCURRENCY} at once. ` +
					"n8n's OpenAI node makes one image after the other; the HTTP Request node with its defaults sends all requests at the same moment.",
				peerTable(['node time', 'of the script', 'runs'], rows),
			],
			summary: [
				{
					what: `${IMAGES} images of ${LATENCY_MS / 1000} s: node time`,
					cells: Object.fromEntries(peers.map((peer) => [peer, seconds(median(ms(peer)))])),
				},
			],
		};
	},
};
