import { startSimulator, type Simulator } from '../../test/simulator/index.mts';

/** Made up; the simulator takes no other. */
const SIMULATOR_KEY = 'sk-simulator';

/** Slow enough to see the progress lines, far quicker than OpenAI. */
const SIMULATED_LATENCY_MS = 300;

/** The API that the demo sends its requests to. */
export interface Api {
	/** none when it is OpenAI itself */
	simulator?: Simulator;
	/** what to tell the user about it */
	description: string;
	/** the credential in n8n */
	credential: Record<string, string>;
	credentialName: string;
	/** how to make another credential like it; a real key is never printed */
	key?: string;
	stop(): Promise<void>;
}

function credential(apiKey: string, baseUrl: string): Record<string, string> {
	return {
		provider: 'openai',
		apiKey,
		baseUrl,
		organizationId: '',
		projectId: '',
		webhookSecret: '',
	};
}

/** OpenAI itself, when a key is set. */
function realApi(apiKey: string): Api {
	return {
		description: 'the REAL OpenAI API, with the key in OPENAI_API_KEY: this costs money',
		credential: credential(apiKey, process.env['OPENAI_BASE_URL'] ?? 'https://api.openai.com/v1'),
		credentialName: 'OpenAI',
		stop: async () => {},
	};
}

/** The OpenAI-shaped server of the tests, on a free port of this machine. */
async function simulatedApi(): Promise<Api> {
	const simulator = await startSimulator({
		apiKey: SIMULATOR_KEY,
		latencyMs: SIMULATED_LATENCY_MS,
	});
	return {
		simulator,
		description:
			'a SIMULATOR of the OpenAI API on this machine: nothing is sent out, nothing costs money',
		credential: credential(SIMULATOR_KEY, simulator.baseUrl),
		credentialName: 'OpenAI (simulator)',
		key: SIMULATOR_KEY,
		stop: async () => await simulator.close(),
	};
}

/** OpenAI when OPENAI_API_KEY is set, the simulator otherwise. */
export async function startApi(): Promise<Api> {
	const key = process.env['OPENAI_API_KEY'];
	return key ? realApi(key) : await simulatedApi();
}
