import { startN8n, type N8n } from '../n8n/harness/index.mts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../simulator/index.mts';
import { runBareFetch } from './fetchRun.mts';
import { runInN8n, type PeerRun } from './n8nRun.mts';
import { TITLES, type Peer, type Service, type Settings } from './peers.mts';

/** A run of a peer, with what the server saw of it. */
export interface Measured extends PeerRun {
	asked: number;
	/** requests to make images */
	requests: number;
	/** of them, refused for the limit */
	refused: number;
	/** images that were made, and billed */
	billed: number;
	/** billed, and nobody got them */
	lost: number;
}

export interface Order {
	peer: Peer;
	prompts: string[];
	settings?: Settings;
	server?: SimulatorOptions;
	/** requests in flight, of our node and of the script; default CONCURRENCY */
	concurrency?: number;
	/** a new n8n for this run, so that nothing before it is in its memory */
	fresh?: boolean;
}

/** A server, an n8n, and whoever is measured between them. */
export interface Lab {
	readonly simulator: Simulator;
	measure(order: Order): Promise<Measured>;
	/** a new n8n, with a credential for the server; for what has no peer */
	withN8n<T>(work: (n8n: N8n, credentialId: string) => Promise<T>): Promise<T>;
	close(): Promise<void>;
}

/** n8n shows nothing of an execution that is larger than its limit, 100 MiB; here everything is to be counted. */
const N8N = { editor: true, env: { EXECUTIONS_DATA_MAX_DISPLAY_SIZE: '0' } };

export const API_KEY = 'sk-simulator-bench';

/** Small and drawn once, so that the server costs next to nothing. */
const SERVER: SimulatorOptions = {
	imageBytes: 100_000,
	latencyMs: 0,
	imagesPerMinute: undefined,
	holdBatches: false,
};

async function serviceOf(n8n: N8n, baseUrl: string): Promise<Service> {
	return {
		baseUrl,
		credentials: {
			ours: await n8n.createCredential({ provider: 'openai', apiKey: API_KEY, baseUrl }),
			builtIn: await n8n.createCredential(
				{ apiKey: API_KEY, url: baseUrl, header: false },
				'openAiApi',
			),
			http: await n8n.createCredential(
				{ name: 'Authorization', value: `Bearer ${API_KEY}` },
				'httpHeaderAuth',
			),
		},
	};
}

function seenByServer(simulator: Simulator, run: PeerRun, asked: number): Measured {
	const requests = simulator.requests.filter(({ path }) => path.startsWith('/v1/images/'));
	const billed = simulator.billed.reduce((sum, { n }) => sum + n, 0);
	const refused = requests.filter(({ status }) => status === 429).length;
	return {
		...run,
		asked,
		requests: requests.length,
		refused,
		billed,
		lost: billed - run.delivered,
	};
}

export async function openLab(): Promise<Lab> {
	const simulator = await startSimulator({ apiKey: API_KEY });
	const { baseUrl } = simulator;
	let shared: N8n | undefined;
	const run = async ({
		peer,
		prompts,
		settings = {},
		concurrency,
		fresh = false,
	}: Order): Promise<PeerRun> => {
		if (peer === 'fetch') return await runBareFetch(baseUrl, API_KEY, prompts, concurrency);
		const n8n = fresh ? await startN8n(N8N) : (shared ??= await startN8n(N8N));
		const service = await serviceOf(n8n, baseUrl);
		return await runInN8n(n8n, service, peer, prompts, settings, concurrency).finally(async () => {
			if (fresh) await n8n.stop();
		});
	};
	return {
		simulator,
		async measure(order) {
			simulator.reset();
			simulator.configure({ ...SERVER, ...order.server });
			const measured = seenByServer(simulator, await run(order), order.prompts.length);
			const { ms, delivered, billed } = measured;
			console.log(
				`  ${TITLES[order.peer]}: ${(ms / 1000).toFixed(1)} s, ${delivered} delivered, ${billed} billed`,
			);
			return measured;
		},
		async withN8n(work) {
			const n8n = await startN8n(N8N);
			try {
				return await work(n8n, (await serviceOf(n8n, baseUrl)).credentials.ours);
			} finally {
				await n8n.stop();
			}
		},
		async close() {
			await shared?.stop();
			await simulator.close();
		},
	};
}
