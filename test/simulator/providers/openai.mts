import { checkKey } from '../account.mts';
import type { ProviderQuirks } from './index.mts';

export const openai: ProviderQuirks = {
	checkKey: ({ authorization }, key) => checkKey(authorization, key),
	path: (url) => url.pathname,
	model: (name) => name,
	listed: (model) => ({ ...model }),
	extras: () => ({}),
};
