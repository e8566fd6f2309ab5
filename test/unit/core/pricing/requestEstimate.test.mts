import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import {
	alternatives,
	breakEvenRate,
	perAccepted,
} from '../../../../nodes/core/pricing/alternatives';
import { inputImageTokens } from '../../../../nodes/core/pricing/inputTokens';
import { picodollars } from '../../../../nodes/core/util/money';
import { estimateRequest } from '../../../../nodes/core/pricing/requestEstimate';
import { IMAGE_MODELS } from '../../../simulator/models/catalogue.mts';
import { imageInputTokens } from '../../../simulator/models/tokens.mts';
import { modelNamed, TODAY } from '../../fixtures/models.mts';
import { PUBLISHED_MODELS } from '../../fixtures/published.mts';

const REQUEST = { prompt: 'a red balloon on a table', quality: 'low', size: '1024x1024' } as const;

describe('what a request will cost', () => {
	it('is its tokens at their prices, for each image', () => {
		expect(estimateRequest(modelNamed('gpt-image-1-mini'), REQUEST, 3, [])).toEqual({
			// 3 x (12 x 2 + 272 x 8) USD per million
			amount: 6_600_000_000n,
			tokens: { textInput: 36, imageInput: 0, imageOutput: 816, textOutput: 0 },
			basis: 'table',
			upperBound: false,
		});
	});

	it('says how its tokens are known', () => {
		const basis = (id: string) => estimateRequest(modelNamed(id), REQUEST, 1, [])?.basis;

		expect([basis('gpt-image-1.5'), basis('gpt-image-2'), basis('gpt-image-2.6-flare')]).toEqual([
			'table',
			'formula',
			'approximate',
		]);
		expect(
			estimateRequest(modelNamed('gpt-image-2'), REQUEST, 1, [{ width: 1024, height: 1024 }])
				?.basis,
		).toBe('approximate');
	});

	it('is the dearest where the model chooses', () => {
		const auto = estimateRequest(
			modelNamed('gpt-image-1-mini'),
			{ ...REQUEST, quality: 'auto', size: 'auto' },
			1,
			[],
		);

		expect(auto).toMatchObject({ tokens: { imageOutput: 6240 }, upperBound: true });
	});

	it.each([
		['gpt-image-1-mini', { ...REQUEST, size: '2048x2048' }],
		['gpt-image-2', { ...REQUEST, quality: 'max' as const }],
	])('is not known for %s %j', (id, request) => {
		expect(estimateRequest(modelNamed(id), request, 1, [])).toBeNull();
	});
});

describe('tokens of an input image', () => {
	const sizes = [
		[1024, 1024],
		[1536, 1024],
		[640, 480],
		[200, 900],
		[3000, 1000],
		[512, 512],
	] as const;

	it.each(['gpt-image-1-mini', 'gpt-image-1.5', 'gpt-image-2'])(
		'equal those that the simulator bills with %s',
		(id) => {
			for (const [width, height] of sizes) {
				for (const fidelity of ['low', 'high'] as const) {
					if (id === 'gpt-image-2' && fidelity === 'high') continue;
					const billed = imageInputTokens(
						IMAGE_MODELS.find((model) => model.id === id)!,
						width,
						height,
						fidelity,
					);

					// The simulator bills 64 at least, which is nobody's reading.
					if (billed > 64)
						expect(inputImageTokens(modelNamed(id), { width, height }, fidelity).tokens).toBe(
							billed,
						);
				}
			}
		},
	);

	it('are the most that one takes when its size is not known', () => {
		expect(
			inputImageTokens(modelNamed('gpt-image-2'), { width: null, height: null }, 'low'),
		).toEqual({ tokens: 1536, published: false });
	});
});

describe('alternatives', () => {
	const all = alternatives(REQUEST, 1, [], TODAY, CATALOGUE);
	const list = all
		.filter(({ provider }) => provider === 'openai')
		.map(({ model, quality }) => `${model.id} ${quality}`);

	it('name other providers where their price is known, each request rounded as it is billed', () => {
		const fal = alternatives(REQUEST, 6, [], TODAY, CATALOGUE).filter(
			({ provider }) => provider === 'fal',
		);

		// Two requests of 3 images at $0.005, each rounded up to a cent.
		expect(fal.map(({ quality, amount }) => [quality, amount])).toEqual([
			['low', 40_000_000_000n],
			['medium', 80_000_000_000n],
			['high', 220_000_000_000n],
		]);
	});

	it('mark prices that are not from the pages of whoever asks them', () => {
		expect(
			[...new Set(all.filter(({ secondHand }) => secondHand).map(({ model }) => model.id))].sort(),
		).toEqual(['chatgpt-image-latest', 'gpt-image-2.6-flare']);
	});

	it('are every live model and quality that makes the size, cheapest first', () => {
		expect(list[0]).toBe('gpt-image-1-mini low');
		expect(list).toContain('gpt-image-2.5-flare max');
		expect(list).not.toContain('gpt-image-1 low');
		const { 'gpt-image-1': _gone, ...live } = PUBLISHED_MODELS;
		expect(list).toHaveLength(Object.values(live).flatMap(({ qualities }) => qualities).length);
		expect(new Set(list).size).toBe(list.length);
	});

	it('leave out those that can’t make the size', () => {
		expect(
			alternatives({ ...REQUEST, size: '2048x2048' }, 1, [], TODAY, CATALOGUE).some(({ model }) =>
				model.id.startsWith('gpt-image-1'),
			),
		).toBe(false);
	});

	it('after the shutdowns, only what lives', () => {
		const later = alternatives(REQUEST, 1, [], new Date('2026-12-02'), CATALOGUE);

		expect(
			[...new Set(later.map(({ model }) => model.id))].some((id) =>
				/^gpt-image-1|chatgpt/.test(id),
			),
		).toBe(false);
	});
});

describe('the price of an accepted image', () => {
	it('is what all cost, for each that is accepted, rounded up', () => {
		expect(perAccepted(picodollars(1000n), 10, 50)).toBe(200n);
		expect(perAccepted(picodollars(1000n), 3, 100)).toBe(334n);
		expect(perAccepted(picodollars(1000n), 1, 12.5)).toBe(8000n);
	});

	it('of another model is the same at its break-even rate', () => {
		const rate = breakEvenRate(picodollars(1000n), 50, picodollars(1500n));

		expect(rate).toBe(75);
		expect(perAccepted(picodollars(1500n), 1, rate)).toBe(perAccepted(picodollars(1000n), 1, 50));
	});
});
