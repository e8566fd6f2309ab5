import { checkKey } from '../account.mts';
import type { DoorQuirks } from './index.mts';

export const openai: DoorQuirks = {
	checkKey: ({ authorization }, key) => checkKey(authorization, key),
	path: (url) => url.pathname,
	model: (name) => name,
	listed: (model) => ({ ...model }),
	extras: () => ({}),
};
