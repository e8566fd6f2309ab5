import type { Capabilities, ModelEntry, OutputTokens, TokenPrices } from './types';

const MODELS_SHUTTING_DOWN = '2026-12-01';

/** OpenAI image generation guide, table "output tokens": shared by all models before gpt-image-2. */
const OUTPUT_TOKENS: OutputTokens = {
	kind: 'table',
	table: {
		low: { '1024x1024': 272, '1024x1536': 408, '1536x1024': 400 },
		medium: { '1024x1024': 1056, '1024x1536': 1584, '1536x1024': 1568 },
		high: { '1024x1024': 4160, '1024x1536': 6240, '1536x1024': 6208 },
	},
};

const CAPABILITIES: Capabilities = {
	sizes: ['1024x1024', '1024x1536', '1536x1024', 'auto'],
	customSizes: null,
	qualities: ['low', 'medium', 'high'],
	outputFormats: ['png', 'jpeg', 'webp'],
	transparentBackground: true,
	transparencyIsPreview: false,
	inputFidelity: ['low', 'high'],
	complexity: [],
	// OpenAI's announcement of February 2026, as headsupai.io has it.
	batch: 'yes',
	maxImagesPerRequest: 10,
	maxInputImages: 16,
	// OpenAI image generation guide, "image input tokens".
	inputImageTokens: {
		kind: 'tiles',
		shortestSide: 512,
		tilePixels: 512,
		base: 65,
		tile: 129,
		highSquare: 4160,
		highOther: 6240,
	},
	// 65 + 129 for each of at most 3 tiles of a picture up to 3:1; high fidelity adds 6240 (image guide).
	maxInputImageTokens: { low: 452, high: 6692 },
	maxInputImageBytes: 50 * 1024 * 1024,
	maxMaskBytes: 4 * 1024 * 1024,
	maxPromptCharacters: 32_000,
};

const GUIDE = 'https://developers.openai.com/api/docs/guides/image-generation';
const DEPRECATIONS = 'https://developers.openai.com/api/docs/deprecations';
const PRICING = 'https://developers.openai.com/api/docs/pricing';

/**
 * The guide's price per image ($0.005 at low, 1024x1024) lies above its own token count times the
 * token price ($0.0022) in all six cells. What is billed is the usage, so only tokens are kept here.
 */
export const GPT_IMAGE_1_MINI: ModelEntry = {
	id: 'gpt-image-1-mini',
	aliases: [],
	lifecycle: {
		released: '2025-10-06',
		deprecated: '2026-06-02',
		shutdown: MODELS_SHUTTING_DOWN,
		replacements: ['gpt-image-2.5-flare', 'gpt-image-2.5-sunburst'],
	},
	prices: {
		textInput: '2',
		cachedTextInput: '0.2',
		imageInput: '2.5',
		cachedImageInput: '0.25',
		imageOutput: '8',
		textOutput: null,
	},
	pricesAreSecondHand: false,
	outputTokens: OUTPUT_TOKENS,
	capabilities: { ...CAPABILITIES, inputFidelity: ['low'] },
	sources: ['https://developers.openai.com/api/docs/models/gpt-image-1-mini', GUIDE, DEPRECATIONS],
};

/** Its text output price is second-hand (Portkey-AI/models, pricing/openai.json). */
const PRICES_1_5: TokenPrices = {
	textInput: '5',
	cachedTextInput: '1.25',
	imageInput: '8',
	cachedImageInput: '2',
	imageOutput: '32',
	textOutput: '10',
};

export const GPT_IMAGE_1_5: ModelEntry = {
	id: 'gpt-image-1.5',
	aliases: ['gpt-image-1.5-2025-12-16'],
	lifecycle: {
		released: '2025-12-16',
		deprecated: '2026-06-02',
		shutdown: MODELS_SHUTTING_DOWN,
		replacements: ['gpt-image-2.5-sunburst', 'gpt-image-2.5-flare'],
	},
	prices: PRICES_1_5,
	pricesAreSecondHand: false,
	outputTokens: OUTPUT_TOKENS,
	capabilities: CAPABILITIES,
	sources: [GUIDE, PRICING, DEPRECATIONS],
};

export const CHATGPT_IMAGE_LATEST: ModelEntry = {
	id: 'chatgpt-image-latest',
	aliases: [],
	lifecycle: {
		released: null,
		deprecated: '2026-06-02',
		shutdown: MODELS_SHUTTING_DOWN,
		replacements: ['gpt-image-2.5-sunburst', 'gpt-image-2.5-flare'],
	},
	prices: PRICES_1_5,
	pricesAreSecondHand: true,
	outputTokens: OUTPUT_TOKENS,
	capabilities: { ...CAPABILITIES, inputFidelity: [] },
	sources: [GUIDE, PRICING, DEPRECATIONS],
};

export const GPT_IMAGE_1: ModelEntry = {
	id: 'gpt-image-1',
	aliases: [],
	lifecycle: {
		released: '2025-04-23',
		deprecated: '2026-04-22',
		shutdown: '2026-10-23',
		replacements: ['gpt-image-2.5-sunburst', 'gpt-image-2.5-flare'],
	},
	prices: {
		textInput: '5',
		cachedTextInput: '1.25',
		imageInput: '10',
		cachedImageInput: '2.5',
		imageOutput: '40',
		textOutput: null,
	},
	pricesAreSecondHand: false,
	outputTokens: OUTPUT_TOKENS,
	capabilities: { ...CAPABILITIES, batch: 'no' },
	sources: ['https://developers.openai.com/api/docs/models/gpt-image-1', GUIDE, DEPRECATIONS],
};
