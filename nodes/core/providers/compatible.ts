import type { Provider } from './provider';
import { bearer, MODEL_LIST, NO_PAGES } from './shared';

/** Anything that speaks as OpenAI does: whether it knows batches is for it to say. */
export const compatible: Provider = {
	id: 'compatible',
	name: 'OpenAI-Compatible',
	nameInSentence: 'the provider',
	pages: NO_PAGES,
	baseUrl: null,
	authHeader: bearer,
	style: 'openai',
	modelPrefix: '',
	notTaken: [],
	extraParameters: {},
	resultHosts: [],
	hasDeployments: false,
	offers: {
		mask: true,
		markup: true,
		files: true,
		imageUrls: true,
		batch: true,
		batchDiscount: false,
		webhooks: false,
		provenanceChecks: true,
		modelList: true,
	},
	statesCost: true,
	keyCheck: MODEL_LIST,
	sources: [],
};
