/**
 * Token counts. Sources: "Image generation" guide (cost table and input rules of the models before
 * gpt-image-2); OpenAI's calculator as read by its community (gpt-image-2); the same formula with
 * other factors reproduces every published cell of 2.5; measurements only for 2.6.
 */
import { randomFrom } from '../drawing/random.mts';
import type { ImageEndpoint, Quality } from '../types.mts';
import type { ImageModel, TokenRule } from './catalogue.mts';

const TABLE: Record<string, Partial<Record<Quality, number>>> = {
	'1024x1024': { low: 272, medium: 1056, high: 4160 },
	'1024x1536': { low: 408, medium: 1584, high: 6240 },
	'1536x1024': { low: 400, medium: 1568, high: 6208 },
};

const FACTORS: Record<Exclude<TokenRule, 'table'>, Partial<Record<Quality, number>>> = {
	'gpt-image-2': { low: 16, medium: 48, high: 96 },
	'gpt-image-2.5': { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 },
	'gpt-image-2.6': { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 },
};

/** Measured points of 2.6 (docs.laozhang.ai, 5 November 2026), image output tokens. */
const MEASURED_2_6: Record<string, Partial<Record<Quality, number>>> = {
	'1536x1024': { low: 664, high: 1353 },
	'3840x2160': { high: 3337 },
};
/**
 * ASSUMPTION for the rest of 2.6: "low and medium use 3 to 4 times the tokens of 2.5, high and above
 * the same"; low is scaled so that it meets its one measured point.
 */
const SCALE_2_6: Partial<Record<Quality, number>> = { low: 664 / 158, medium: 3 };

function formula(factor: number, width: number, height: number): number {
	const long = Math.max(width, height);
	const short = Math.min(width, height);
	const shortSide = Math.floor((2 * factor * short + long) / (2 * long));
	return Math.ceil((factor * shortSide * (2_000_000 + width * height)) / 4_000_000);
}

/** Image output tokens of one image. Throws when the model has no such quality or size. */
export function outputTokens(
	model: ImageModel,
	quality: Quality,
	width: number,
	height: number,
): number {
	const size = `${width}x${height}`;
	if (model.tokenRule === 'table') {
		const tokens = TABLE[size]?.[quality];
		if (tokens === undefined) throw new Error(`${model.id} has no ${quality} at ${size}`);
		return tokens;
	}
	const factor = FACTORS[model.tokenRule][quality];
	if (factor === undefined) throw new Error(`${model.id} has no quality ${quality}`);
	const tokens = formula(factor, width, height);
	if (model.tokenRule !== 'gpt-image-2.6') return tokens;
	return MEASURED_2_6[size]?.[quality] ?? Math.ceil(tokens * (SCALE_2_6[quality] ?? 1));
}

/** Text tokens of a prompt: 4 characters a token plus a constant, an approximation of no tokenizer. */
export function textTokens(prompt: string): number {
	return Math.ceil([...prompt].length / 4) + 6;
}

/** Recorded in public for edits of gpt-image-1.5 with prompts of 22 bytes: 143, 262 and 308. */
const TEXT_OF_EDITS = { least: 143, most: 308 };

/** Text output tokens of one image: edits of 1.5 always have some (the same for the same prompt), others here only for marked prompts. */
export function textOutputTokens(
	model: ImageModel,
	prompt: string,
	endpoint: ImageEndpoint = 'generations',
): number {
	const { least, most } = TEXT_OF_EDITS;
	if (endpoint === 'edits' && model.id === 'gpt-image-1.5')
		return least + Math.floor(randomFrom(prompt).next() * (most - least + 1));
	return model.textOutput && prompt.includes('[text-output]') ? 40 + textTokens(prompt) : 0;
}

/**
 * Image input tokens of one input image.
 * Before gpt-image-2: scaled down to a shortest side of 512 pixels, 65 + 129 per 512-pixel tile; high
 * fidelity adds 4160 (square) or 6240. Later models: no rule is published; ASSUMPTION one token per
 * 1024 pixels, at most 1536 (about 1024 for 1024x1024 was seen).
 */
export function imageInputTokens(
	model: ImageModel,
	width: number,
	height: number,
	fidelity: 'low' | 'high',
): number {
	if (model.tokenRule !== 'table')
		return Math.min(1536, Math.max(64, Math.ceil((width * height) / 1024)));
	const scale = Math.min(1, 512 / Math.min(width, height));
	const tiles =
		Math.ceil(Math.round(width * scale) / 512) * Math.ceil(Math.round(height * scale) / 512);
	const extra = fidelity === 'low' ? 0 : width === height ? 4160 : 6240;
	return 65 + 129 * tiles + extra;
}
