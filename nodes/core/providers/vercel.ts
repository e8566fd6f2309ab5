import type { Provider } from './provider';
import { bearer, MODEL_LIST, NO_PAGES, RASTER } from './shared';

/** Takes an API key or an OIDC token, both as a bearer token. */
export const vercel: Provider = {
	id: 'vercel',
	name: 'Vercel AI Gateway',
	pages: {
		...NO_PAGES,
		billing: 'https://vercel.com/docs/ai-gateway/pricing',
		keys: 'https://vercel.com/docs/ai-gateway/authentication-and-byok/api-keys',
		status: 'https://www.vercel-status.com',
	},
	baseUrl: 'https://ai-gateway.vercel.sh/v1',
	authHeader: bearer,
	style: 'openai',
	modelPrefix: 'openai/',
	formats: RASTER,
	notTaken: [],
	extraParameters: {},
	resultHosts: [],
	hasDeployments: false,
	offers: {
		mask: true,
		markup: false,
		files: false,
		imageUrls: false,
		batch: false,
		batchDiscount: false,
		webhooks: false,
		provenanceChecks: false,
		modelList: true,
	},
	statesCost: true,
	keyCheck: MODEL_LIST,
	sources: ['https://vercel.com/docs/ai-gateway', 'npm:@ai-sdk/gateway'],
};
