/** What a door to the models has. What it lacks is refused before anything is sent. */
export interface Offers {
	edit: boolean;
	batch: boolean;
	webhooks: boolean;
	/** A list of models that tells which ones the key may use. */
	modelList: boolean;
}

/** A door to the models: where requests go, how they are signed, what is there. A new provider is one entry. */
export interface Provider {
	id: string;
	name: string;
	/** Used when the credential names none; no trailing slash. `null` = every customer has an address of their own. */
	baseUrl: string | null;
	/** Header that carries the key. */
	authHeader: (apiKey: string) => Record<string, string>;
	/** What stands there before the id of a model. */
	modelPrefix: string;
	/** Customers give models names of their own there. */
	hasDeployments: boolean;
	offers: Offers;
	/** Its answers state what they cost, which then counts. */
	statesCost: boolean;
	/** Titles or addresses of the pages that the facts are from. */
	sources: readonly string[];
}

const bearer = (apiKey: string): Record<string, string> => ({ Authorization: `Bearer ${apiKey}` });

const OPENAI: Provider = {
	id: 'openai',
	name: 'OpenAI',
	baseUrl: 'https://api.openai.com/v1',
	authHeader: bearer,
	modelPrefix: '',
	hasDeployments: false,
	offers: { edit: true, batch: true, webhooks: true, modelList: true },
	statesCost: false,
	sources: ['https://developers.openai.com/api/reference'],
};

/** Both of its addresses: `…/openai/v1`, and `…/openai/deployments/<name>` with an API version. */
const AZURE: Provider = {
	id: 'azure',
	name: 'Azure OpenAI',
	baseUrl: null,
	authHeader: (apiKey) => ({ 'api-key': apiKey }),
	modelPrefix: '',
	hasDeployments: true,
	offers: { edit: true, batch: false, webhooks: false, modelList: false },
	statesCost: false,
	sources: ['https://learn.microsoft.com/azure/ai-foundry/openai/reference'],
};

/** Takes an API key or an OIDC token, both as a bearer token. */
const VERCEL: Provider = {
	id: 'vercel',
	name: 'Vercel AI Gateway',
	baseUrl: 'https://ai-gateway.vercel.sh/v1',
	authHeader: bearer,
	modelPrefix: 'openai/',
	hasDeployments: false,
	offers: { edit: true, batch: false, webhooks: false, modelList: true },
	statesCost: true,
	sources: ['https://vercel.com/docs/ai-gateway', 'npm:@ai-sdk/gateway'],
};

/** Anything that speaks as OpenAI does: whether it knows batches is for it to say. */
const COMPATIBLE: Provider = {
	id: 'compatible',
	name: 'OpenAI-Compatible',
	baseUrl: null,
	authHeader: bearer,
	modelPrefix: '',
	hasDeployments: false,
	offers: { edit: true, batch: true, webhooks: false, modelList: true },
	statesCost: true,
	sources: [],
};

export const PROVIDERS: readonly Provider[] = [OPENAI, AZURE, COMPATIBLE, VERCEL];

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
	const isDefault = given === '' || (provider !== OPENAI && given.replace(/\/+$/, '') === OPENAI.baseUrl);
	return isDefault ? (provider.baseUrl ?? '') : given;
}
