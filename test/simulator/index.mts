/** A strict stand-in for the OpenAI API that draws real images. See README.md. */
import type { AddressInfo } from 'node:net';
import { listen } from './http/server.mts';
import { configure, createState, reset } from './state.mts';
import type { Simulator, SimulatorOptions } from './types.mts';

export type {
	BilledRequest,
	CachedTokens,
	Fault,
	ImageEndpoint,
	LatencyQuestion,
	OutputFormat,
	Quality,
	RecordedFile,
	RecordedRequest,
	Simulator,
	SimulatorOptions,
	Usage,
} from './types.mts';

/** Starts a server on 127.0.0.1; rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const state = createState(options);
	const server = await listen(state, options.port ?? 0);
	const { port } = server.address() as AddressInfo;
	return {
		baseUrl: `http://127.0.0.1:${port}/v1`,
		requests: state.requests,
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
		configure: (changes) => configure(state, changes),
		reset: () => reset(state),
		close: async () => {
			state.closing.abort();
			const closed = new Promise<void>((resolve) => {
				server.close(() => resolve());
			});
			server.closeAllConnections();
			await closed;
		},
	};
}
