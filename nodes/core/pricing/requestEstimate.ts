import { type ModelEntry, QUALITIES, type Quality } from '../catalogue/types';
import type { ImageRequest } from '../requests/imageRequest';
import { picodollars, type Picodollars } from '../util/money';
import { type Drawn, drawnSizes } from './drawnSizes';
import { estimateOutputTokens, type TokenEstimate } from './outputTokens';
import { inputImageTokens, type PixelSize, promptTokens } from './inputTokens';
import { perToken } from './price';

/** How the number of image tokens is known: OpenAI's published table, a formula equal to every published reading, or a few measured points. */
export type EstimateBasis = 'table' | 'formula' | 'approximate';

/** Of all images of a request, at standard price. */
export interface RequestEstimate {
	amount: Picodollars;
	tokens: { textInput: number; imageInput: number; imageOutput: number; textOutput: number };
	basis: EstimateBasis;
	/**
	 * The dearest was taken that the model may choose for `auto`, or the largest for an input image whose size is not
	 * known, or the prices are the most that may be charged.
	 */
	upperBound: boolean;
}

export type Estimated = Pick<ImageRequest, 'prompt' | 'quality' | 'input_fidelity'> & Drawn;

/** Some models answer an edit with text as well, those that have a price for it: 143, 262 and 308 tokens are recorded. */
const EDIT_TEXT_OUTPUT = 240;

const BASES = { published: 'table', derived: 'formula', approximate: 'approximate' } as const;

/**
 * What a request will probably cost where tokens are billed. Each image of a request is billed as a run of its own, input included.
 * @param inputs the images that go with it
 * @returns `null` when a price or a number of tokens is not known, such as what the author of an SVG will write
 */
export function estimateRequest(
	model: ModelEntry,
	request: Estimated,
	images: number,
	inputs: readonly PixelSize[],
): RequestEstimate | null {
	const output = request.output_format === 'svg' ? null : dearestOutput(model, request);
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
			request.quality === 'auto' ||
			request.size === 'auto' ||
			inputs.some(({ width }) => width === null) ||
			model.pricesAreHighest === true,
	};
}

/** Tokens of one image's output; the most where the model chooses. */
function dearestOutput(
	model: ModelEntry,
	request: Pick<Estimated, 'quality'> & Drawn,
): TokenEstimate | null {
	const { quality } = request;
	const qualities: readonly Quality[] =
		quality === 'auto'
			? model.capabilities.qualities
			: QUALITIES.filter((name) => name === quality);
	const sizes = drawnSizes(model, request);
	const estimates = qualities.flatMap((name) =>
		sizes.flatMap((pixels) => estimateOutputTokens(model, name, pixels) ?? []),
	);
	return estimates.reduce<TokenEstimate | null>(
		(most, one) => (most === null || one.tokens > most.tokens ? one : most),
		null,
	);
}
