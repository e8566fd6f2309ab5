import { NO_ORIGIN } from '../../../../nodes/core/lineage/origin';
import { readCatalogueFile } from '../../../../nodes/core/modelChoice/catalogueFile';
import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { resolveModel } from '../../../../nodes/core/catalogue/resolve';
import type { Catalogue } from '../../../../nodes/core/catalogue/types';
import { priceRequest } from '../../../../nodes/core/pricing/price';
import type { StatedCost } from '../../../../nodes/core/requests/statedCost';
import { costField } from '../../../../nodes/platform/n8n/costField';

const NOW = new Date('2026-11-30T12:00:00Z');
const USAGE = {
	inputTokens: 10,
	outputTokens: 272,
	inputDetails: { text: 10, image: 0 },
	outputDetails: { text: 0, image: 272 },
	cached: null,
};

function costOf(
	stated: StatedCost | null,
	id = 'gpt-image-1-mini',
	catalogue: Catalogue = CATALOGUE,
) {
	const model = resolveModel(id, NOW, catalogue);
	const price = priceRequest({
		model: model.entry,
		usage: USAGE,
		images: 1,
		hasInputImages: false,
		batch: false,
		stated,
	});
	return costField(price, price.perImage[0] ?? null, NO_ORIGIN, model);
}

describe('the cost on an item', () => {
	it('is null where what is stated is not what it cost; what OpenAI would bill stands beside it', () => {
		const cost = costOf({ usd: null, basis: 'provider' });

		expect(cost).toMatchObject({
			usd: null,
			exact: null,
			basis: 'unknown',
			requestUsd: null,
			totalUsd: null,
			computedRequestUsd: 0.002196,
		});
		expect(cost).not.toHaveProperty('differenceUsd');
	});

	it('is what is stated, with what the provider took on top', () => {
		expect(costOf({ usd: '0.003', basis: 'provider' })).toMatchObject({
			usd: 0.003,
			basis: 'provider',
			computedRequestUsd: 0.002196,
			differenceUsd: 0.000804,
		});
	});

	it('is of the day of the prices of its model, which a catalogue from elsewhere may not hold', () => {
		const [mini] = CATALOGUE.models;
		const file = readCatalogueFile(
			JSON.stringify({ ...CATALOGUE, pricesAsOf: '2026-11-28', models: [mini] }),
			NOW,
			CATALOGUE,
		);
		if (!file.ok) throw new Error(file.problem);

		expect(costOf(null, 'gpt-image-1-mini', file.catalogue)['pricesAsOf']).toBe('2026-11-28');
		expect(costOf(null, 'gpt-image-2', file.catalogue)['pricesAsOf']).toBe(CATALOGUE.pricesAsOf);
	});
});
