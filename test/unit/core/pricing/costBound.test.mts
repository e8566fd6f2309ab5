import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { catalogueAt, apiServerOf } from '../../../../nodes/core/providers/connection';
import { PROVIDERS } from '../../../../nodes/core/providers/find';
import { type ChosenModel, resolveModel } from '../../../../nodes/core/catalogue/resolve';
import { costBound, estimateCost } from '../../../../nodes/core/pricing/costBound';
import { toExactUsd } from '../../../../nodes/core/util/money';
import { priceRequest } from '../../../../nodes/core/pricing/price';
import type { ImageRequest } from '../../../../nodes/core/requests/imageRequest';
import { TODAY } from '../../fixtures/models.mts';
import { MODEL_IDS } from '../../fixtures/published.mts';
import { seeded } from '../../fixtures/random.mts';

const at = (provider: string, requested: string, baseUrl = ''): ChosenModel =>
	resolveModel(requested, TODAY, catalogueAt(CATALOGUE, apiServerOf({ provider }), baseUrl));
const request = (fields: Partial<ImageRequest> = {}): ImageRequest => ({
	model: 'x',
	prompt: 'a red balloon',
	quality: 'low',
	size: '1024x1024',
	output_format: 'png',
	...fields,
});
const usd = (amount: ReturnType<typeof costBound>): string | null =>
	amount === null ? null : toExactUsd(amount);

describe('the most that a request may cost', () => {
	it('is by the list of a provider that has one, for each request that its images take', () => {
		const fal = at('fal', 'gpt-image-1-mini');

		expect([1, 2, 4, 8].map((images) => usd(costBound(fal, request(), images, [])))).toEqual([
			'0.01',
			'0.02',
			'0.03',
			'0.06',
		]);
		expect(usd(costBound(fal, request({ quality: 'auto', size: 'auto' }), 1, []))).toBe('0.06');
	});

	it('is not known for a model that has no price', () => {
		expect(costBound(at('openai', 'gpt-image-9'), request(), 1, [])).toBeNull();
		expect(costBound(at('fal', 'gpt-image-2'), request(), 1, [])).toBeNull();
	});

	it('is never below the estimate, wherever it is made and whatever is asked', () => {
		const random = seeded(21);
		const prompts = [
			'x',
			'a red balloon',
			'word '.repeat(2000),
			'赤い風船',
			'赤い風船がテーブルの上に'.repeat(300),
			'🎈',
			'👩‍👩‍👧‍👧🇩🇪'.repeat(200),
			'красный шар '.repeat(50),
			'빨간 풍선',
		];
		const sides = [null, 100, 512, 640, 1024, 2048, 3000, 6000];
		let compared = 0;
		for (const { id } of PROVIDERS) {
			for (const baseUrl of ['', 'https://eu.api.openai.com/v1']) {
				for (const model of MODEL_IDS) {
					const chosen = at(id, model, baseUrl);
					const { qualities, sizes, customSizes, inputFidelity } = chosen.entry!.capabilities;
					for (let round = 0; round < 40; round++) {
						const asked = request({
							prompt: random.pick(prompts),
							quality: random.pick([...qualities, 'auto'] as const),
							size: random.pick(
								customSizes === null ? sizes : [...sizes, '2048x1152', '3840x2160', '1008x656'],
							),
							...(inputFidelity.length > 0 && {
								input_fidelity: random.pick(inputFidelity) as 'low' | 'high',
							}),
						});
						const inputs = Array.from({ length: random.int(0, 16) }, () => ({
							width: random.pick(sides),
							height: random.pick(sides),
						}));
						const images = random.int(1, 10);
						const estimate = estimateCost(chosen, asked, images, inputs);
						if (estimate === null) continue;
						compared += 1;
						expect((costBound(chosen, asked, images, inputs) ?? 0n) >= estimate.amount).toBe(true);
					}
				}
			}
		}
		expect(compared).toBeGreaterThan(3000);
	});

	it('is that of every tile of a wide image', () => {
		const wide = Array.from({ length: 16 }, () => ({ width: 2048, height: 512 }));
		const without = costBound(at('openai', 'gpt-image-1-mini'), request(), 1, []) ?? 0n;

		expect((costBound(at('openai', 'gpt-image-1-mini'), request(), 1, wide) ?? 0n) - without).toBe(
			16n * (65n + 4n * 129n) * 2_500_000n,
		);
	});
});

describe('what a request will probably cost', () => {
	it('is by the list of a provider that has one', () => {
		expect(estimateCost(at('fal', 'gpt-image-1-mini'), request(), 2, [])).toMatchObject({
			amount: 20_000_000_000n,
			basis: 'table',
		});
		expect(
			estimateCost(at('fal', 'gpt-image-1-mini'), request(), 1, [{ width: 1024, height: 1024 }]),
		).toBeNull();
		expect(estimateCost(at('openai', 'gpt-image-1-mini'), request(), 1, [])?.amount).toBe(
			2_196_000_000n,
		);
	});

	it('has the text that some models answer an edit with', () => {
		const edited = (id: string) =>
			estimateCost(at('openai', id), request(), 2, [{ width: 1024, height: 1024 }])?.tokens
				.textOutput;

		expect([edited('gpt-image-1.5'), edited('gpt-image-1-mini'), edited('gpt-image-2')]).toEqual([
			480, 0, 0,
		]);
		expect(estimateCost(at('openai', 'gpt-image-1.5'), request(), 1, [])?.tokens.textOutput).toBe(
			0,
		);
	});
});

describe('at an address of OpenAI for a region', () => {
	const usage = {
		inputTokens: 10,
		outputTokens: 100,
		inputDetails: { text: 10, image: 0 },
		outputDetails: { text: 0, image: 100 },
		cached: null,
	};
	const price = ({ entry }: ChosenModel) =>
		priceRequest({ model: entry, usage, images: 1, hasInputImages: false, batch: false });

	it.each([
		'https://eu.api.openai.com/v1',
		'https://us.api.openai.com/v1',
		'https://EU.api.openai.com',
	])(
		'%s a newer model may cost 10 %% more, and that it does is not said to be exact',
		(baseUrl) => {
			expect(price(at('openai', 'gpt-image-2.5-flare', baseUrl))).toMatchObject({
				total: ((10n * 5_000_000n + 100n * 30_000_000n) * 11n) / 10n,
				estimated: true,
			});
			expect(
				(costBound(at('openai', 'gpt-image-2.5-flare', baseUrl), request(), 1, []) ?? 0n) * 10n,
			).toBe((costBound(at('openai', 'gpt-image-2.5-flare'), request(), 1, []) ?? 0n) * 11n);
			expect(at('openai', 'draft', baseUrl).catalogue.provider).toMatchObject({
				dataResidency: true,
				batchDiscount: true,
			});
		},
	);

	it('an older one costs the same', () => {
		expect(price(at('openai', 'gpt-image-1.5', 'https://eu.api.openai.com/v1'))).toEqual(
			price(at('openai', 'gpt-image-1.5')),
		);
	});

	it.each([
		'https://api.openai.com/v1',
		'https://eu.api.openai.com.example/v1',
		'https://my.gateway.example/v1',
		'https://x.eu.api.openai.com',
		'',
		'eu.api.openai.com',
	])('%j is none', (baseUrl) => {
		expect(price(at('openai', 'gpt-image-2.5-flare', baseUrl))).toMatchObject({
			total: 3_050_000_000n,
			estimated: false,
		});
		expect(at('openai', 'draft', baseUrl).catalogue).toBe(CATALOGUE);
	});
});
