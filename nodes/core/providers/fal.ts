import type { Provider } from './provider';
import { NO_PAGES, RASTER } from './shared';

/** A queue. Prices as in OpenAI's table of prices per image, beside them the prompt; the total is rounded up to a cent for each request (fal.ai/models/…/llms.txt). */
export const fal: Provider = {
	id: 'fal',
	name: 'fal.ai',
	pages: {
		...NO_PAGES,
		keys: 'https://fal.ai/dashboard/keys',
		billing: 'https://fal.ai/dashboard/billing',
		status: 'https://status.fal.ai',
	},
	baseUrl: 'https://queue.fal.run',
	authHeader: (apiKey) => ({ Authorization: `Key ${apiKey}` }),
	style: 'fal',
	modelPrefix: '',
	models: { 'gpt-image-1-mini': 'fal-ai/gpt-image-1-mini' },
	formats: RASTER,
	notTaken: [
		'moderation',
		'input_fidelity',
		'complexity',
		'safety_identifier',
		'output_compression',
	],
	extraParameters: {},
	maxImagesPerRequest: 4,
	resultHosts: ['fal.media', 'fal.run'],
	priceList: {
		images: {
			'gpt-image-1-mini': {
				low: { '1024x1024': '0.005', '1024x1536': '0.006', '1536x1024': '0.006' },
				medium: { '1024x1024': '0.011', '1024x1536': '0.015', '1536x1024': '0.015' },
				high: { '1024x1024': '0.036', '1024x1536': '0.052', '1536x1024': '0.052' },
			},
		},
		textInput: '2',
		// Its page of edits with gpt-image-1 has a price for input images ($5 per million tokens); that of this model is not to be found.
		imageInput: null,
	},
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
	statesCost: false,
	keyCheck: {
		path: '/fal-ai/gpt-image-1-mini/requests/00000000-0000-4000-8000-000000000000/status',
		onlyRefusals: true,
	},
	sources: [
		'https://fal.ai/models/fal-ai/gpt-image-1-mini/llms.txt',
		'https://docs.fal.ai/model-endpoints/queue',
	],
};
