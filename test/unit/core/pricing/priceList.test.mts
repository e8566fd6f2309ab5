import { findProvider } from '../../../../nodes/core/providers/find';
import { toExactUsd } from '../../../../nodes/core/util/money';
import { listBound, listEstimate, listPrice } from '../../../../nodes/core/pricing/priceList';
import { modelNamed } from '../../fixtures/models.mts';

const LIST = findProvider('fal').priceList!;
const MINI = 'gpt-image-1-mini';
const low = { prompt: 'a red balloon', quality: 'low', size: '1024x1024' } as const;
const portrait = { prompt: 'a red balloon', quality: 'medium', size: '1024x1536' } as const;
const usd = (amount: ReturnType<typeof listPrice>): string | null =>
	amount === null ? null : toExactUsd(amount);

describe('a request by a price list', () => {
	it.each([
		[low, 1, '0.01'],
		[low, 2, '0.02'],
		[low, 3, '0.02'],
		[low, 4, '0.03'],
		[portrait, 1, '0.02'],
		[portrait, 2, '0.04'],
		[portrait, 4, '0.07'],
		[{ ...low, quality: 'high' }, 4, '0.15'],
		[{ ...low, prompt: 'word '.repeat(6000) }, 1, '0.03'],
	] as const)(
		'%j x %i costs what its images and its prompt do, rounded up to a cent: %s',
		(request, images, expected) => {
			expect(usd(listPrice(LIST, MINI, request, images, 0))).toBe(expected);
		},
	);

	it('is not guessed', () => {
		expect(listPrice(LIST, 'gpt-image-2', low, 1, 0)).toBeNull();
		expect(listPrice(LIST, MINI, { ...low, quality: 'auto' }, 1, 0)).toBeNull();
		expect(listPrice(LIST, MINI, { ...low, size: '512x512' }, 1, 0)).toBeNull();
	});

	it('with input images has no known price, because they are billed as well', () => {
		expect(listPrice(LIST, MINI, low, 1, 1)).toBeNull();
		expect(listEstimate(LIST, MINI, low, 1, 1, 4)).toBeNull();
	});
});

describe('several requests by a price list', () => {
	it('are rounded each by itself', () => {
		expect(usd(listEstimate(LIST, MINI, low, 6, 0, 4))).toBe('0.04');
		expect(usd(listEstimate(LIST, MINI, low, 8, 0, 4))).toBe('0.06');
	});

	it('are the dearest of the list where the model chooses', () => {
		expect(usd(listEstimate(LIST, MINI, { ...low, quality: 'auto', size: 'auto' }, 1, 0, 4))).toBe(
			'0.06',
		);
	});
});

describe('the most by a price list', () => {
	const bound = (
		request: Parameters<typeof listBound>[2],
		images: number,
		inputs: Parameters<typeof listBound>[4] = [],
	) => usd(listBound(LIST, modelNamed(MINI), request, images, inputs));

	it('is the price with the prompt at a token a byte', () => {
		expect(bound(low, 4)).toBe('0.03');
		expect(bound({ ...low, prompt: '赤い風船'.repeat(1000) }, 1)).toBe('0.03');
	});

	it('allows for input images', () => {
		// 0.005 + 4 x 194 tokens at twice $2.5 per million
		expect(
			bound(
				low,
				1,
				Array.from({ length: 4 }, () => ({ width: 1024, height: 1024 })),
			),
		).toBe('0.01');
		expect(
			bound(
				low,
				1,
				Array.from({ length: 16 }, () => ({ width: 2048, height: 512 })),
			),
		).toBe('0.06');
	});

	it('is not known for what is not in the list', () => {
		expect(listBound(LIST, modelNamed('gpt-image-2'), low, 1, [])).toBeNull();
		expect(bound({ ...low, size: '512x512' }, 1)).toBeNull();
	});
});
