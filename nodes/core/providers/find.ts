import { withoutSlashes } from '../util/text';
import { type BaseUrlCheck, checkBaseUrl } from './baseUrl';
import { openai } from './openai';
import type { Provider } from './provider';
import { PROVIDERS } from './registry';

export { PROVIDERS } from './registry';

/**
 * The provider with this id; OpenAI when the credential names none, as its default says. One that this build does not have
 * has no address: its key must not go to another one.
 */
export function findProvider(id: unknown): Provider {
	if (id === undefined || id === null || id === '') return openai;
	return (
		PROVIDERS.find((provider) => provider.id === id) ?? {
			...openai,
			id: String(id),
			name: `the provider '${String(id)}'`,
			baseUrl: null,
		}
	);
}

/** Where the key of a credential may go, or why nowhere. Whoever chose a provider that this build lacks meant another way of speaking to it. */
export function checkServerUrl(credential: ServerFields): BaseUrlCheck {
	const provider = findProvider(credential.provider);
	if (PROVIDERS.includes(provider)) return checkBaseUrl(serverUrl(credential));
	const known = PROVIDERS.map(({ name }) => name).join(', ');
	return {
		ok: false,
		problem: `The credential's 'Provider' is '${provider.id.slice(0, 40)}', which this package does not support. Choose one of: ${known}. The key was not sent.`,
	};
}

/** What of a credential decides where requests go. */
interface ServerFields {
	provider?: unknown;
	baseUrl?: unknown;
}

/**
 * Where a credential's requests go; empty = it must say so itself. OpenAI's address, which stands in a new
 * credential, is no other provider's: its key must not go there.
 */
export function serverUrl({ provider: id, baseUrl }: ServerFields): string {
	const provider = findProvider(id);
	const given = String(baseUrl ?? '').trim();
	const isDefault =
		given === '' || (provider !== openai && withoutSlashes(given) === openai.baseUrl);
	return isDefault ? (provider.baseUrl ?? '') : given;
}
