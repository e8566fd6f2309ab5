import { CHATGPT_IMAGE_LATEST, GPT_IMAGE_1, GPT_IMAGE_1_5, GPT_IMAGE_1_MINI } from './gptImage1';
import {
	GPT_IMAGE_2,
	GPT_IMAGE_2_5_FLARE,
	GPT_IMAGE_2_5_SUNBURST,
	GPT_IMAGE_2_6_FLARE,
	GPT_IMAGE_2_6_SUNBURST,
} from './gptImage2';
import { SVG_AUTHORS } from './svgAuthors';
import type { Catalogue } from './types';

/**
 * Every GPT Image model: the one place that knows model facts. A new model is one entry here.
 *
 * `draft` is the lowest price for an image at low quality, so 2.6 (whose `low` takes about four
 * times the tokens of 2.5) stands last; `final` is the strongest model with a published price formula.
 */
export const CATALOGUE: Catalogue = {
	pricesAsOf: '2026-11-20',
	models: [
		GPT_IMAGE_1_MINI,
		GPT_IMAGE_2_5_FLARE,
		GPT_IMAGE_2_5_SUNBURST,
		GPT_IMAGE_2_6_FLARE,
		GPT_IMAGE_2_6_SUNBURST,
		GPT_IMAGE_2,
		GPT_IMAGE_1_5,
		CHATGPT_IMAGE_LATEST,
		GPT_IMAGE_1,
	],
	svgAuthors: SVG_AUTHORS,
	roles: {
		draft: ['gpt-image-1-mini', 'gpt-image-2.5-flare', 'gpt-image-2', 'gpt-image-2.6-flare'],
		final: ['gpt-image-2.5-sunburst', 'gpt-image-2.6-sunburst', 'gpt-image-2', 'gpt-image-1.5'],
	},
};
