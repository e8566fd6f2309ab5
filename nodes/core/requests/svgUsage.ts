import * as z from '../../vendor/zod';
import type { SvgUsage } from './usage';

const tokens = () =>
	z.number().check(z.refine((count) => Number.isSafeInteger(count) && count >= 0));

/** OpenAI API reference, "ImagesResponse", `svg_usage`. */
const schema = z.object({
	model: z.string().check(z.refine((id) => id !== '' && id.length <= 200)),
	input_tokens: tokens(),
	output_tokens: tokens(),
	reasoning_tokens: z.catch(z.nullable(z.optional(tokens())), null),
	total_tokens: z.catch(z.nullable(z.optional(tokens())), null),
});

/**
 * Whether reasoning is within the output is documented nowhere: the total tells. Without one it is taken for more.
 * @returns `null` when it is missing or isn't counts of tokens
 */
export function parseSvgUsage(value: unknown): SvgUsage | null {
	const parsed = schema.safeParse(value);
	if (!parsed.success) return null;
	const { model, input_tokens: input, output_tokens: output } = parsed.data;
	const reasoning = parsed.data.reasoning_tokens ?? 0;
	const total = parsed.data.total_tokens ?? Infinity;
	const outputTokens = Math.max(output, Math.min(total - input, output + reasoning));
	return Number.isSafeInteger(outputTokens)
		? { model, inputTokens: input, outputTokens, reasoningTokens: reasoning }
		: null;
}
