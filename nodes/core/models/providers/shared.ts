import type { KeyCheck } from '../provider';
import type { ProviderPages } from '../types';

export const MODEL_LIST: KeyCheck = { path: '/models' };

export const bearer = (apiKey: string): Record<string, string> => ({
	Authorization: `Bearer ${apiKey}`,
});

export const NO_PAGES: ProviderPages = {
	keys: null,
	billing: null,
	limits: null,
	models: null,
	verification: null,
	status: null,
};
