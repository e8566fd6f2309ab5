import * as z from '../../vendor/zod';
import { statedCost, type StatedCost } from './statedCost';
import { parseSvgUsage } from './svgUsage';
import type { ReportedUsage, SvgUsage } from './usage';

/** What a finished image request brought. */
export interface ImageResponse {
	/** Base64 of each image; empty when they are to be fetched. */
	images: string[];
	/** Where the images are, for providers that give addresses. */
	urls?: string[];
	/** As the API resolved them; `null` where it does not say. */
	quality: string | null;
	size: string | null;
	background: string | null;
	/** Unix time in seconds; `null` = the API does not say. */
	created: number | null;
	/** What the provider says that it cost, or its price list; `null` = neither. */
	stated: StatedCost | null;
	/** `null` = missing or not understood: then the cost is unknown, the images are kept all the same. */
	usage: ReportedUsage | null;
	/** Of an SVG; `null` = missing or not understood: then the cost is unknown as well. Absent = it is none. */
	svgUsage?: SvgUsage | null;
}

/** No request asks for more than 10. What a server sends beyond this nobody has ordered. */
export const MOST_IMAGES = 100;

const text = () => z.catch(z.nullable(z.optional(z.string())), null);

/** OpenAI API reference, "ImagesResponse". Only the images are required: whatever else is odd, they were paid for. */
const responseSchema = z.object({
	data: z.array(z.unknown()),
	quality: text(),
	size: text(),
	background: text(),
	created: z.catch(z.nullable(z.optional(z.number())), null),
	output_format: text(),
	usage: z.optional(z.unknown()),
	svg_usage: z.optional(z.unknown()),
	metadata: z.optional(z.unknown()),
	providerMetadata: z.optional(z.unknown()),
	provider_metadata: z.optional(z.unknown()),
});

const imageSchema = z.object({ b64_json: z.string() });
const addressSchema = z.object({ url: z.string() });

const tokens = () =>
	z.number().check(z.refine((count) => Number.isSafeInteger(count) && count >= 0));
const optionalTokens = () => z.optional(z.nullable(tokens()));

/** Image usage; the cached part follows the Realtime API's names, the only ones in which it has been seen. */
const usageSchema = z.object({
	input_tokens: tokens(),
	output_tokens: tokens(),
	input_tokens_details: z.optional(
		z.nullable(
			z.object({
				text_tokens: optionalTokens(),
				image_tokens: optionalTokens(),
				cached_tokens: optionalTokens(),
				cached_tokens_details: z.optional(
					z.nullable(
						z.object({
							text_tokens: optionalTokens(),
							image_tokens: optionalTokens(),
							text: optionalTokens(),
							image: optionalTokens(),
						}),
					),
				),
			}),
		),
	),
	output_tokens_details: z.optional(
		z.nullable(z.object({ text_tokens: optionalTokens(), image_tokens: optionalTokens() })),
	),
});

/**
 * Reads the body of an images response.
 * @returns `null` when it holds no images, so that it is an answer that can't be used. Images beside an error are paid for.
 */
export function parseImageResponse(body: unknown): ImageResponse | null {
	const parsed = responseSchema.safeParse(body);
	if (!parsed.success) return null;
	const { quality, size, background, created, usage, svg_usage: svgUsage } = parsed.data;
	const isSvg = parsed.data.output_format === 'svg' || (svgUsage ?? null) !== null;
	const data = parsed.data.data.slice(0, MOST_IMAGES);
	const images = data.flatMap((image) => imageSchema.safeParse(image).data?.b64_json || []);
	const urls =
		images.length > 0
			? []
			: data.flatMap((image) => addressSchema.safeParse(image).data?.url || []);
	if (images.length + urls.length === 0) return null;
	return {
		images,
		...(urls.length > 0 && { urls }),
		quality: quality ?? null,
		size: size ?? null,
		background: background ?? null,
		// OpenRouter sends 0.
		created: created || null,
		stated: statedCost(parsed.data),
		usage: parseUsage(usage),
		...(isSvg && { svgUsage: parseSvgUsage(svgUsage) }),
	};
}

/** @returns `null` when usage is missing or isn't counts of tokens */
export function parseUsage(value: unknown): ReportedUsage | null {
	const parsed = usageSchema.safeParse(value);
	if (!parsed.success) return null;
	const usage = parsed.data;
	const input = usage.input_tokens_details;
	const output = usage.output_tokens_details;
	const cached = readCached(input);
	if (cached !== null && !Number.isSafeInteger(cached.total)) return null;
	return {
		inputTokens: usage.input_tokens,
		outputTokens: usage.output_tokens,
		inputDetails: input ? { text: input.text_tokens ?? 0, image: input.image_tokens ?? 0 } : null,
		outputDetails: output
			? { text: output.text_tokens ?? 0, image: output.image_tokens ?? 0 }
			: null,
		cached,
	};
}

function readCached(
	input: z.infer<typeof usageSchema>['input_tokens_details'],
): ReportedUsage['cached'] {
	const details = input?.cached_tokens_details;
	const text = details?.text_tokens ?? details?.text ?? null;
	const image = details?.image_tokens ?? details?.image ?? null;
	const total = input?.cached_tokens ?? (text ?? 0) + (image ?? 0);
	return total === 0 && text === null && image === null ? null : { total, text, image };
}
