import { QUALITIES, type ModelEntry, type Quality } from '../models/types';
import type { ImageRequest } from '../requests/imageRequest';
import { estimateImagePrice } from './estimate';
import { picodollars, type Picodollars } from './money';
import { perToken } from './price';

/**
 * The most that a request is expected to cost: `auto` is taken as the dearest that the model may choose,
 * and a prompt as one token a byte.
 * @param inputImages how many images go with it
 * @returns `null` when a price or a number of tokens is not known
 */
export function highestCost(
	model: ModelEntry,
	request: ImageRequest,
	images: number,
	inputImages: number,
): Picodollars | null {
	const output = highestImagePrice(model, request);
	if (output === null || model.prices === null) return null;
	const perText = perToken(model.prices, 'textInput') ?? 0n;
	const perImage = perToken(model.prices, 'imageInput') ?? 0n;
	const perWord = perToken(model.prices, 'textOutput') ?? 0n;
	const promptTokens = BigInt(Buffer.byteLength(request.prompt, 'utf8'));
	const text = (promptTokens + PROMPT_OVERHEAD) * perText + (promptTokens + TEXT_OUTPUT) * perWord;
	const fidelity = request.input_fidelity === 'high' ? 'high' : 'low';
	const input = BigInt(inputImages * model.capabilities.maxInputImageTokens[fidelity]) * perImage;
	// Each image of a request is billed as a run of its own, input included.
	return picodollars(BigInt(images) * (output + text + input));
}

/** Tokens that OpenAI adds around a prompt: a few, seen in usage. */
const PROMPT_OVERHEAD = 16n;

/** Tokens of text that some models answer with, besides the prompt in their own words. */
const TEXT_OUTPUT = 64n;

/** Measured points differ from the formula by 1.5 % at most. */
const APPROXIMATE_MARGIN = 20n;

/** Price of one image's output, without its prompt; the dearest where the model chooses. */
export function highestImagePrice(model: ModelEntry, { quality, size }: ImageRequest): bigint | null {
	const qualities: readonly Quality[] = quality === 'auto' ? model.capabilities.qualities : QUALITIES.filter((name) => name === quality);
	const sizes = size === 'auto' ? model.capabilities.sizes.filter((name) => name !== 'auto') : [size];
	const prices = qualities.flatMap((name) =>
		sizes.flatMap((pixels) => withMargin(estimateImagePrice(model, name, pixels)) ?? []),
	);
	return prices.length === 0 ? null : prices.reduce((most, price) => (price > most ? price : most));
}

function withMargin(price: ReturnType<typeof estimateImagePrice>): bigint | null {
	if (price === null) return null;
	return price.certainty === 'approximate' ? price.amount + price.amount / APPROXIMATE_MARGIN : price.amount;
}
