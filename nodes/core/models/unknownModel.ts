import type { Capabilities } from './types';
import { OUTPUT_FORMATS, QUALITIES } from './types';

/**
 * What is assumed of a model that the catalogue does not know: everything that any GPT Image model
 * can do, so that a new model works on its first day and the API has the last word.
 */
export const UNKNOWN_MODEL: Capabilities = {
	sizes: ['1024x1024', '1024x1536', '1536x1024', 'auto'],
	customSizes: {
		edgeMultipleOf: 1,
		maxEdge: 16_384,
		maxAspectRatio: 100,
		minPixels: 1,
		maxPixels: 16_384 * 16_384,
		experimentalAbovePixels: 16_384 * 16_384,
	},
	qualities: QUALITIES,
	outputFormats: OUTPUT_FORMATS,
	transparentBackground: true,
	transparencyIsPreview: false,
	inputFidelity: ['low', 'high'],
	complexity: ['low', 'medium', 'high'],
	batch: 'uncertain',
	maxImagesPerRequest: 10,
	maxInputImages: 16,
	inputImageTokens: { kind: 'area', pixelsPerToken: 1 },
	maxInputImageTokens: { low: 6692, high: 6692 },
	maxInputImageBytes: 50 * 1024 * 1024,
	maxMaskBytes: 4 * 1024 * 1024,
	maxPromptCharacters: 32_000,
};

/** Ids that the model list shows although the catalogue does not know them. */
export function looksLikeImageModel(id: string): boolean {
	return /^(?:gpt|chatgpt)-image(?:-|$)/.test(id);
}
