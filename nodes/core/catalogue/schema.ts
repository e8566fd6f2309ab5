import * as z from '../../vendor/zod';
import { isDay } from './lifecycle';
import { OUTPUT_FORMATS, QUALITIES } from './types';

/*
 * A catalogue from elsewhere, field by field. Every object is strict: what is not known here is refused, so that
 * nothing comes along that could mean something one day, an address for requests least of all.
 */

const id = () =>
	z
		.string()
		.check(z.refine((text) => /^[\w.:/-]{1,100}$/.test(text), { error: 'is not a model ID' }));
const day = () => z.string().check(z.refine(isDay, { error: 'is not a date such as 2026-12-01' }));
/** USD per million tokens, none of which is free; what is left of it per token must be whole picodollars. */
const price = () =>
	z.string().check(
		z.refine((text) => /^\d{1,6}(?:\.\d{1,6})?$/.test(text) && Number(text) > 0, {
			error: 'is not a price such as "1.25"',
		}),
	);
const size = () =>
	z.string().check(
		z.refine((text) => /^(?:auto|\d{1,5}x\d{1,5})$/.test(text), {
			error: 'is not a size such as 1024x1024',
		}),
	);
const whole = (most: number) =>
	z.number().check(
		z.refine((value) => Number.isSafeInteger(value) && value >= 1 && value <= most, {
			error: `is not a whole number from 1 to ${most}`,
		}),
	);
const positive = (most: number) =>
	z.number().check(
		z.refine((value) => value > 0 && value <= most, {
			error: `is not a number above 0 and up to ${most}`,
		}),
	);
const texts = () =>
	z.array(
		z
			.string()
			.check(z.refine((text) => text.length <= 300, { error: 'is longer than 300 characters' })),
	);

const prices = z.strictObject({
	textInput: price(),
	cachedTextInput: z.nullable(price()),
	imageInput: price(),
	cachedImageInput: z.nullable(price()),
	imageOutput: price(),
	textOutput: z.nullable(price()),
});

const outputTokens = z.discriminatedUnion('kind', [
	z.strictObject({
		kind: z.literal('table'),
		table: z.partialRecord(z.enum(QUALITIES), z.record(size(), whole(1_000_000))),
	}),
	z.strictObject({
		kind: z.literal('formula'),
		axisFactor: z.partialRecord(z.enum(QUALITIES), whole(1000)),
		scale: z.optional(z.partialRecord(z.enum(QUALITIES), positive(100))),
		certainty: z.enum(['derived', 'approximate']),
	}),
]);

const inputImageTokens = z.discriminatedUnion('kind', [
	z.strictObject({
		kind: z.literal('tiles'),
		shortestSide: whole(10_000),
		tilePixels: whole(10_000),
		base: whole(100_000),
		tile: whole(100_000),
		highSquare: whole(100_000),
		highOther: whole(100_000),
	}),
	z.strictObject({ kind: z.literal('area'), pixelsPerToken: whole(1_000_000) }),
]);

const capabilities = z.strictObject({
	sizes: z.array(size()),
	customSizes: z.nullable(
		z.strictObject({
			edgeMultipleOf: whole(1024),
			maxEdge: whole(100_000),
			maxAspectRatio: positive(1000),
			minPixels: whole(1e10),
			maxPixels: whole(1e10),
			experimentalAbovePixels: whole(1e10),
		}),
	),
	qualities: z.array(z.enum(QUALITIES)),
	outputFormats: z.array(z.enum(OUTPUT_FORMATS)),
	transparentBackground: z.boolean(),
	transparencyIsPreview: z.boolean(),
	inputFidelity: z.array(z.enum(['low', 'high'])),
	complexity: z.array(z.enum(['low', 'medium', 'high'])),
	// Newer than the rest, so that catalogues that were written before stay valid.
	markup: z.optional(z.boolean()),
	gifSheets: z.optional(
		z.array(z.strictObject({ frames: whole(1000), long: whole(100), short: whole(100) })),
	),
	batch: z.enum(['yes', 'no', 'uncertain']),
	maxImagesPerRequest: whole(100),
	maxInputImages: whole(100),
	inputImageTokens,
	maxInputImageTokens: z.strictObject({ low: whole(1_000_000), high: whole(1_000_000) }),
	maxInputImageBytes: whole(1e9),
	maxMaskBytes: whole(1e9),
	maxPromptCharacters: whole(1_000_000),
});

const svgAuthor = z.strictObject({
	input: price(),
	output: price(),
	maxInputTokens: whole(1e9),
	maxOutputTokens: whole(1e9),
});

const model = z.strictObject({
	id: id(),
	aliases: z.array(id()),
	lifecycle: z.strictObject({
		released: z.nullable(day()),
		deprecated: z.nullable(day()),
		shutdown: z.nullable(day()),
		replacements: z.array(id()),
	}),
	prices: z.nullable(prices),
	pricesAreSecondHand: z.boolean(),
	outputTokens: z.nullable(outputTokens),
	capabilities,
	sources: texts(),
});

export const catalogueSchema = z.strictObject({
	pricesAsOf: day(),
	models: z.array(model),
	svgAuthors: z.optional(z.record(id(), svgAuthor)),
	roles: z.strictObject({ draft: z.array(id()), final: z.array(id()) }),
});
