/** Vercel AI Gateway: ids with the maker's name before them, and what it cost in `providerMetadata` (npm @ai-sdk/gateway). */
import { checkKey } from '../account.mts';
import { ApiError } from '../errors.mts';
import type { ProviderQuirks } from './index.mts';
import { stated } from './transform.mts';

export const vercel: ProviderQuirks = {
	checkKey: ({ authorization }, key) => checkKey(authorization, key),
	path: (url) => {
		if (/^\/v1\/(?:images\/(?:generations|edits)|models)$/.test(url.pathname)) return url.pathname;
		throw new ApiError(404, {
			message: 'Not found',
			type: 'not_found_error',
			param: null,
			code: null,
		});
	},
	model: (name) => {
		const id = /^openai\/(.+)$/.exec(String(name))?.[1];
		if (id !== undefined) return id;
		throw new ApiError(404, {
			message: `Model '${String(name)}' not found`,
			type: 'model_not_found',
			param: null,
			code: null,
		});
	},
	listed: ({ id }) => ({ id: `openai/${id}`, object: 'model', owned_by: 'openai', type: 'image' }),
	/** "What it cost" and "what it is worth" differ when free credit pays (recorded answers in public repositories). */
	extras: (
		{ costPicodollars, requestId },
		{ statedCost = 'text', freeCredit = false, metadataCase = 'camel' },
	) => {
		const worth = stated(costPicodollars, statedCost);
		const [cost, generationId] = [freeCredit ? '0' : worth, `gen_${requestId.slice(4)}`];
		if (metadataCase === 'allSnake')
			return {
				provider_metadata: { gateway: { cost, market_cost: worth, generation_id: generationId } },
			};
		return {
			[metadataCase === 'snake' ? 'provider_metadata' : 'providerMetadata']: {
				gateway: { cost, marketCost: worth, generationId },
			},
		};
	},
};
