import { AUTO, type Peer } from '../peers.mts';
import { peerTable, prompts, type Scenario } from '../section.mts';
import { megabytes, seconds, times } from '../statistics.mts';

const IMAGES = 120;
const IMAGE_BYTES = 1_000_000;
const LATENCY_MS = 20_000;
const PER_MINUTE = 250;

/** Time and memory of many slow images, with as many in flight as the limit lets through. */
export const inFlight: Scenario = {
	name: 'inFlight',
	async run(lab) {
		const server = { imageBytes: IMAGE_BYTES, latencyMs: LATENCY_MS, imagesPerMinute: PER_MINUTE };
		const order = { prompts: prompts(IMAGES), server, concurrency: AUTO, fresh: true };
		const runs = {
			ours: await lab.measure({ ...order, peer: 'ours' }),
			fetch: await lab.measure({ ...order, peer: 'fetch' }),
		};
		const peers = ['ours', 'fetch'] as const satisfies Peer[];
		return {
			title: `${IMAGES} images of ${IMAGE_BYTES / 1e6} MB that take ${LATENCY_MS / 1000} s each`,
			body: [
				`The limit is ${PER_MINUTE} images a minute. GPT Image has its defaults; the script sends all requests at the same moment. All answers come within seconds.`,
				peerTable(
					['node time', 'of the script', 'memory above idle', 'delivered'],
					peers.map((peer) => [
						peer,
						seconds(runs[peer].ms),
						times(runs[peer].ms / runs.fetch.ms),
						megabytes(runs[peer].memory),
						String(runs[peer].delivered),
					]),
				),
			],
			summary: [
				{
					what: `${IMAGES} images of ${LATENCY_MS / 1000} s, ${PER_MINUTE} a minute: node time`,
					cells: { ours: seconds(runs.ours.ms), fetch: seconds(runs.fetch.ms) },
				},
				{
					what: `${IMAGES} images of ${LATENCY_MS / 1000} s, ${PER_MINUTE} a minute: most memory above idle`,
					cells: { ours: megabytes(runs.ours.memory), fetch: megabytes(runs.fetch.memory) },
				},
			],
		};
	},
};
