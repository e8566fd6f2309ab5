import type { Catalogue, ModelEntry, TokenPrices } from '../catalogue/types';
import type { StatedCost } from '../requests/statedCost';
import {
	billedTokens,
	type BilledTokens,
	type ReportedUsage,
	type SvgUsage,
	TOKEN_KINDS,
	type TokenKind,
} from '../requests/usage';
import { parseUsd, picodollars, type Picodollars, readUsd, splitEvenly, sum } from '../util/money';
import { svgPrice } from './svgPrice';

/** What one request cost and how that comes about. The parts add up to `total` exactly. */
export interface RequestPrice {
	/** `null` = not known: usage is missing or tells nothing, a price is not published, or what is stated is not what it cost. */
	total: Picodollars | null;
	basis: 'usage' | 'provider' | 'table' | 'unknown';
	/** From the usage, where the provider states another amount; `null` = it states none, or usage is not known. */
	computed: Picodollars | null;
	/** Billed at half, as a batch. */
	batchDiscount: boolean;
	tokens: BilledTokens | null;
	/** Cost by kind of token, zero parts left out; empty when the total is not known, but for what is known of an SVG. */
	parts: Partial<Record<PricePart, Picodollars>>;
	/** Of an SVG: what its author took, and what of the request's cost is known without it. Absent = it is none. */
	svg?: { usage: SvgUsage | null; withoutAuthor: Picodollars | null };
	/** An upper bound, because the API left out how its tokens divide, or because of where they were billed. */
	estimated: boolean;
	/** Share of each image; they add up to `total`. */
	perImage: Array<Picodollars | null>;
}

/** `svgAuthor` is not among the image's tokens. */
export type PricePart = TokenKind | 'svgAuthor';

export const PRICE_PARTS: readonly PricePart[] = [...TOKEN_KINDS, 'svgAuthor'];

const TOKENS_PER_PRICE = 1_000_000n;
const BATCH_DIVISOR = 2n;

interface PriceInput {
	model: ModelEntry | null;
	usage: ReportedUsage | null;
	images: number;
	hasInputImages: boolean;
	/** The Batch API bills half (OpenAI pricing page). */
	batch: boolean;
	/** `false` = it is not known whether whoever made the batch bills half; absent = it does. */
	batchDiscount?: boolean;
	/** What the provider says that it cost, or its price list; absent = neither. */
	stated?: StatedCost | null;
	/** Of an SVG; `null` = not known. Absent = it is none. */
	svgUsage?: SvgUsage | null;
	svgAuthors?: Catalogue['svgAuthors'];
}

/** Prices one request from what its provider states, else from the usage in its response. Unknown stays unknown: never 0. */
export function priceRequest(input: PriceInput): RequestPrice {
	const price = withAuthor(priceFromUsage(input), input);
	if (input.stated === undefined || input.stated === null) return price;
	const total = readUsd(input.stated.usd);
	if (total === null)
		return {
			...unknownPrice(input, price.tokens),
			computed: price.total,
			...(price.svg && { svg: price.svg }),
		};
	// The kinds of tokens say what it would cost at OpenAI, which is not what it cost here.
	return {
		...price,
		total,
		basis: input.stated.basis,
		parts: {},
		estimated: false,
		perImage: splitEvenly(total, input.images),
		computed: price.total,
	};
}

/** The author of an SVG is billed beside the image. What a batch takes of it is documented nowhere. */
function withAuthor(
	image: RequestPrice,
	{ images, batch, svgUsage, svgAuthors }: PriceInput,
): RequestPrice {
	if (svgUsage === undefined) return image;
	const svg = { usage: svgUsage, withoutAuthor: image.total };
	const author = batch ? null : svgPrice(svgUsage, svgAuthors);
	if (image.total === null || author === null) {
		const unknown = { total: null, basis: 'unknown', estimated: false } as const;
		return { ...image, ...unknown, svg, perImage: image.perImage.map(() => null) };
	}
	const total = picodollars(image.total + author);
	return {
		...image,
		total,
		parts: { ...image.parts, svgAuthor: author },
		// Which of the author's input was cached is not said, so the dearest is taken.
		estimated: image.estimated || (svgUsage?.inputTokens ?? 0) > 0,
		perImage: splitEvenly(total, images),
		svg,
	};
}

function unknownPrice(
	{ images, batch, batchDiscount = true }: PriceInput,
	tokens: BilledTokens | null,
): RequestPrice {
	return {
		total: null,
		basis: 'unknown',
		computed: null,
		batchDiscount: batch && batchDiscount,
		tokens,
		parts: {},
		estimated: false,
		perImage: Array.from({ length: images }, () => null),
	};
}

function priceFromUsage(input: PriceInput): RequestPrice {
	const { model, usage, images, hasInputImages, batch, batchDiscount = true } = input;
	const billing = usage === null ? null : billedTokens(usage, hasInputImages);
	const tokens = billing?.tokens ?? null;
	// An image takes tokens: a usage without any was filled in by somebody who did not know it.
	const isTold =
		tokens !== null && (images === 0 || tokens.imageOutput > 0) && (!batch || batchDiscount);
	const parts = !isTold || !model?.prices ? null : priceParts(tokens, model.prices, batch);
	if (parts === null || billing === null) return unknownPrice(input, tokens);
	const total = sum(Object.values(parts));
	return {
		total,
		basis: 'usage',
		computed: null,
		batchDiscount: batch,
		tokens,
		parts,
		estimated: billing.estimated || model?.pricesAreHighest === true,
		perImage: splitEvenly(total, images),
	};
}

/** `null` when tokens were used for which no price is known. */
function priceParts(
	tokens: BilledTokens,
	prices: TokenPrices,
	batch: boolean,
): Partial<Record<TokenKind, Picodollars>> | null {
	const parts: Partial<Record<TokenKind, Picodollars>> = {};
	for (const kind of TOKEN_KINDS) {
		const count = tokens[kind];
		if (count === 0) continue;
		const price = perToken(prices, kind);
		if (price === null) return null;
		parts[kind] = picodollars((BigInt(count) * price) / (batch ? BATCH_DIVISOR : 1n));
	}
	return parts;
}

/** Picodollars per token; a cached token without a rate of its own costs the full one. */
export function perToken(prices: TokenPrices, kind: TokenKind): Picodollars | null {
	const decimal =
		prices[kind] ??
		(kind === 'cachedTextInput' ? prices.textInput : null) ??
		(kind === 'cachedImageInput' ? prices.imageInput : null);
	return decimal === null ? null : picodollars(parseUsd(decimal) / TOKENS_PER_PRICE);
}

/** The Batch API bills half (OpenAI pricing page); that others do as well is known of none, so there it is all. */
export const atBatchPrice = (amount: Picodollars, { provider }: Catalogue): Picodollars =>
	(provider?.batchDiscount ?? true) ? picodollars(amount / 2n) : amount;
