import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { resolveModel } from '../../../../nodes/core/catalogue/resolve';
import { alternatives } from '../../../../nodes/core/pricing/alternatives';
import { costBound, estimateCost } from '../../../../nodes/core/pricing/costBound';
import { estimateOutputTokens } from '../../../../nodes/core/pricing/outputTokens';
import { priceRequest } from '../../../../nodes/core/pricing/price';
import { svgPrice } from '../../../../nodes/core/pricing/svgPrice';
import { catalogueAt, apiServerOf } from '../../../../nodes/core/providers/connection';
import type { ImageRequest } from '../../../../nodes/core/requests/imageRequest';
import { parseImageResponse } from '../../../../nodes/core/requests/imageResponse';
import { sum } from '../../../../nodes/core/util/money';
import { modelNamed } from '../../fixtures/models.mts';

const FLARE = 'gpt-image-2.6-flare';
const NOW = new Date('2026-11-20T00:00:00Z');
const model = resolveModel(FLARE, NOW, CATALOGUE);
const request = (changes: Partial<ImageRequest>): ImageRequest => ({
	model: FLARE,
	prompt: 'a balloon',
	quality: 'low',
	size: '512x512',
	output_format: 'gif',
	...changes,
});
const tokensOf = (size: string): number =>
	estimateOutputTokens(modelNamed(FLARE), 'low', size)!.tokens;

describe('an animation', () => {
	it('costs what one image of all its frames costs', () => {
		expect(estimateCost(model, request({}), 1, [])!.tokens.imageOutput).toBe(tokensOf('1536x1536'));
		expect(estimateCost(model, request({ frame_count: 16 }), 3, [])!.tokens.imageOutput).toBe(
			3 * tokensOf('2048x2048'),
		);
	});

	it('has a bound that is more than its estimate, for each number of frames and shape', () => {
		for (const size of ['384x384', '512x288', '288x512', '640x640', 'auto'])
			for (let frames = 2; frames <= 16; frames += 1)
				for (const quality of ['low', 'high', 'auto'] as const) {
					const asked = request({ size, frame_count: frames, quality });
					expect(costBound(model, asked, 1, [])! > estimateCost(model, asked, 1, [])!.amount).toBe(
						true,
					);
				}
	});

	it('of a size that the model chooses costs no more than the largest sheet', () => {
		const auto = estimateCost(model, request({ size: 'auto' }), 1, [])!;

		expect(auto.upperBound).toBe(true);
		for (const size of ['3840x2160', '2160x3840', '2880x2880', '3264x2448'])
			expect(auto.tokens.imageOutput).toBeGreaterThanOrEqual(tokensOf(size));
	});

	it('is made by no other model than those that make it', () => {
		const found = alternatives(request({}), 1, [], NOW, CATALOGUE).map((one) => one.model.id);

		expect(new Set(found)).toEqual(new Set([FLARE, 'gpt-image-2.6-sunburst']));
	});
});

describe('an SVG', () => {
	const svg = (changes: Partial<ImageRequest> = {}) =>
		request({ output_format: 'svg', size: '1024x1024', svg: { model: 'gpt-6-luna' }, ...changes });
	const usage = {
		model: 'gpt-6-luna',
		inputTokens: 1100,
		outputTokens: 2000,
		reasoningTokens: 500,
	};
	const image = {
		inputTokens: 10,
		outputTokens: 200,
		inputDetails: { text: 10, image: 0 },
		outputDetails: { text: 0, image: 200 },
		cached: null,
	};
	const IMAGE_COST = 10n * 5_000_000n + 200n * 30_000_000n;
	const priced = (changes: Partial<Parameters<typeof priceRequest>[0]>) =>
		priceRequest({
			model: modelNamed(FLARE),
			usage: image,
			images: 1,
			hasInputImages: false,
			batch: false,
			svgUsage: usage,
			svgAuthors: CATALOGUE.svgAuthors!,
			...changes,
		});

	it('costs the image and its author, whose input is taken at its dearest', () => {
		const price = priced({});
		const author = 1100n * 125_000n + 2000n * 500_000n;

		expect(price).toMatchObject({
			total: IMAGE_COST + author,
			basis: 'usage',
			estimated: true,
			parts: { svgAuthor: author },
			perImage: [IMAGE_COST + author],
			svg: { usage, withoutAuthor: IMAGE_COST },
		});
		expect(sum(Object.values(price.parts))).toBe(price.total);
	});

	it.each<[string, Partial<Parameters<typeof priceRequest>[0]>]>([
		['whose author’s price is not known', { svgUsage: { ...usage, model: 'gpt-5.6-sol' } }],
		['whose author’s usage is missing', { svgUsage: null }],
		[
			'whose author read more than its price is for',
			{ svgUsage: { ...usage, inputTokens: 272_001 } },
		],
		['where no author’s price is known', { svgAuthors: undefined as never }],
	])('%s costs nobody knows what, but for the image', (_title, changes) => {
		const price = priced(changes);

		expect(price).toMatchObject({
			total: null,
			basis: 'unknown',
			perImage: [null],
			svg: { withoutAuthor: IMAGE_COST },
		});
		expect(sum(Object.values(price.parts))).toBe(IMAGE_COST);
	});

	it('whose image has no usage has no cost, whatever its author cost', () => {
		expect(priced({ usage: null })).toMatchObject({
			total: null,
			parts: {},
			svg: { withoutAuthor: null },
		});
	});

	it('of a provider that states its cost costs that', () => {
		const stated = { usd: '0.5', basis: 'provider' } as const;

		expect(priced({ stated, svgUsage: null })).toMatchObject({
			total: 500_000_000_000n,
			basis: 'provider',
			computed: null,
		});
	});

	it('has no estimate, because nobody knows how much its author will write; a bound where its price is known', () => {
		const bound = costBound(model, svg(), 2, [])!;
		const ofImages = costBound(model, svg({ output_format: 'png' }), 2, [])!;
		const most = 272_000n * 125_000n + 128_000n * 500_000n;

		expect(estimateCost(model, svg(), 1, [])).toBeNull();
		expect(bound - ofImages).toBe(2n * most);
		expect(costBound(model, svg({ svg: { model: 'gpt-5.6-sol' } }), 1, [])).toBeNull();
		const { svg: _, ...unnamed } = svg();
		expect(costBound(model, unnamed, 1, [])).toBeNull();
	});

	it('costs a dated author what it costs by its name, and more in a region', () => {
		const dated = { ...usage, model: 'gpt-6-luna-2026-09-22' };
		const inRegion = catalogueAt(
			CATALOGUE,
			apiServerOf({ provider: 'openai' }),
			'https://eu.api.openai.com/v1',
		);

		expect(svgPrice(dated, CATALOGUE.svgAuthors)).toBe(svgPrice(usage, CATALOGUE.svgAuthors));
		expect(svgPrice(usage, inRegion.svgAuthors)! * 10n).toBeGreaterThanOrEqual(
			svgPrice(usage, CATALOGUE.svgAuthors)! * 11n,
		);
	});

	it('of more tokens than its author can take or write has no known price', () => {
		const { maxInputTokens, maxOutputTokens } = CATALOGUE.svgAuthors!['gpt-6-luna']!;

		for (const odd of [
			{ ...usage, inputTokens: maxInputTokens + 1 },
			{ ...usage, outputTokens: maxOutputTokens + 1 },
		])
			expect(svgPrice(odd, CATALOGUE.svgAuthors)).toBeNull();
	});

	const answer = (fields: object) =>
		parseImageResponse({ data: [{ b64_json: 'PHN2Zz4=' }], output_format: 'svg', ...fields });

	it('is known by its answer, with or without its usage', () => {
		const counts = {
			model: 'gpt-6-luna',
			input_tokens: 1100,
			output_tokens: 2000,
			reasoning_tokens: 500,
			total_tokens: 3100,
		};

		expect(answer({ svg_usage: counts })?.svgUsage).toEqual(usage);
		expect(answer({ svg_usage: { ...counts, total_tokens: 3600 } })?.svgUsage?.outputTokens).toBe(
			2500,
		);
		expect(answer({ svg_usage: { ...counts, total_tokens: 'x' } })?.svgUsage?.outputTokens).toBe(
			2500,
		);
		expect(answer({ svg_usage: { ...counts, output_tokens: -1 } })?.svgUsage).toBeNull();
		expect(answer({})?.svgUsage).toBeNull();
		expect(answer({ output_format: 'png' })).not.toHaveProperty('svgUsage');
		expect(answer({ output_format: 'png', svg_usage: counts })?.svgUsage).toEqual(usage);
	});
});
