/** A door to the models: where requests go and how they are signed. A new provider is one entry. */
export interface Provider {
	id: string;
	name: string;
	/** Used when the credential names none; no trailing slash. */
	baseUrl: string;
	/** Header that carries the key. */
	authHeader: (apiKey: string) => Record<string, string>;
}

const OPENAI: Provider = {
	id: 'openai',
	name: 'OpenAI',
	baseUrl: 'https://api.openai.com/v1',
	authHeader: (apiKey) => ({ Authorization: `Bearer ${apiKey}` }),
};

export const PROVIDERS: readonly Provider[] = [OPENAI];

/** The provider with this id; OpenAI when there is none, as the credential's default says. */
export function findProvider(id: unknown): Provider {
	return PROVIDERS.find((provider) => provider.id === id) ?? OPENAI;
}
