import type { Provider } from './provider';
import { bearer, MODEL_LIST } from './shared';

export const openai: Provider = {
	id: 'openai',
	name: 'OpenAI',
	pages: {
		keys: 'https://platform.openai.com/api-keys',
		billing: 'https://platform.openai.com/settings/organization/billing',
		limits: 'https://platform.openai.com/settings/organization/limits',
		models: 'https://platform.openai.com/settings/organization/projects',
		verification: 'https://platform.openai.com/settings/organization/general',
		status: 'https://status.openai.com',
	},
	baseUrl: 'https://api.openai.com/v1',
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
		batchDiscount: true,
		webhooks: true,
		provenanceChecks: true,
		modelList: true,
	},
	statesCost: false,
	keyCheck: MODEL_LIST,
	sources: ['https://developers.openai.com/api/reference'],
};
