/** Tables of models and their prices, made from the catalogue. */
import { CATALOGUE } from '../../../nodes/core/catalogue/catalogue';
import { isGone } from '../../../nodes/core/catalogue/lifecycle';
import { modelForRole, ROLE_NAMES, ROLES } from '../../../nodes/core/catalogue/resolve';
import { type RoleSpan, roleSpans } from '../../../nodes/core/catalogue/roleSpans';
import { QUALITIES, type ModelEntry, type Quality } from '../../../nodes/core/catalogue/types';
import { likeQuality, successorOf } from '../../../nodes/core/modelChoice/successor';
import { estimateImagePrice, estimateOutputTokens } from '../../../nodes/core/pricing/outputTokens';
import { toUsdNumber } from '../../../nodes/core/util/money';
import { modelNamed } from '../fixtures/models.mts';
import { table } from './markdown.mts';

const SIZES = ['1024x1024', '1024x1536', '1536x1024', '2048x2048', '3840x2160'];

const { models, roles, pricesAsOf } = CATALOGUE;

/** The day that the pages speak of. */
const TODAY = new Date(`${pricesAsOf}T00:00:00Z`);

const LIVE = models.filter((model) => !isGone(model, TODAY));

const SPANS = roleSpans((role, now) => modelForRole(role, now, CATALOGUE).id, CATALOGUE).filter(
	({ to }) => to > TODAY.getTime(),
);

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** When a role means a model; empty = from now on and for good. */
function whenMeant({ from, to }: RoleSpan): string {
	const starts = from > TODAY.getTime() ? `from ${day(from)}` : '';
	return [starts, to === Infinity ? '' : `until ${day(to - 1)}`].filter(Boolean).join(' ');
}

/** What the roles mean and cost, now and after the shutdowns that are announced. */
export const rolesTable = (): string =>
	table(
		['Choose', 'Model', ...capitalized(MAIN_QUALITIES)],
		SPANS.map((span) => [
			[`**${ROLE_NAMES[span.role]}**`, whenMeant(span)].filter(Boolean).join(' '),
			span.means,
			...MAIN_QUALITIES.map((quality) => `$${usd(modelNamed(span.means), quality, SIZES[0]!)}`),
		]),
	);

/** Those that all models have. */
const MAIN_QUALITIES = ['low', 'medium', 'high'] as const;

const capitalized = (words: readonly string[]): string[] =>
	words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);

/** One image of 1024x1024, for all live models. */
export const squarePrices = (): string =>
	table(
		['Model', ...QUALITIES, 'Ends', 'Role'],
		LIVE.map((model) => [
			model.id,
			...QUALITIES.map((quality) => usd(model, quality, SIZES[0]!)),
			model.lifecycle.shutdown ?? '',
			SPANS.filter(({ means }) => means === model.id)
				.map((span) => [ROLE_NAMES[span.role], whenMeant(span)].filter(Boolean).join(' '))
				.join(', '),
		]),
	);

export const roleOrder = (): string =>
	table(
		['Role', 'Models'],
		ROLES.map((role) => [`**${ROLE_NAMES[role]}**`, roles[role].join(', ')]),
	);

export const modelLives = (): string =>
	table(
		['Model', 'Other names', 'Released', 'Ends', 'Replacement'],
		models.map(({ id, aliases, lifecycle }) => [
			id,
			aliases.join(', '),
			lifecycle.released ?? '',
			lifecycle.shutdown ?? '',
			lifecycle.replacements[0] ?? '',
		]),
	);

export const tokenPrices = (): string =>
	table(
		['Model', 'Text in', 'Cached', 'Image in', 'Cached', 'Image out', 'Text out', 'Batches'],
		models.map(priceRow),
	);

export const imagePrices = (): string =>
	LIVE.map((model) => `### ${model.id}\n\n${imageTable(model)}`).join('\n\n');

export const features = (): string =>
	table(
		[
			'Model',
			'Sizes',
			'Qualities',
			'Transparent background',
			'Input fidelity',
			'Complexity',
			'Images per request',
			'Input images',
		],
		LIVE.map(featureRow),
	);

const grouped = (value: number): string => value.toLocaleString('en-US');

const megabytes = (bytes: number): string => `${bytes / (1024 * 1024)} MB`;

/** What the models of one table have in common, so that each number stands once. */
function common<T>(of: (model: ModelEntry) => T | null): T {
	const values = LIVE.flatMap((model) => of(model) ?? []);
	const [first, ...others] = [...new Set(values.map((value) => JSON.stringify(value)))];
	if (first === undefined || others.length > 0) throw new Error('The models differ here');
	return JSON.parse(first) as T;
}

/** Limits of requests. */
export function limits(): string {
	const size = common(({ capabilities }) => capabilities.customSizes);
	const limit = (name: 'maxPromptCharacters' | 'maxInputImageBytes' | 'maxMaskBytes'): number =>
		common(({ capabilities }) => capabilities[name]);
	return [
		`- **Custom sizes.** Width and height are multiples of ${size.edgeMultipleOf} and at most ${size.maxEdge}. The longer edge is at most ${size.maxAspectRatio} times the shorter one. Together they have ${grouped(size.minPixels)} to ${grouped(size.maxPixels)} pixels. OpenAI calls sizes above ${grouped(size.experimentalAbovePixels)} pixels experimental.`,
		`- **Prompts** have at most ${grouped(limit('maxPromptCharacters'))} characters.`,
		`- **Input images** are smaller than ${megabytes(limit('maxInputImageBytes'))} each, and masks smaller than ${megabytes(limit('maxMaskBytes'))}.`,
	].join('\n');
}

export const successors = (): string =>
	table(
		['Model', 'Requested', 'Successor', 'Used'],
		models.flatMap((model) => successorRows(model)),
	);

export const sources = (): string =>
	models.map((model) => `- ${model.id}: ${model.sources.join(', ')}`).join('\n');

function priceRow({ id, prices, capabilities }: ModelEntry): string[] {
	const cells = prices && [
		prices.textInput,
		prices.cachedTextInput,
		prices.imageInput,
		prices.cachedImageInput,
		prices.imageOutput,
		prices.textOutput,
	];
	return [
		id,
		...(cells ?? Array<null>(6).fill(null)).map((price) => price ?? ''),
		{ yes: 'yes', no: 'no', uncertain: 'sources differ' }[capabilities.batch],
	];
}

function imageTable(model: ModelEntry): string {
	const sizes = SIZES.filter((size) =>
		QUALITIES.some((quality) => estimateImagePrice(model, quality, size) !== null),
	);
	return table(
		['Size', ...model.capabilities.qualities],
		sizes.map((size) => [
			size,
			...model.capabilities.qualities.map((quality) => usd(model, quality, size)),
		]),
	);
}

function usd(model: ModelEntry, quality: Quality, size: string): string {
	const price = estimateImagePrice(model, quality, size);
	return price === null
		? ''
		: `${price.certainty === 'approximate' ? 'about ' : ''}${toUsdNumber(price.amount).toFixed(4)}`;
}

function featureRow({ id, capabilities }: ModelEntry): string[] {
	const {
		sizes,
		customSizes,
		qualities,
		transparentBackground,
		transparencyIsPreview,
		inputFidelity,
		complexity,
		maxImagesPerRequest,
		maxInputImages,
	} = capabilities;
	return [
		id,
		[...sizes, ...(customSizes ? ['custom'] : [])].join(', '),
		qualities.join(', '),
		transparentBackground ? (transparencyIsPreview ? 'preview' : 'yes') : 'no',
		inputFidelity.join(', ') || 'not an option',
		complexity.join(', ') || 'not an option',
		String(maxImagesPerRequest),
		String(maxInputImages),
	];
}

function successorRows(model: ModelEntry): string[][] {
	if (model.lifecycle.shutdown === null) return [];
	const next = successorOf(model, new Date(`${model.lifecycle.shutdown}T00:00:00Z`), CATALOGUE);
	if (next === null) return [];
	return model.capabilities.qualities.map((quality) => {
		const like = likeQuality(model, next, quality);
		return [
			model.id,
			described(model, quality),
			next.id,
			like === null ? '' : described(next, like),
		];
	});
}

function described(model: ModelEntry, quality: Quality): string {
	return `${quality} (${estimateOutputTokens(model, quality, SIZES[0]!)?.tokens ?? '?'} tokens, $${usd(model, quality, SIZES[0]!)})`;
}
