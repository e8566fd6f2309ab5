import type { Provider } from './provider';
import { bearer, NO_PAGES, RASTER } from './shared';

/** Gives addresses unless it is asked for base64; those live about an hour. */
export const lumenfall: Provider = {
	id: 'lumenfall',
	name: 'Lumenfall',
	pages: NO_PAGES,
	baseUrl: 'https://api.lumenfall.ai/openai/v1',
	authHeader: bearer,
	style: 'openai',
	modelPrefix: '',
	formats: RASTER,
	notTaken: [],
	extraParameters: { response_format: 'b64_json' },
	resultHosts: ['lumenfall.ai'],
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
		modelList: false,
	},
	quotes: true,
	statesCost: true,
	keyCheck: { path: '/models', onlyRefusals: true },
	sources: ["the vendor's own description of its API"],
};
