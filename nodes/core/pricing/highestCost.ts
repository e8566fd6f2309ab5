import { type ModelEntry, QUALITIES, type Quality } from '../catalogue/types';
import type { ImageRequest } from '../requests/imageRequest';
import { picodollars, type Picodollars } from '../util/money';
import { drawnSizes } from './drawnSizes';
import { estimateImagePrice } from './outputTokens';
import { mostInputImageTokens, mostPromptTokens, type PixelSize } from './inputTokens';
import { perToken } from './price';

/**
 * The most that a request is expected to cost where tokens are billed: `auto` is taken as the dearest that the model
 * may choose, and a prompt as one token a byte.
 * @param inputs the images that go with it
 * @returns `null` when a price or a number of tokens is not known
 */
export function highestCost(
	model: ModelEntry,
	request: ImageRequest,
	images: number,
	inputs: readonly PixelSize[],
): Picodollars | null {
	const output = highestImagePrice(model, request);
	if (output === null || model.prices === null) return null;
	const perText = perToken(model.prices, 'textInput') ?? 0n;
	const perImage = perToken(model.prices, 'imageInput') ?? 0n;
	const perWord = perToken(model.prices, 'textOutput') ?? 0n;
	const prompt = BigInt(mostPromptTokens(request.prompt));
	const text = prompt * perText + (prompt + TEXT_OUTPUT) * perWord;
	const input = BigInt(mostInputTokens(model, request, inputs)) * perImage;
	// Each image of a request is billed as a run of its own, input included.
	return picodollars(BigInt(images) * (output + text + input));
}

/** Of all images that go with a request. */
export function mostInputTokens(
	model: ModelEntry,
	{ input_fidelity: asked }: Pick<ImageRequest, 'input_fidelity'>,
	inputs: readonly PixelSize[],
): number {
	const fidelity = asked === 'high' ? 'high' : 'low';
	return inputs.reduce((sum, size) => sum + mostInputImageTokens(model, size, fidelity), 0);
}

/** Tokens of text that some models answer with, besides the prompt in their own words: up to 308 are recorded. */
const TEXT_OUTPUT = 1024n;

/** Measured points differ from the formula by 1.5 % at most. */
const APPROXIMATE_MARGIN = 20n;

/** Price of one image's output, without its prompt; the dearest where the model chooses. */
function highestImagePrice(model: ModelEntry, request: ImageRequest): bigint | null {
	const { quality } = request;
	const qualities: readonly Quality[] =
		quality === 'auto'
			? model.capabilities.qualities
			: QUALITIES.filter((name) => name === quality);
	const sizes = drawnSizes(model, request);
	const prices = qualities.flatMap((name) =>
		sizes.flatMap((pixels) => withMargin(estimateImagePrice(model, name, pixels)) ?? []),
	);
	return prices.length === 0 ? null : prices.reduce((most, price) => (price > most ? price : most));
}

function withMargin(price: ReturnType<typeof estimateImagePrice>): bigint | null {
	if (price === null) return null;
	return price.certainty === 'approximate'
		? price.amount + price.amount / APPROXIMATE_MARGIN
		: price.amount;
}
