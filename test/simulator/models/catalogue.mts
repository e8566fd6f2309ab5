/**
 * The models the simulator knows. Lifecycle from OpenAI's deprecations page, prices from its model
 * pages and pricing page, capabilities from the image API reference (openai npm types 7.55.0).
 */
import type { OutputFormat, Quality } from '../types.mts';

/** Price of one token in 10^-12 USD; $1 per 1M tokens is 1,000,000. */
export interface TokenPrices {
	textIn: bigint;
	textInCached: bigint;
	imageIn: bigint;
	imageInCached: bigint;
	imageOut: bigint;
	/** Zero for models that never report text output. */
	textOut: bigint;
}

export type TokenRule = 'table' | 'gpt-image-2' | 'gpt-image-2.5' | 'gpt-image-2.6';

export interface ImageModel {
	id: string;
	aliases: readonly string[];
	/** YYYY-MM-DD */
	released: string;
	/** YYYY-MM-DD; the model is gone from 00:00 UTC of that day (the hour is an assumption). */
	shutdown: string | null;
	prices: TokenPrices;
	tokenRule: TokenRule;
	qualities: readonly Quality[];
	/** What `quality: auto` becomes. Only 2 (low) and 2.6 were ever seen; the rest is an assumption. */
	autoQuality: Quality;
	customSizes: boolean;
	inputFidelity: readonly ('low' | 'high')[];
	complexity: boolean;
	markup: boolean;
	/** In the order of the API's messages. */
	formats: readonly OutputFormat[];
	/** May report text tokens in its output. */
	textOutput: boolean;
}

const RASTER: readonly OutputFormat[] = ['png', 'webp', 'jpeg'];
const BASIC: readonly Quality[] = ['low', 'medium', 'high'];
const EXTENDED: readonly Quality[] = ['low', 'medium', 'high', 'xhigh', 'max'];

function prices(
	textIn: bigint,
	textInCached: bigint,
	imageIn: bigint,
	imageInCached: bigint,
	imageOut: bigint,
	textOut = 0n,
): TokenPrices {
	return { textIn, textInCached, imageIn, imageInCached, imageOut, textOut };
}
const CURRENT_PRICES = prices(5_000_000n, 1_250_000n, 8_000_000n, 2_000_000n, 30_000_000n);
const PRICES_1_5 = prices(5_000_000n, 1_250_000n, 8_000_000n, 2_000_000n, 32_000_000n, 10_000_000n);

const fixedSizes = {
	tokenRule: 'table',
	qualities: BASIC,
	autoQuality: 'medium',
	customSizes: false,
	complexity: false,
	markup: false,
	formats: RASTER,
} as const;
const current = {
	shutdown: null,
	prices: CURRENT_PRICES,
	customSizes: true,
	inputFidelity: [],
	textOutput: false,
	formats: RASTER,
} as const;
const current25 = {
	...current,
	released: '2026-09-08',
	tokenRule: 'gpt-image-2.5',
	qualities: EXTENDED,
	autoQuality: 'medium',
	complexity: false,
	markup: true,
} as const;
const current26 = {
	...current,
	aliases: [],
	released: '2026-11-04',
	tokenRule: 'gpt-image-2.6',
	qualities: EXTENDED,
	complexity: true,
	markup: true,
	formats: [...RASTER, 'gif', 'svg'],
} as const;

export const IMAGE_MODELS: readonly ImageModel[] = [
	{
		...fixedSizes,
		id: 'gpt-image-1',
		aliases: [],
		released: '2025-04-23',
		shutdown: '2026-10-23',
		prices: prices(5_000_000n, 1_250_000n, 10_000_000n, 2_500_000n, 40_000_000n),
		inputFidelity: ['low', 'high'],
		textOutput: false,
	},
	{
		...fixedSizes,
		id: 'gpt-image-1-mini',
		aliases: [],
		released: '2025-10-06',
		shutdown: '2026-12-01',
		prices: prices(2_000_000n, 200_000n, 2_500_000n, 250_000n, 8_000_000n),
		inputFidelity: ['low'],
		textOutput: false,
	},
	{
		...fixedSizes,
		id: 'gpt-image-1.5',
		aliases: ['gpt-image-1.5-2025-12-16'],
		released: '2025-12-16',
		shutdown: '2026-12-01',
		prices: PRICES_1_5,
		inputFidelity: ['low', 'high'],
		textOutput: true,
	},
	{
		// Its release day and its input_fidelity were not found: the day of 1.5, and "not supported", are assumptions.
		...fixedSizes,
		id: 'chatgpt-image-latest',
		aliases: [],
		released: '2025-12-16',
		shutdown: '2026-12-01',
		prices: PRICES_1_5,
		inputFidelity: [],
		textOutput: true,
	},
	{
		...current,
		id: 'gpt-image-2',
		aliases: ['gpt-image-2-2026-04-21'],
		released: '2026-04-21',
		tokenRule: 'gpt-image-2',
		qualities: BASIC,
		autoQuality: 'low',
		complexity: false,
		markup: false,
	},
	{ ...current25, id: 'gpt-image-2.5-sunburst', aliases: ['gpt-image-2.5-sunburst-2026-09-08'] },
	{ ...current25, id: 'gpt-image-2.5-flare', aliases: ['gpt-image-2.5-flare-2026-09-08'] },
	{ ...current26, id: 'gpt-image-2.6-sunburst', autoQuality: 'high' },
	{ ...current26, id: 'gpt-image-2.6-flare', autoQuality: 'max' },
];

/** A few models that make no images, so that lists must be filtered. */
export const OTHER_MODELS: readonly { id: string; released: string }[] = [
	{ id: 'gpt-5-mini', released: '2025-08-07' },
	{ id: 'gpt-5', released: '2025-08-07' },
	{ id: 'text-embedding-3-small', released: '2024-01-25' },
	{ id: 'omni-moderation-latest', released: '2024-09-26' },
	{ id: 'whisper-1', released: '2023-02-27' },
];

function isLive(model: { released: string; shutdown?: string | null }, now: Date): boolean {
	const day = now.toISOString().slice(0, 10);
	return model.released <= day && (model.shutdown == null || day < model.shutdown);
}

/** The live image model with this id or alias; undefined when unknown, not yet released or gone. */
export function findImageModel(id: string, now: Date): ImageModel | undefined {
	return IMAGE_MODELS.find(
		(model) => (model.id === id || model.aliases.includes(id)) && isLive(model, now),
	);
}

export interface ListedModel {
	id: string;
	object: 'model';
	created: number;
	owned_by: string;
	shutdown_date: string | null;
}

/** What `GET /v1/models` lists on that day: live ids and their dated aliases. */
export function listModels(now: Date): ListedModel[] {
	const entry = (id: string, released: string, shutdown: string | null): ListedModel => ({
		id,
		object: 'model',
		created: Date.parse(released) / 1000,
		owned_by: 'system',
		shutdown_date: shutdown,
	});
	const images = IMAGE_MODELS.filter((model) => isLive(model, now)).flatMap((model) =>
		[model.id, ...model.aliases].map((id) => entry(id, model.released, model.shutdown)),
	);
	const others = OTHER_MODELS.filter((model) => isLive(model, now)).map((model) =>
		entry(model.id, model.released, null),
	);
	return [...others, ...images];
}
