import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { isGone } from '../../../../nodes/core/catalogue/lifecycle';
import { findModel } from '../../../../nodes/core/catalogue/resolve';
import { QUALITIES } from '../../../../nodes/core/catalogue/types';
import { TOKEN_KINDS } from '../../../../nodes/core/requests/usage';
import { PUBLISHED_OUTPUT_TOKENS } from '../../../contract/publishedTokens.mts';
import { modelNamed, TODAY } from '../../fixtures/models.mts';
import { MODEL_IDS, PUBLISHED_MODELS } from '../../fixtures/published.mts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const withSixDecimals = (price: string): string => {
	const [whole, fraction = ''] = price.split('.');
	return `${whole}.${fraction.padEnd(6, '0')}`;
};

describe('the catalogue', () => {
	it('holds all GPT Image models, each once', () => {
		expect(CATALOGUE.models.map(({ id }) => id).sort()).toEqual([...MODEL_IDS].sort());
		expect(MODEL_IDS.length).toBeGreaterThanOrEqual(9);
	});

	it('gives no name to two models', () => {
		const names = CATALOGUE.models.flatMap(({ id, aliases }) => [id, ...aliases]);

		expect(new Set(names).size).toBe(names.length);
	});

	it('is plain data: JSON loses nothing of it', () => {
		expect(JSON.parse(JSON.stringify(CATALOGUE))).toStrictEqual(CATALOGUE);
	});

	it('is dated, and its prices were not checked in the future', () => {
		expect(CATALOGUE.pricesAsOf).toMatch(DAY);
		expect(CATALOGUE.pricesAsOf <= TODAY.toISOString().slice(0, 10)).toBe(true);
	});

	it.each(['draft', 'final'] as const)(
		'names known, different models for the role %s, and one that has no end',
		(role) => {
			const ids = CATALOGUE.roles[role];

			expect(ids.map((id) => findModel(id, CATALOGUE)?.id)).toEqual(ids);
			expect(new Set(ids).size).toBe(ids.length);
			expect(ids.some((id) => modelNamed(id).lifecycle.shutdown === null)).toBe(true);
		},
	);
});

describe.each(MODEL_IDS)('the entry of %s', (id) => {
	const model = modelNamed(id);
	const published = PUBLISHED_MODELS[id] as (typeof PUBLISHED_MODELS)[string];

	it('has the published prices', () => {
		const known = TOKEN_KINDS.map((kind) => [kind, model.prices?.[kind] ?? null] as const);

		expect(
			Object.fromEntries(known.map(([kind, price]) => [kind, price && withSixDecimals(price)])),
		).toEqual(
			Object.fromEntries(
				TOKEN_KINDS.map((kind) => [
					kind,
					published.prices[kind] && withSixDecimals(published.prices[kind]),
				]),
			),
		);
	});

	it('has prices that are whole picodollars per token', () => {
		for (const price of Object.values(model.prices ?? {}))
			expect(price ?? '0').toMatch(/^\d+(?:\.\d{1,6})?$/);
	});

	it('has the published names, end and replacements', () => {
		expect(model.aliases).toEqual(published.aliases);
		expect(model.lifecycle.shutdown).toBe(published.shutdown);
		expect([...model.lifecycle.replacements].sort()).toEqual([...published.replacements].sort());
	});

	it('names replacements that are live, none if it has no end', () => {
		for (const replacement of model.lifecycle.replacements) {
			expect(isGone(modelNamed(replacement), new Date(`${published.shutdown}T00:00:00Z`))).toBe(
				false,
			);
			expect(modelNamed(replacement).lifecycle.shutdown).toBeNull();
		}
		expect(model.lifecycle.replacements.length > 0).toBe(model.lifecycle.shutdown !== null);
	});

	it('has dates that are days, in the order of a life', () => {
		const { released, deprecated, shutdown } = model.lifecycle;
		const days = [released, deprecated, shutdown].filter((day) => day !== null);

		for (const day of days)
			expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
		expect([...days].sort()).toEqual(days);
	});

	it('has the published qualities, sizes, input fidelity and batch support', () => {
		const { qualities, sizes, customSizes, inputFidelity, batch } = model.capabilities;

		expect(qualities).toEqual(published.qualities);
		expect(qualities.every((quality) => QUALITIES.includes(quality))).toBe(true);
		expect([...sizes].sort()).toEqual(['1024x1024', '1024x1536', '1536x1024', 'auto']);
		expect(customSizes !== null).toBe(published.customSizes);
		expect(inputFidelity).toEqual(published.inputFidelity);
		expect(batch).toBe(published.batch);
	});

	it('has the published limits', () => {
		expect(model.capabilities).toMatchObject({
			outputFormats: [
				'png',
				'jpeg',
				'webp',
				...(id.startsWith('gpt-image-2.6') ? ['gif', 'svg'] : []),
			],
			maxImagesPerRequest: 10,
			maxInputImages: 16,
			maxInputImageBytes: 52_428_800,
			maxMaskBytes: 4_194_304,
			maxPromptCharacters: 32_000,
		});
		if (model.capabilities.customSizes === null) return;
		expect(model.capabilities.customSizes).toEqual({
			edgeMultipleOf: 16,
			maxEdge: 3840,
			maxAspectRatio: 3,
			minPixels: 655_360,
			maxPixels: 8_294_400,
			experimentalAbovePixels: 3_686_400,
		});
	});

	it('knows output tokens for exactly its qualities', () => {
		const rule = model.outputTokens;

		expect(Object.keys(rule?.kind === 'table' ? rule.table : (rule?.axisFactor ?? {}))).toEqual(
			published.qualities,
		);
		if (rule?.kind === 'table') expect(rule.table).toEqual(PUBLISHED_OUTPUT_TOKENS[id]);
	});

	it('says where its facts are from', () => {
		expect(model.sources.length).toBeGreaterThan(0);
		for (const source of model.sources) expect(new URL(source).protocol).toBe('https:');
	});
});
