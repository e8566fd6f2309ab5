import { CATALOGUE } from '../../../nodes/core/models/catalogue';
import { catalogueAt, doorOf } from '../../../nodes/core/models/door';
import { resolveModel } from '../../../nodes/core/models/resolve';
import { costBound } from '../../../nodes/core/pricing/costBound';
import type { ImageRequest } from '../../../nodes/core/requests/imageRequest';
import { batchBound } from '../../../nodes/platform/batch/budget';
import type { PreparedLine } from '../../../nodes/platform/batch/preparedLine';
import { TODAY } from '../fixtures/models.mts';

const REQUEST: ImageRequest = {
	model: 'gpt-image-1-mini',
	prompt: 'x',
	quality: 'low',
	size: '1024x1024',
	output_format: 'png',
};

function lineAt(provider: string): PreparedLine {
	const model = resolveModel(
		'gpt-image-1-mini',
		TODAY,
		catalogueAt(CATALOGUE, doorOf({ provider }), 'https://x.example/v1'),
	);
	return {
		item: { model },
		plan: { request: REQUEST, files: { images: [], mask: null } },
		request: { request: REQUEST, images: 2 },
	} as unknown as PreparedLine;
}

describe('the most that a line of a batch may cost', () => {
	it('counts a mask as an input image, because nobody says that it is none', () => {
		const line = lineAt('openai');
		const mask = { facts: { width: 1024, height: 1024 } };
		const masked = {
			...line,
			plan: { request: REQUEST, files: { images: [], mask } },
		} as unknown as PreparedLine;

		expect((batchBound(masked) ?? 0n) - (batchBound(line) ?? 0n)).toBe(
			(2n * 194n * 2_500_000n) / 2n,
		);
	});

	it('is half at OpenAI, and all of it where no discount is known of', () => {
		const all = costBound(lineAt('openai').item.model, REQUEST, 2, []) ?? 0n;

		expect(batchBound(lineAt('openai'))).toBe(all / 2n);
		expect(batchBound(lineAt('compatible'))).toBe(all);
	});
});
