import type { ModelEntry, TokenPrices } from '../models/types';
import type { StatedCost } from '../requests/statedCost';
import { parseUsd, picodollars, readUsd, splitEvenly, sum, type Picodollars } from './money';
import {
	billedTokens,
	TOKEN_KINDS,
	type BilledTokens,
	type ReportedUsage,
	type TokenKind,
} from './tokens';

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
	/** Cost by kind of token, zero parts left out; empty when the total is not known. */
	parts: Partial<Record<TokenKind, Picodollars>>;
	/** An upper bound, because the API left out how its tokens divide, or because of where they were billed. */
	estimated: boolean;
	/** Share of each image; they add up to `total`. */
	perImage: Array<Picodollars | null>;
}

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
}

/** Prices one request from what its provider states, else from the usage in its response. Unknown stays unknown: never 0. */
export function priceRequest(input: PriceInput): RequestPrice {
	const price = priceFromUsage(input);
	if (input.stated === undefined || input.stated === null) return price;
	const total = readUsd(input.stated.usd);
	if (total === null) return { ...unknownPrice(input, price.tokens), computed: price.total };
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
