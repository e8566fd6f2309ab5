import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { catalogueAt, apiServerOf } from '../../../../nodes/core/providers/connection';
import { resolveModel } from '../../../../nodes/core/catalogue/resolve';
import { costBound } from '../../../../nodes/core/pricing/costBound';
import type { ImageRequest } from '../../../../nodes/core/requests/imageRequest';
import { batchBound } from '../../../../nodes/platform/batches/batchBudget';
import type { BinaryInput } from '../../../../nodes/platform/n8n/inputBinary';
import { TODAY } from '../../fixtures/models.mts';

const REQUEST: ImageRequest = {
	model: 'gpt-image-1-mini',
	prompt: 'x',
	quality: 'low',
	size: '1024x1024',
	output_format: 'png',
};

const modelAt = (provider: string) =>
	resolveModel(
		'gpt-image-1-mini',
		TODAY,
		catalogueAt(CATALOGUE, apiServerOf({ provider }), 'https://x.example/v1'),
	);

const PLAN = { request: REQUEST, files: { images: [], mask: null } };

describe('the most that a line of a batch may cost', () => {
	it('counts a mask as an input image, because nobody says that it is none', () => {
		const mask = { facts: { width: 1024, height: 1024 } } as BinaryInput;
		const masked = { request: REQUEST, files: { images: [], mask } };

		expect(
			(batchBound(modelAt('openai'), masked, 2) ?? 0n) -
				(batchBound(modelAt('openai'), PLAN, 2) ?? 0n),
		).toBe((2n * 194n * 2_500_000n) / 2n);
	});

	it('is half at OpenAI, and all of it where no discount is known of', () => {
		const all = costBound(modelAt('openai'), REQUEST, 2, []) ?? 0n;

		expect(batchBound(modelAt('openai'), PLAN, 2)).toBe(all / 2n);
		expect(batchBound(modelAt('compatible'), PLAN, 2)).toBe(all);
	});
});
