import type { ModelEntry } from '../models/types';
import type { ImageRequest } from '../requests/imageRequest';
import { highestImagePrice } from './highestCost';
import { picodollars, type Picodollars } from './money';
import { perToken } from './price';

/** English text, OpenAI's rule of thumb; what is billed comes from the usage. */
const CHARACTERS_PER_TOKEN = 4;
/** Tokens that OpenAI adds around a prompt, seen in usage. */
const PROMPT_OVERHEAD = 6;

/**
 * What a request will probably cost at standard price. `auto` is taken as the dearest that the model may
 * choose, an input image as the most tokens that one takes.
 * @param inputImages how many images go with it
 * @returns `null` when a price or a number of tokens is not known
 */
export function expectedCost(
	model: ModelEntry,
	request: ImageRequest,
	images: number,
	inputImages: number,
): Picodollars | null {
	const output = highestImagePrice(model, request);
	if (output === null || model.prices === null) return null;
	const promptTokens = Math.ceil(request.prompt.length / CHARACTERS_PER_TOKEN) + PROMPT_OVERHEAD;
	const text = BigInt(promptTokens) * (perToken(model.prices, 'textInput') ?? 0n);
	const fidelity = request.input_fidelity === 'high' ? 'high' : 'low';
	const inputTokens = inputImages * model.capabilities.maxInputImageTokens[fidelity];
	const input = BigInt(inputTokens) * (perToken(model.prices, 'imageInput') ?? 0n);
	// Each image of a request is billed as a run of its own, input included.
	return picodollars(BigInt(images) * (output + text + input));
}
