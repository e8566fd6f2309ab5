import { QUALITIES, type ModelEntry, type Quality } from '../models/types';
import type { ImageRequest } from '../requests/imageRequest';
import { estimateOutputTokens, type TokenEstimate } from './estimate';
import { inputImageTokens, type PixelSize } from './inputTokens';
import { picodollars, type Picodollars } from './money';
import { perToken } from './price';
import { promptTokens } from './promptTokens';

/** How the number of image tokens is known: OpenAI's published table, a formula equal to every published reading, or a few measured points. */
export type EstimateBasis = 'table' | 'formula' | 'approximate';

/** Of all images of a request, at standard price. */
export interface RequestEstimate {
	amount: Picodollars;
	tokens: { textInput: number; imageInput: number; imageOutput: number; textOutput: number };
	basis: EstimateBasis;
	/** `auto` was asked for, so the dearest was taken that the model may choose, or the prices are the most that may be charged. */
	upperBound: boolean;
}

export type Estimated = Pick<ImageRequest, 'prompt' | 'quality' | 'size' | 'input_fidelity'>;

/** Some models answer an edit with text as well, those that have a price for it: 143, 262 and 308 tokens are recorded. */
const EDIT_TEXT_OUTPUT = 240;

const BASES = { published: 'table', derived: 'formula', approximate: 'approximate' } as const;

/**
 * What a request will probably cost where tokens are billed. Each image of a request is billed as a run of its own, input included.
 * @param inputs the images that go with it
 * @returns `null` when a price or a number of tokens is not known
 */
export function estimateRequest(
	model: ModelEntry,
	request: Estimated,
	images: number,
	inputs: readonly PixelSize[],
): RequestEstimate | null {
	const output = dearestOutput(model, request);
	const prices = model.prices && {
		text: perToken(model.prices, 'textInput'),
		input: perToken(model.prices, 'imageInput'),
		output: perToken(model.prices, 'imageOutput'),
		word: perToken(model.prices, 'textOutput'),
	};
	if (output === null || prices?.text == null || prices.input === null || prices.output === null)
		return null;
	const fidelity = request.input_fidelity === 'high' ? 'high' : 'low';
	const read = inputs.map((input) => inputImageTokens(model, input, fidelity));
	const tokens = {
		textInput: images * promptTokens(request.prompt),
		imageInput: images * read.reduce((sum, one) => sum + one.tokens, 0),
		imageOutput: images * output.tokens,
		textOutput: inputs.length > 0 && prices.word !== null ? images * EDIT_TEXT_OUTPUT : 0,
	};
	const amount =
		BigInt(tokens.textInput) * prices.text +
		BigInt(tokens.imageInput) * prices.input +
		BigInt(tokens.imageOutput) * prices.output +
		BigInt(tokens.textOutput) * (prices.word ?? 0n);
	return {
		amount: picodollars(amount),
		tokens,
		basis: read.every(({ published }) => published) ? BASES[output.certainty] : 'approximate',
		upperBound:
			request.quality === 'auto' || request.size === 'auto' || model.pricesAreHighest === true,
	};
}

/** Tokens of one image's output; the most where the model chooses. */
function dearestOutput(
	model: ModelEntry,
	{ quality, size }: Pick<Estimated, 'quality' | 'size'>,
): TokenEstimate | null {
	const qualities: readonly Quality[] =
		quality === 'auto'
			? model.capabilities.qualities
			: QUALITIES.filter((name) => name === quality);
	const sizes =
		size === 'auto' ? model.capabilities.sizes.filter((name) => name !== 'auto') : [size];
	const estimates = qualities.flatMap((name) =>
		sizes.flatMap((pixels) => estimateOutputTokens(model, name, pixels) ?? []),
	);
	return estimates.reduce<TokenEstimate | null>(
		(most, one) => (most === null || one.tokens > most.tokens ? one : most),
		null,
	);
}
