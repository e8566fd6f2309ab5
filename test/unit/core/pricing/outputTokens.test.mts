import {
	estimateImagePrice,
	estimateOutputTokens,
} from '../../../../nodes/core/pricing/outputTokens';
import { toExactUsd, toUsdNumber } from '../../../../nodes/core/util/money';
import type { Quality } from '../../../../nodes/core/catalogue/types';
import {
	FURTHER_READINGS,
	PRINTED_PRICES,
	PUBLISHED_OUTPUT_TOKENS,
} from '../../../contract/publishedTokens.mts';
import { modelNamed } from '../../fixtures/models.mts';
import { MEASURED_2_6, MODEL_IDS, PUBLISHED_MODELS } from '../../fixtures/published.mts';

const cells = Object.entries(PUBLISHED_OUTPUT_TOKENS).flatMap(([id, qualities]) =>
	Object.entries(qualities).flatMap(([quality, sizes]) =>
		Object.entries(sizes).map(([size, tokens]) => ({
			id,
			quality: quality as Quality,
			size,
			tokens,
		})),
	),
);

describe('tokens of an image before it is made', () => {
	it.each(cells)('$id $quality $size: $tokens as published', ({ id, quality, size, tokens }) => {
		expect(estimateOutputTokens(modelNamed(id), quality, size)?.tokens).toBe(tokens);
	});

	it('equal the further readings of gpt-image-2', () => {
		for (const [quality, width, height, tokens] of FURTHER_READINGS) {
			expect(
				estimateOutputTokens(modelNamed('gpt-image-2'), quality, `${width}x${height}`)?.tokens,
			).toBe(tokens);
		}
	});

	it.each(['gpt-image-2.6-flare', 'gpt-image-2.6-sunburst'])(
		'come as near to what was measured of %s as is said',
		(id) => {
			for (const [quality, size, measured, margin] of MEASURED_2_6) {
				const estimate = estimateOutputTokens(modelNamed(id), quality as Quality, size);

				expect(Math.abs((estimate?.tokens ?? 0) - measured)).toBeLessThanOrEqual(margin);
				expect(estimate?.certainty).toBe('approximate');
			}
		},
	);

	it('say how sure they are', () => {
		const certainty = (id: string) =>
			estimateOutputTokens(modelNamed(id), 'low', '1024x1024')?.certainty;

		expect(certainty('gpt-image-1-mini')).toBe('published');
		expect(certainty('gpt-image-2')).toBe('derived');
		expect(certainty('gpt-image-2.5-flare')).toBe('derived');
	});

	it('are the same for an image and the same one turned, where a formula gives them', () => {
		for (const size of [
			[3840, 2160],
			[1024, 1536],
			[2048, 1152],
			[1008, 656],
		] as const) {
			const [upright, turned] = [`${size[0]}x${size[1]}`, `${size[1]}x${size[0]}`];
			expect(estimateOutputTokens(modelNamed('gpt-image-2'), 'high', turned)).toEqual(
				estimateOutputTokens(modelNamed('gpt-image-2'), 'high', upright),
			);
		}
	});

	it.each([
		['gpt-image-2', 'low', 'auto'],
		['gpt-image-2', 'low', ''],
		['gpt-image-2', 'low', '0x1024'],
		['gpt-image-2', 'max', '1024x1024'],
		['gpt-image-1.5', 'low', '1024x1025'],
		['gpt-image-1.5', 'low', 'auto'],
		['gpt-image-1.5', 'xhigh', '1024x1024'],
	])('are not guessed for %s %s %j', (id, quality, size) => {
		expect(estimateOutputTokens(modelNamed(id), quality as Quality, size)).toBeNull();
		expect(estimateImagePrice(modelNamed(id), quality as Quality, size)).toBeNull();
	});
});

describe('the price of an image before it is made', () => {
	it.each(cells)(
		'$id $quality $size is its tokens times the published price',
		({ id, quality, size, tokens }) => {
			const perMillion = Number(PUBLISHED_MODELS[id]?.prices.imageOutput);
			const price = estimateImagePrice(modelNamed(id), quality, size);

			expect(price && toExactUsd(price.amount)).toBe(String((tokens * perMillion) / 1_000_000));
		},
	);

	it('rounds to what OpenAI prints for it', () => {
		for (const [id, quality, size, usd] of PRINTED_PRICES) {
			const price = estimateImagePrice(modelNamed(id), quality, size);
			// Printed to a tenth of a cent, the larger ones to a cent.
			expect(Math.abs(toUsdNumber(price?.amount as never) - usd)).toBeLessThanOrEqual(
				Math.max(0.0005, usd * 0.015),
			);
		}
	});

	it('is known for every model in the catalogue at each quality it has', () => {
		for (const id of MODEL_IDS) {
			for (const quality of modelNamed(id).capabilities.qualities) {
				expect(estimateImagePrice(modelNamed(id), quality, '1024x1024')?.amount).toBeGreaterThan(
					0n,
				);
			}
		}
	});

	it('is not known for a model without prices or tokens', () => {
		expect(
			estimateImagePrice({ ...modelNamed('gpt-image-2'), prices: null }, 'low', '1024x1024'),
		).toBeNull();
		expect(
			estimateImagePrice({ ...modelNamed('gpt-image-2'), outputTokens: null }, 'low', '1024x1024'),
		).toBeNull();
	});
});
