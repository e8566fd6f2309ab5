import type { Provider } from './provider';
import { bearer, NO_PAGES, RASTER } from './shared';

/** One endpoint for all, `/images`; what a model does not take is refused, not ignored. */
export const openrouter: Provider = {
	id: 'openrouter',
	name: 'OpenRouter',
	pages: {
		...NO_PAGES,
		keys: 'https://openrouter.ai/settings/keys',
		billing: 'https://openrouter.ai/settings/credits',
		status: 'https://status.openrouter.ai',
	},
	baseUrl: 'https://openrouter.ai/api/v1',
	authHeader: bearer,
	style: 'openrouter',
	modelPrefix: 'openai/',
	formats: RASTER,
	notTaken: ['moderation', 'input_fidelity', 'complexity', 'safety_identifier'],
	extraParameters: {},
	resultHosts: [],
	hasDeployments: false,
	offers: {
		mask: false,
		markup: false,
		files: false,
		imageUrls: true,
		batch: false,
		batchDiscount: false,
		webhooks: false,
		provenanceChecks: false,
		modelList: false,
	},
	statesCost: true,
	keyCheck: { path: '/key' },
	sources: [
		'https://openrouter.ai/blog/tutorials/image-generation/',
		'https://openrouter.ai/docs/api/api-reference/api-keys/get-current-key',
		'npm:@openrouter/sdk',
	],
};
