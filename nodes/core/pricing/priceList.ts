import { type ModelEntry, type PriceList, QUALITIES } from '../catalogue/types';
import type { ImageRequest } from '../requests/imageRequest';
import { parseUsd, picodollars, type Picodollars, sum } from '../util/money';
import { splitCount } from '../util/split';
import { mostInputTokens } from './highestCost';
import { mostPromptTokens, type PixelSize, promptTokens } from './inputTokens';
import { perToken } from './price';

type Listed = Pick<ImageRequest, 'prompt' | 'quality' | 'size'>;

const CENT = 10_000_000_000n;
const TOKENS_PER_PRICE = 1_000_000n;

/**
 * What one request costs by a provider's list, rounded up to a cent as it bills. The prompt's tokens are estimated,
 * which matters to a cent at most.
 * @param model our id
 * @param inputs how many images go with it
 * @returns `null` = the list does not say
 */
export function listPrice(
	list: PriceList,
	model: string,
	{ prompt, quality, size }: Listed,
	images: number,
	inputs: number,
): Picodollars | null {
	const each = list.images[model]?.[quality]?.[size];
	// How it counts the tokens of input images is not known, even where it says what they cost.
	if (each === undefined || inputs > 0) return null;
	return inCents(BigInt(images) * (parseUsd(each) + textPrice(list, promptTokens(prompt))));
}

/**
 * The same for as many requests as the images take, each of which is rounded; `auto` is the dearest of the list.
 * @param most images in one request
 */
export function listEstimate(
	list: PriceList,
	model: string,
	request: Listed,
	images: number,
	inputs: number,
	most: number,
): Picodollars | null {
	const prices = dearest(list, model, request);
	const { quality, size } = prices[0] ?? request;
	const each = splitCount(images, Math.min(images, most)).map((count) =>
		listPrice(list, model, { ...request, quality, size }, count, inputs),
	);
	const known = each.filter((price) => price !== null);
	return known.length < each.length ? null : sum(known);
}

/** Room for how a provider counts and bills input images, where it says nothing: its known price of them is half of OpenAI's. */
const INPUT_MARGIN = 2n;

/** The most that one request can cost by a list: its prompt at a token a byte, input images at OpenAI's price and as much again. */
export function listBound(
	list: PriceList,
	model: ModelEntry,
	request: Listed & Pick<ImageRequest, 'input_fidelity'>,
	images: number,
	inputs: readonly PixelSize[],
): Picodollars | null {
	const [price] = dearest(list, model.id, request);
	const perInput = model.prices && perToken(model.prices, 'imageInput');
	if (price === undefined || (inputs.length > 0 && perInput === null)) return null;
	const input = BigInt(mostInputTokens(model, request, inputs)) * (perInput ?? 0n) * INPUT_MARGIN;
	return inCents(
		BigInt(images) * (price.amount + textPrice(list, mostPromptTokens(request.prompt)) + input),
	);
}

/** Prices of one image that come into question, the dearest first. */
function dearest(list: PriceList, model: string, { quality, size }: Listed) {
	const prices = list.images[model] ?? {};
	return QUALITIES.filter((name) => quality === 'auto' || name === quality)
		.flatMap((name) =>
			Object.entries(prices[name] ?? {})
				.filter(([pixels]) => size === 'auto' || pixels === size)
				.map(([pixels, usd]) => ({ quality: name, size: pixels, amount: parseUsd(usd) })),
		)
		.sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0));
}

const textPrice = ({ textInput }: PriceList, tokens: number): bigint =>
	(parseUsd(textInput) * BigInt(tokens)) / TOKENS_PER_PRICE;

const inCents = (amount: bigint): Picodollars => picodollars(((amount + CENT - 1n) / CENT) * CENT);
