import type { INode } from 'n8n-workflow';
import { node, ourNode, withCredential } from '../n8n/harness/index.mts';

/** What is compared, in the order of the tables' columns. */
export const TITLES = {
	ours: 'GPT Image (this package)',
	builtIn: "n8n's OpenAI node",
	http: 'HTTP Request node',
	fetch: 'bare fetch script',
} as const;

export type Peer = keyof typeof TITLES;
export type N8nPeer = Exclude<Peer, 'fetch'>;

/** The name of the node under measurement in every workflow. */
export const NODE = 'Images';

/** Known to all four, and not about to be shut down. */
export const MODEL = 'gpt-image-2';

/** The same request from everybody, but for the prompt. */
export const REQUEST = { model: MODEL, quality: 'low', size: '1024x1024' } as const;

/** Requests in flight, where it can be set: here and in the bare script. */
export const CONCURRENCY = 10;

/** As many in flight as the limit lets through: the node's default. The script then has all of them in flight. */
export const AUTO = 0;

export const VERSIONS = { builtIn: 2.3, http: 4.5 } as const;

export interface Service {
	/** ends with /v1 */
	baseUrl: string;
	/** n8n's ids of the credentials */
	credentials: Record<N8nPeer, string>;
}

type Extras = Pick<INode, 'onError' | 'retryOnFail' | 'maxTries' | 'waitBetweenTries'>;
export type Settings = Partial<Extras>;

const PROMPT = '={{ $json.prompt }}';

function ours({ credentials }: Service, settings: Settings, concurrency: number): INode {
	const parameters = {
		model: { __rl: true, mode: 'id', value: MODEL },
		prompt: PROMPT,
		quality: REQUEST.quality,
		size: REQUEST.size,
		options: { outputFormat: 'png' },
		run: { maxConcurrency: concurrency },
	};
	return ourNode(NODE, 'gptImage', parameters, {
		...withCredential(credentials.ours),
		...settings,
	});
}

function builtIn({ credentials }: Service, settings: Settings): INode {
	const parameters = {
		resource: 'image',
		operation: 'generate',
		modelId: { __rl: true, mode: 'id', value: MODEL },
		prompt: PROMPT,
		options: { quality: REQUEST.quality, size: REQUEST.size },
	};
	const credential = { openAiApi: { id: credentials.builtIn, name: 'OpenAI' } };
	const extras = { typeVersion: VERSIONS.builtIn, credentials: credential, ...settings };
	return node(NODE, '@n8n/n8n-nodes-langchain.openAi', parameters, extras);
}

/** As it comes out of n8n's panel: no batching, the response's format found out by the node. */
function http({ baseUrl, credentials }: Service, settings: Settings): INode {
	const parameters = {
		method: 'POST',
		url: `${baseUrl}/images/generations`,
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
		sendBody: true,
		specifyBody: 'json',
		jsonBody: `={{ { ...${JSON.stringify(REQUEST)}, prompt: $json.prompt } }}`,
		options: {},
	};
	const credential = { httpHeaderAuth: { id: credentials.http, name: 'Header' } };
	const extras = { typeVersion: VERSIONS.http, credentials: credential, ...settings };
	return node(NODE, 'n8n-nodes-base.httpRequest', parameters, extras);
}

const NODES = { ours, builtIn, http };

/** @param concurrency of our node; the others know none */
export function peerNode(
	peer: N8nPeer,
	service: Service,
	settings: Settings,
	concurrency = CONCURRENCY,
): INode {
	return NODES[peer](service, settings, concurrency);
}
