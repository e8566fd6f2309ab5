/** Vercel AI Gateway: ids with the maker's name before them, and what it cost in `providerMetadata` (npm @ai-sdk/gateway). */
import { checkKey } from '../account.mts';
import { ApiError } from '../errors.mts';
import type { DoorQuirks } from './index.mts';

export const vercel: DoorQuirks = {
	checkKey: ({ authorization }, key) => checkKey(authorization, key),
	path: (url) => {
		if (/^\/v1\/(?:images\/(?:generations|edits)|models)$/.test(url.pathname)) return url.pathname;
		throw new ApiError(404, { message: 'Not found', type: 'not_found_error', param: null, code: null });
	},
	model: (name) => {
		const id = /^openai\/(.+)$/.exec(String(name))?.[1];
		if (id !== undefined) return id;
		throw new ApiError(404, { message: `Model '${String(name)}' not found`, type: 'model_not_found', param: null, code: null });
	},
	listed: ({ id }) => ({ id: `openai/${id}`, object: 'model', owned_by: 'openai', type: 'image' }),
	extras: (picodollars, requestId, surchargePercent) => {
		const cost = (picodollars * BigInt(100 + surchargePercent)) / 100n;
		const text = cost.toString().padStart(13, '0');
		return { providerMetadata: { gateway: { cost: `${text.slice(0, -12)}.${text.slice(-12)}`.replace(/0+$/, ''), generationId: `gen_${requestId.slice(4)}` } } };
	},
};
