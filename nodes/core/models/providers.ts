import { withoutSlashes } from '../trimEnds';
import { checkBaseUrl, type BaseUrlCheck } from './baseUrl';
import type { Provider } from './provider';
import { openai } from './providers/openai';
import { PROVIDERS } from './providers/registry';

export { PROVIDERS } from './providers/registry';

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
export function checkDoorUrl(credential: DoorFields): BaseUrlCheck {
	const provider = findProvider(credential.provider);
	if (PROVIDERS.includes(provider)) return checkBaseUrl(doorUrl(credential));
	const known = PROVIDERS.map(({ name }) => name).join(', ');
	return {
		ok: false,
		problem: `The credential's 'Provider' is '${provider.id.slice(0, 40)}', which this package does not have. Choose one of: ${known}. The key was sent nowhere.`,
	};
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
	const isDefault =
		given === '' || (provider !== openai && withoutSlashes(given) === openai.baseUrl);
	return isDefault ? (provider.baseUrl ?? '') : given;
}
