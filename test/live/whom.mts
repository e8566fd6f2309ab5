/** From the environment to whom is asked. */
import type { Provider } from '../../nodes/core/providers/provider.ts';
import type { Need, Target } from './target.mts';

export interface Asked {
	apiKey: string;
	provider: Provider;
	baseUrl: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * OPENAI_API_KEY; or GPT_IMAGE_VERIFY_API_KEY with GPT_IMAGE_VERIFY_PROVIDER, and GPT_IMAGE_VERIFY_BASE_URL where the provider has no address of its own.
 * @returns null when there is no key
 * @throws in words for people, when it can't be asked
 */
export function whomToAsk(env: Environment, providers: readonly Provider[]): Asked | null {
	const apiKey = env['GPT_IMAGE_VERIFY_API_KEY'] || env['OPENAI_API_KEY'] || '';
	if (apiKey === '') return null;
	const id = env['GPT_IMAGE_VERIFY_PROVIDER'] || 'openai';
	const provider = providers.find((one) => one.id === id);
	if (provider === undefined)
		throw new Error(
			`GPT_IMAGE_VERIFY_PROVIDER is "${id}"; allowed are ${providers.map((one) => one.id).join(', ')}.`,
		);
	if (provider.style !== 'openai')
		throw new Error(
			`${provider.name} does not speak as OpenAI does, so these facts can't be asked there.`,
		);
	if (id !== 'openai' && !env['GPT_IMAGE_VERIFY_API_KEY'])
		throw new Error(
			`GPT_IMAGE_VERIFY_PROVIDER is "${id}": set GPT_IMAGE_VERIFY_API_KEY to its key. OPENAI_API_KEY is not sent there.`,
		);
	const baseUrl = (env['GPT_IMAGE_VERIFY_BASE_URL'] || provider.baseUrl || '').replace(/\/+$/, '');
	if (baseUrl === '')
		throw new Error(
			`${provider.name} has no address that fits everyone: set GPT_IMAGE_VERIFY_BASE_URL.`,
		);
	if (!/^https:\/\/|^http:\/\/(?:127\.0\.0\.1|localhost)[:/]/.test(baseUrl))
		throw new Error('GPT_IMAGE_VERIFY_BASE_URL has to begin with https://.');
	return { apiKey, provider, baseUrl };
}

export function targetOf({ apiKey, provider, baseUrl }: Asked): Target {
	const { batch, webhooks, modelList } = provider.offers;
	const has: Need[] = [
		...(modelList ? (['models'] as const) : []),
		...(batch ? (['files', 'batches'] as const) : []),
		...(webhooks ? (['webhooks'] as const) : []),
	];
	const isUsual = baseUrl === provider.baseUrl;
	return {
		name: isUsual ? provider.name : `${provider.name} at ${new URL(baseUrl).host}`,
		isSimulator: false,
		baseUrl,
		authorization: provider.authHeader(apiKey),
		modelPrefix: provider.modelPrefix,
		has,
	};
}

export const simulatorTarget = (baseUrl: string): Target => ({
	name: 'the simulator',
	isSimulator: true,
	baseUrl,
	authorization: { authorization: 'Bearer sk-simulator' },
	modelPrefix: '',
	has: ['models', 'files', 'batches', 'webhooks'],
});
