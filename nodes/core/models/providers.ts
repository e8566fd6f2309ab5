import { withoutSlashes } from '../trimEnds';
import type { KeyCheck, Provider } from './provider';
import type { ProviderPages } from './types';

const MODEL_LIST: KeyCheck = { path: '/models' };

const bearer = (apiKey: string): Record<string, string> => ({ Authorization: `Bearer ${apiKey}` });

const NO_PAGES: ProviderPages = { keys: null, billing: null, limits: null, models: null, verification: null, status: null };

const OPENAI: Provider = {
	id: 'openai',
	name: 'OpenAI',
	pages: {
		keys: 'https://platform.openai.com/api-keys',
		billing: 'https://platform.openai.com/settings/organization/billing',
		limits: 'https://platform.openai.com/settings/organization/limits',
		models: 'https://platform.openai.com/settings/organization/projects',
		verification: 'https://platform.openai.com/settings/organization/general',
		status: 'https://status.openai.com',
	},
	baseUrl: 'https://api.openai.com/v1',
	authHeader: bearer,
	style: 'openai',
	modelPrefix: '',
	notTaken: [],
	extraParameters: {},
	resultHosts: [],
	hasDeployments: false,
	offers: { mask: true, batch: true, batchDiscount: true, webhooks: true, modelList: true },
	statesCost: false,
	keyCheck: MODEL_LIST,
	sources: ['https://developers.openai.com/api/reference'],
};

/** Both of its addresses: `…/openai/v1`, and `…/openai/deployments/<name>` with an API version. */
const AZURE: Provider = {
	id: 'azure',
	name: 'Azure OpenAI',
	pages: { ...NO_PAGES, limits: 'https://aka.ms/oai/quotaincrease', status: 'https://azure.status.microsoft' },
	baseUrl: null,
	authHeader: (apiKey) => ({ 'api-key': apiKey }),
	style: 'openai',
	modelPrefix: '',
	notTaken: [],
	extraParameters: {},
	resultHosts: [],
	hasDeployments: true,
	offers: { mask: true, batch: false, batchDiscount: false, webhooks: false, modelList: false },
	statesCost: false,
	keyCheck: MODEL_LIST,
	sources: ['https://learn.microsoft.com/azure/ai-foundry/openai/reference'],
};

/** Takes an API key or an OIDC token, both as a bearer token. */
const VERCEL: Provider = {
	id: 'vercel',
	name: 'Vercel AI Gateway',
	pages: { ...NO_PAGES, billing: 'https://vercel.com/docs/ai-gateway/pricing', keys: 'https://vercel.com/docs/ai-gateway/authentication-and-byok/api-keys', status: 'https://www.vercel-status.com' },
	baseUrl: 'https://ai-gateway.vercel.sh/v1',
	authHeader: bearer,
	style: 'openai',
	modelPrefix: 'openai/',
	notTaken: [],
	extraParameters: {},
	resultHosts: [],
	hasDeployments: false,
	offers: { mask: true, batch: false, batchDiscount: false, webhooks: false, modelList: true },
	statesCost: true,
	keyCheck: MODEL_LIST,
	sources: ['https://vercel.com/docs/ai-gateway', 'npm:@ai-sdk/gateway'],
};

/** Gives addresses unless it is asked for base64; those live about an hour. */
const LUMENFALL: Provider = {
	id: 'lumenfall',
	name: 'Lumenfall',
	pages: NO_PAGES,
	baseUrl: 'https://api.lumenfall.ai/openai/v1',
	authHeader: bearer,
	style: 'openai',
	modelPrefix: '',
	notTaken: [],
	extraParameters: { response_format: 'b64_json' },
	resultHosts: ['lumenfall.ai'],
	hasDeployments: false,
	offers: { mask: true, batch: false, batchDiscount: false, webhooks: false, modelList: false },
	quotes: true,
	statesCost: true,
	keyCheck: { path: '/models', onlyRefusals: true },
	sources: ["the vendor's own description of its API"],
};

/** One endpoint for all, `/images`; what a model does not take is refused, not ignored. */
const OPENROUTER: Provider = {
	id: 'openrouter',
	name: 'OpenRouter',
	pages: { ...NO_PAGES, keys: 'https://openrouter.ai/settings/keys', billing: 'https://openrouter.ai/settings/credits', status: 'https://status.openrouter.ai' },
	baseUrl: 'https://openrouter.ai/api/v1',
	authHeader: bearer,
	style: 'openrouter',
	modelPrefix: 'openai/',
	notTaken: ['moderation', 'input_fidelity', 'complexity', 'safety_identifier'],
	extraParameters: {},
	resultHosts: [],
	hasDeployments: false,
	offers: { mask: false, batch: false, batchDiscount: false, webhooks: false, modelList: false },
	statesCost: true,
	keyCheck: { path: '/key' },
	sources: ['https://openrouter.ai/blog/tutorials/image-generation/', 'https://openrouter.ai/docs/api/api-reference/api-keys/get-current-key', 'npm:@openrouter/sdk'],
};

/** A queue. Prices as in OpenAI's table of prices per image, beside them the prompt; the total is rounded up to a cent for each request (fal.ai/models/…/llms.txt). */
const FAL: Provider = {
	id: 'fal',
	name: 'fal.ai',
	pages: { ...NO_PAGES, keys: 'https://fal.ai/dashboard/keys', billing: 'https://fal.ai/dashboard/billing', status: 'https://status.fal.ai' },
	baseUrl: 'https://queue.fal.run',
	authHeader: (apiKey) => ({ Authorization: `Key ${apiKey}` }),
	style: 'fal',
	modelPrefix: '',
	models: { 'gpt-image-1-mini': 'fal-ai/gpt-image-1-mini' },
	notTaken: ['moderation', 'input_fidelity', 'complexity', 'safety_identifier', 'output_compression'],
	extraParameters: {},
	maxImagesPerRequest: 4,
	resultHosts: ['fal.media', 'fal.run'],
	priceList: {
		images: {
			'gpt-image-1-mini': {
				low: { '1024x1024': '0.005', '1024x1536': '0.006', '1536x1024': '0.006' },
				medium: { '1024x1024': '0.011', '1024x1536': '0.015', '1536x1024': '0.015' },
				high: { '1024x1024': '0.036', '1024x1536': '0.052', '1536x1024': '0.052' },
			},
		},
		textInput: '2',
		// Its page of edits with gpt-image-1 has a price for input images ($5 per million tokens); that of this model is not to be found.
		imageInput: null,
	},
	hasDeployments: false,
	offers: { mask: false, batch: false, batchDiscount: false, webhooks: false, modelList: false },
	statesCost: false,
	keyCheck: { path: '/fal-ai/gpt-image-1-mini/requests/00000000-0000-4000-8000-000000000000/status', onlyRefusals: true },
	sources: ['https://fal.ai/models/fal-ai/gpt-image-1-mini/llms.txt', 'https://docs.fal.ai/model-endpoints/queue'],
};

/** Anything that speaks as OpenAI does: whether it knows batches is for it to say. */
const COMPATIBLE: Provider = {
	id: 'compatible',
	name: 'OpenAI-Compatible',
	nameInSentence: 'the provider',
	pages: NO_PAGES,
	baseUrl: null,
	authHeader: bearer,
	style: 'openai',
	modelPrefix: '',
	notTaken: [],
	extraParameters: {},
	resultHosts: [],
	hasDeployments: false,
	offers: { mask: true, batch: true, batchDiscount: false, webhooks: false, modelList: true },
	statesCost: true,
	keyCheck: MODEL_LIST,
	sources: [],
};

export const PROVIDERS: readonly Provider[] = [OPENAI, AZURE, FAL, LUMENFALL, COMPATIBLE, OPENROUTER, VERCEL];

/** The provider with this id; OpenAI when there is none, as the credential's default says. */
export function findProvider(id: unknown): Provider {
	return PROVIDERS.find((provider) => provider.id === id) ?? OPENAI;
}

/** What of a credential decides where requests go. */
export interface DoorFields {
	provider?: unknown;
	baseUrl?: unknown;
}

/**
 * Where a credential's requests go; empty = it must say so itself. OpenAI's address, which stands in a new
 * credential, is no other provider's: its key must not go there.
 */
export function doorUrl({ provider: id, baseUrl }: DoorFields): string {
	const provider = findProvider(id);
	const given = String(baseUrl ?? '').trim();
	const isDefault = given === '' || (provider !== OPENAI && withoutSlashes(given) === OPENAI.baseUrl);
	return isDefault ? (provider.baseUrl ?? '') : given;
}
