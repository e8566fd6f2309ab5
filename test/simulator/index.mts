/** A strict stand-in for the OpenAI API that draws real images. See README.md. */
import type { AddressInfo } from 'node:net';
import { listen } from './http/server.mts';
import { configure, createState, reset } from './state.mts';
import type { Simulator, SimulatorOptions } from './types.mts';

export type {
	BatchOutcome,
	BilledRequest,
	CachedTokens,
	Fault,
	ImageEndpoint,
	LatencyQuestion,
	LineFault,
	OutputFormat,
	Quality,
	RecordedFile,
	RecordedRequest,
	Simulator,
	SimulatorOptions,
	Usage,
	WebhookDelivery,
} from './types.mts';

/** Starts a server on 127.0.0.1; rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const state = createState(options);
	const server = await listen(state, options.port ?? 0);
	const { port } = server.address() as AddressInfo;
	return {
		baseUrl: `http://127.0.0.1:${port}/v1`,
		requests: state.requests,
		modelLists: state.modelLists,
		billed: state.billed,
		billedPicodollars: () => state.billed.reduce((sum, request) => sum + request.costPicodollars, 0n),
		get inFlight() {
			return state.inFlight;
		},
		get maxInFlight() {
			return state.maxInFlight;
		},
		failNext: (fault, times = 1, path = '/v1/images/') => {
			for (let time = 0; time < times; time += 1) state.faults.push({ fault, path });
		},
		cutNextDownload: (afterBytes, times = 1) => {
			for (let time = 0; time < times; time += 1) state.cuts.push(afterBytes);
		},
		get batches() {
			return [...state.batches.values()].map(({ id, status }) => ({ id, status }));
		},
		finishBatch: async (id, outcome = 'completed', completed = undefined) => {
			const batch = state.batches.get(id);
			if (!batch) throw new Error(`The simulator has no batch ${id}`);
			batch.release({ outcome, completed: completed ?? null });
			await batch.done;
		},
		settled: async () => {
			await Promise.all([...state.batches.values()].map(({ done }) => done));
			await Promise.all(state.webhooks.underWay);
		},
		webhookDeliveries: state.webhooks.deliveries,
		configure: (changes) => configure(state, changes),
		reset: () => reset(state),
		close: async () => {
			state.closing.abort();
			const closed = new Promise<void>((resolve) => {
				server.close(() => resolve());
			});
			server.closeAllConnections();
			await closed;
			for (const batch of state.batches.values()) batch.abandon();
			state.spool.clear();
		},
	};
}
