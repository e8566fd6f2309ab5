/** Usage of a finished request and its price, computed from this directory's own tables. */
import type { CachedTokens, SimulatorOptions, Usage } from '../types.mts';
import type { TokenPrices } from './catalogue.mts';

export interface TokenCounts {
	textIn: number;
	imageIn: number;
	imageOut: number;
	textOut: number;
}

function cachedPart(
	option: SimulatorOptions['cachedTokens'],
	counts: TokenCounts,
): CachedTokens | undefined {
	if (option === undefined || option === false) return undefined;
	const wanted =
		option === true
			? { text_tokens: Math.floor(counts.textIn / 2), image_tokens: Math.floor(counts.imageIn / 2) }
			: option;
	return {
		text_tokens: Math.min(counts.textIn, wanted.text_tokens),
		image_tokens: Math.min(counts.imageIn, wanted.image_tokens),
	};
}

/** The `usage` object of an images response ("Images" API reference). */
export function makeUsage(
	counts: TokenCounts,
	cachedOption: SimulatorOptions['cachedTokens'],
): Usage {
	const cached = cachedPart(cachedOption, counts);
	const input = counts.textIn + counts.imageIn;
	const output = counts.imageOut + counts.textOut;
	return {
		input_tokens: input,
		input_tokens_details: {
			text_tokens: counts.textIn,
			image_tokens: counts.imageIn,
			...(cached && {
				cached_tokens: cached.text_tokens + cached.image_tokens,
				cached_tokens_details: cached,
			}),
		},
		output_tokens: output,
		output_tokens_details: { image_tokens: counts.imageOut, text_tokens: counts.textOut },
		total_tokens: input + output,
	};
}

/** Price of a usage in 10^-12 USD. */
export function priceOf(usage: Usage, prices: TokenPrices): bigint {
	const input = usage.input_tokens_details;
	const cached = input.cached_tokens_details ?? { text_tokens: 0, image_tokens: 0 };
	const times = (tokens: number, price: bigint): bigint => BigInt(tokens) * price;
	return (
		times(input.text_tokens - cached.text_tokens, prices.textIn) +
		times(cached.text_tokens, prices.textInCached) +
		times(input.image_tokens - cached.image_tokens, prices.imageIn) +
		times(cached.image_tokens, prices.imageInCached) +
		times(usage.output_tokens_details.image_tokens, prices.imageOut) +
		times(usage.output_tokens_details.text_tokens, prices.textOut)
	);
}

/** What of the usage the client gets to see. */
export function visibleUsage(
	usage: Usage,
	option: SimulatorOptions['usage'],
): Partial<Usage> | undefined {
	if (option === 'missing') return undefined;
	if (option === 'zeros') {
		// As LiteLLM fills in what its provider does not say.
		return {
			input_tokens: 0,
			input_tokens_details: { text_tokens: 0, image_tokens: 0 },
			output_tokens: 0,
			total_tokens: 0,
		};
	}
	if (option === 'inputOnly') {
		const { input_tokens, input_tokens_details } = usage;
		return { input_tokens, input_tokens_details, output_tokens: 0, total_tokens: input_tokens };
	}
	if (option !== 'noDetails') return usage;
	return {
		input_tokens: usage.input_tokens,
		output_tokens: usage.output_tokens,
		total_tokens: usage.total_tokens,
	};
}
