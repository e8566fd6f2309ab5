import type { Provider } from './provider';
import { MODEL_LIST, NO_PAGES, RASTER } from './shared';

/** Both of its addresses: `…/openai/v1`, and `…/openai/deployments/<name>` with an API version. */
export const azure: Provider = {
	id: 'azure',
	name: 'Azure OpenAI',
	pages: {
		...NO_PAGES,
		limits: 'https://aka.ms/oai/quotaincrease',
		status: 'https://azure.status.microsoft',
	},
	baseUrl: null,
	authHeader: (apiKey) => ({ 'api-key': apiKey }),
	style: 'openai',
	modelPrefix: '',
	formats: RASTER,
	notTaken: [],
	extraParameters: {},
	resultHosts: [],
	hasDeployments: true,
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
	statesCost: false,
	keyCheck: MODEL_LIST,
	sources: ['https://learn.microsoft.com/azure/ai-foundry/openai/reference'],
};
