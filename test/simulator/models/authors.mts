/** Text models that write SVGs: prices of OpenAI's own model pages (November 2026), efforts as docs.apiyi.com measured them. */
import { randomFrom } from '../drawing/random.mts';
import type { SvgUsage } from '../types.mts';

interface Author {
	/** Price of one token in 10^-12 USD, nothing of it cached. */
	input: bigint;
	output: bigint;
	efforts: readonly Effort[];
}

export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof EFFORTS)[number];

const LATER = EFFORTS.filter((effort) => effort !== 'minimal');

export const AUTHORS: Readonly<Record<string, Author>> = {
	'gpt-6-luna': { input: 100_000n, output: 500_000n, efforts: LATER },
	'gpt-5.6-luna': { input: 200_000n, output: 1_200_000n, efforts: LATER },
	// ASSUMPTION: only the price of its input was found, $2.
	'gpt-5.6-terra': { input: 2_000_000n, output: 12_000_000n, efforts: LATER },
	// ASSUMPTION: its prices; the first generation alone knows minimal.
	'gpt-5-mini': {
		input: 250_000n,
		output: 2_000_000n,
		efforts: ['minimal', 'low', 'medium', 'high'],
	},
};

/** Who writes where nobody may choose: ASSUMPTION. */
export const DEFAULT_AUTHOR = 'gpt-6-luna';

export interface SvgOptions {
	model: string;
	/** Undefined: the author's own. */
	effort: Effort | undefined;
}

/** How many tokens a picture takes: ASSUMPTION, the same for the same prompt. */
export function svgUsageOf(prompt: string, { model, effort = 'medium' }: SvgOptions): SvgUsage {
	const { between } = randomFrom(`${prompt} as SVG`);
	const reasoning = Math.round(EFFORTS.indexOf(effort) * between(150, 450));
	const input = Math.round(1100 + prompt.length / 4);
	const output = Math.round(between(1200, 3200)) + reasoning;
	return {
		input_tokens: input,
		model,
		output_tokens: output,
		reasoning_tokens: reasoning,
		total_tokens: input + output,
	};
}

/** In 10^-12 USD. */
export function svgPriceOf(usage: SvgUsage): bigint {
	const author = AUTHORS[usage.model];
	if (author === undefined) throw new Error(`no author ${usage.model}`);
	return BigInt(usage.input_tokens) * author.input + BigInt(usage.output_tokens) * author.output;
}
