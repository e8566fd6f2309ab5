import type { Capabilities, GifSheet, ModelEntry, TokenPrices } from './types';

const PRICES: TokenPrices = {
	textInput: '5',
	cachedTextInput: '1.25',
	imageInput: '8',
	cachedImageInput: '2',
	imageOutput: '30',
	textOutput: null,
};

const CAPABILITIES: Capabilities = {
	sizes: ['1024x1024', '1024x1536', '1536x1024', 'auto'],
	customSizes: {
		edgeMultipleOf: 16,
		maxEdge: 3840,
		maxAspectRatio: 3,
		minPixels: 655_360,
		maxPixels: 8_294_400,
		experimentalAbovePixels: 3_686_400,
	},
	qualities: ['low', 'medium', 'high', 'xhigh', 'max'],
	outputFormats: ['png', 'jpeg', 'webp'],
	transparentBackground: true,
	transparencyIsPreview: false,
	inputFidelity: [],
	complexity: [],
	// Of 2.5: AIHubMix says yes (2026-11-05), OpenGradient/tee-gateway#162 no (2026-09-10); OpenAI's changelog names images and responses only.
	batch: 'uncertain',
	maxImagesPerRequest: 10,
	maxInputImages: 16,
	inputImageTokens: { kind: 'area', pixelsPerToken: 1024 },
	// No formula is published; about 1024 for 1024x1024 and at most 1536 are seen.
	maxInputImageTokens: { low: 1536, high: 1536 },
	maxInputImageBytes: 50 * 1024 * 1024,
	maxMaskBytes: 4 * 1024 * 1024,
	maxPromptCharacters: 32_000,
};

/**
 * Measured: square frames of up to 960 pixels for 2 to 9 of them, 816 for 10 to 12, 720 for 13 to 16 (docs.apiyi.com), 6 of
 * 1024 refused for a sheet 4096 pixels long (dev.to/super_lewis), billed in these steps (docs.comfy.org). OpenAI's own pages
 * say only that there are limits.
 */
const GIF_SHEETS: readonly GifSheet[] = [
	{ frames: 8, long: 4, short: 2 },
	{ frames: 9, long: 3, short: 3 },
	{ frames: 12, long: 4, short: 3 },
	{ frames: 16, long: 4, short: 4 },
];

const GUIDE = 'https://developers.openai.com/api/docs/guides/image-generation';

/** Formula read off OpenAI's calculator: community.openai.com/t/1382699. Equal to all 12 readings seen. */
export const GPT_IMAGE_2: ModelEntry = {
	id: 'gpt-image-2',
	aliases: ['gpt-image-2-2026-04-21'],
	lifecycle: { released: '2026-04-21', deprecated: null, shutdown: null, replacements: [] },
	prices: PRICES,
	pricesAreSecondHand: false,
	outputTokens: {
		kind: 'formula',
		axisFactor: { low: 16, medium: 48, high: 96 },
		certainty: 'derived',
	},
	// Transparent backgrounds: a preview since 2026-08-20. Batches: the model's page.
	capabilities: {
		...CAPABILITIES,
		qualities: ['low', 'medium', 'high'],
		batch: 'yes',
		transparencyIsPreview: true,
	},
	sources: [
		'https://developers.openai.com/api/docs/models/gpt-image-2.md',
		'https://developers.openai.com/api/docs/pricing',
		'https://community.openai.com/t/gpt-image-2-output-pricing-calculator-online-and-in-your-code/1382699',
	],
};

/** Same formula, other factors: equal to 25 cells of ComfyUI's price table and 5 published readings. */
const GPT_IMAGE_2_5: Omit<ModelEntry, 'id' | 'aliases'> = {
	lifecycle: { released: '2026-09-08', deprecated: null, shutdown: null, replacements: [] },
	prices: PRICES,
	pricesAreSecondHand: false,
	outputTokens: {
		kind: 'formula',
		axisFactor: { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 },
		certainty: 'derived',
	},
	// OpenAI's types name 2.5 for markup. None of the sources names it for GIF or SVG.
	capabilities: { ...CAPABILITIES, markup: true },
	sources: [
		'https://developers.openai.com/api/docs/models/gpt-image-2.5-sunburst',
		'https://developers.openai.com/api/docs/models/gpt-image-2.5-flare',
		GUIDE,
	],
};

export const GPT_IMAGE_2_5_SUNBURST: ModelEntry = {
	...GPT_IMAGE_2_5,
	id: 'gpt-image-2.5-sunburst',
	aliases: ['gpt-image-2.5-sunburst-2026-09-08'],
};

export const GPT_IMAGE_2_5_FLARE: ModelEntry = {
	...GPT_IMAGE_2_5,
	id: 'gpt-image-2.5-flare',
	aliases: ['gpt-image-2.5-flare-2026-09-08'],
};

/**
 * No formula is published. Measured 2026-11-05 (docs.laozhang.ai, gpt-image-2-6): low takes 664 tokens
 * at 1536x1024 where 2.5 takes 158, medium 3 to 4 times those of 2.5, high and above the same.
 */
const GPT_IMAGE_2_6: Omit<ModelEntry, 'id'> = {
	aliases: [],
	lifecycle: { released: '2026-11-04', deprecated: null, shutdown: null, replacements: [] },
	prices: PRICES,
	pricesAreSecondHand: false,
	outputTokens: {
		kind: 'formula',
		axisFactor: { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 },
		scale: { low: 664 / 158, medium: 4 },
		certainty: 'approximate',
	},
	capabilities: {
		...CAPABILITIES,
		complexity: ['low', 'medium', 'high'],
		// GIF is a preview, and SVG needs access as well.
		outputFormats: ['png', 'jpeg', 'webp', 'gif', 'svg'],
		gifSheets: GIF_SHEETS,
		markup: true,
		batch: 'no',
	},
	sources: [
		'https://developers.openai.com/api/docs/models/gpt-image-2.6-sunburst',
		'https://docs.laozhang.ai/api-capabilities/gpt-image-2-6',
		GUIDE,
	],
};

export const GPT_IMAGE_2_6_SUNBURST: ModelEntry = {
	...GPT_IMAGE_2_6,
	id: 'gpt-image-2.6-sunburst',
};

/** Its price is second-hand. */
export const GPT_IMAGE_2_6_FLARE: ModelEntry = {
	...GPT_IMAGE_2_6,
	id: 'gpt-image-2.6-flare',
	pricesAreSecondHand: true,
};
