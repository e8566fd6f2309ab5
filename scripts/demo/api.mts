import { startSimulator } from '../../test/simulator/index.mts';

const SIMULATOR_KEY = 'sk-simulator';

/** Slow enough to see the progress lines, far quicker than OpenAI. */
const SIMULATED_LATENCY_MS = 300;

/** The API that the demo sends its requests to. */
export interface Api {
	isReal: boolean;
	/** what to tell the user about it */
	description: string;
	/** the fields of the credential in n8n */
	credential: Record<string, string>;
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
		isReal: true,
		description: 'the REAL OpenAI API, with the key in OPENAI_API_KEY: this costs money',
		credential: credential(apiKey, process.env['OPENAI_BASE_URL'] ?? 'https://api.openai.com/v1'),
		stop: async () => {},
	};
}

/** The OpenAI-shaped server of the tests, on a free port of this machine. */
async function simulatedApi(): Promise<Api> {
	const { baseUrl, close } = await startSimulator({
		apiKey: SIMULATOR_KEY,
		latencyMs: SIMULATED_LATENCY_MS,
	});
	return {
		isReal: false,
		description: `a SIMULATOR of the OpenAI API on this machine (${baseUrl}): nothing is sent out, nothing costs money`,
		credential: credential(SIMULATOR_KEY, baseUrl),
		stop: close,
	};
}

/** OpenAI when OPENAI_API_KEY is set, the simulator otherwise. */
export async function startApi(): Promise<Api> {
	const key = process.env['OPENAI_API_KEY'];
	return key ? realApi(key) : await simulatedApi();
}
