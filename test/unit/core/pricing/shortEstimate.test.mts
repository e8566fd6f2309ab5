import { shortEstimate } from '../../../../nodes/core/pricing/shortEstimate';

const other = (model: string, quality: string, usd: number, more = {}) => ({
	provider: 'openai',
	model,
	quality,
	usd,
	batchUsd: null,
	endsOn: null,
	...more,
});
const WHOLE = {
	model: 'a',
	quality: 'low',
	size: '1024x1024',
	images: 2,
	usd: 0.0044,
	batchUsd: 0.0022,
	acceptanceRate: 100,
	perAcceptedUsd: 0.0022,
	total: { items: 3, usd: 0.0132 },
	alternatives: [
		other('b', 'medium', 0.001),
		other('a', 'low', 0.0044),
		other('c', 'low', 0.006, { batchUsd: 0.003, endsOn: '2026-12-01' }),
		other('a', 'low', 0.007, { provider: 'fal' }),
		other('d', 'low', 0.0081),
	],
};

describe('a short estimate', () => {
	it('says the price and the best alternatives: of the same quality first, the cheapest first, and not itself', () => {
		expect(shortEstimate(WHOLE)).toEqual({
			usd: 0.0044,
			batchUsd: 0.0022,
			totalUsd: 0.0132,
			images: 2,
			model: 'a',
			quality: 'low',
			size: '1024x1024',
			alternatives: [
				'c low: $0.0060, $0.0030 as a batch, ends 2026-12-01',
				'a low at fal: $0.0070',
				'd low: $0.0081',
			],
		});
		expect(shortEstimate({ ...WHOLE, alternatives: WHOLE.alternatives.slice(0, 3) })).toMatchObject(
			{ alternatives: [expect.stringContaining('c low'), 'b medium: $0.0010'] },
		);
	});

	it('says what an accepted image costs, and what the provider quotes, where somebody asked', () => {
		expect(shortEstimate({ ...WHOLE, acceptanceRate: 50, quotedUsd: 0.005 })).toMatchObject({
			perAcceptedUsd: 0.0022,
			quotedUsd: 0.005,
		});
	});

	it('of an item that would be refused is as unknown as the whole one', () => {
		expect(
			shortEstimate({
				usd: null,
				perImageUsd: null,
				batchUsd: null,
				tokens: null,
				basis: 'unknown',
				alternatives: [],
				total: { usd: 0.0132 },
			}),
		).toEqual({ usd: null, batchUsd: null, totalUsd: 0.0132, alternatives: [] });
	});
});
