import { parseImageResponse } from '../../../../nodes/core/requests/imageResponse';
import { statedCost } from '../../../../nodes/core/requests/statedCost';

const gateway = (cost: unknown, marketCost?: unknown) => ({
	gateway: { cost, ...(marketCost !== undefined && { marketCost }) },
});

describe('a cost that a gateway states', () => {
	it.each<[string, Parameters<typeof statedCost>[0], string | null]>([
		['Vercel’s', { providerMetadata: gateway('0.0053') }, '0.0053'],
		['Vercel’s in snake case', { provider_metadata: gateway('0.0053') }, '0.0053'],
		[
			'Vercel’s free credit at the market price',
			{ providerMetadata: gateway('0', '0.0053') },
			'0.0053',
		],
		['the same as numbers, in snake case', { provider_metadata: gateway(0, 0.0053) }, '0.0053'],
		['free credit without a market price', { providerMetadata: gateway('0') }, null],
		['free credit with a market price of 0', { providerMetadata: gateway('0', '0') }, null],
		['Lumenfall’s', { metadata: { cost: 0.006 } }, '0.006'],
		['OpenRouter’s', { usage: { cost: 0.0071, is_byok: false } }, '0.0071'],
		['a number with an exponent', { usage: { cost: 6.5e-7 } }, '0.00000065'],
		['a text with an exponent', { usage: { cost: '6.5e-3' } }, '0.0065'],
		[
			'more digits than there are picodollars, rounded up',
			{ usage: { cost: '0.00220400000001234567' } },
			'0.002204000001',
		],
		['0 with tokens used', { usage: { cost: 0, output_tokens: 272 } }, null],
		[
			'with a key of one’s own: fee and provider together',
			{ usage: { cost: 0.0003, is_byok: true, cost_details: { upstream_inference_cost: 0.006 } } },
			'0.0063',
		],
		[
			'with a key of one’s own and no fee',
			{ usage: { cost: 0, is_byok: true, cost_details: { upstream_inference_cost: 0.006 } } },
			'0.006',
		],
		['with a key of one’s own: a fee alone', { usage: { cost: 0.0003, is_byok: true } }, null],
		[
			'with a key of one’s own: an upstream of 0',
			{ usage: { cost: 0.0003, is_byok: true, cost_details: { upstream_inference_cost: 0 } } },
			null,
		],
		[
			'with a key of one’s own: absurd together',
			{ usage: { cost: 9e8, is_byok: true, cost_details: { upstream_inference_cost: 9e8 } } },
			null,
		],
		['below zero', { usage: { cost: -1 } }, null],
		['no amount', { usage: { cost: 'free' } }, null],
		['absurd', { usage: { cost: 1e300 } }, null],
		['0 here and known there', { usage: { cost: 0.004 }, metadata: { cost: 0 } }, '0.004'],
	])('%s', (_, body, usd) => {
		expect(statedCost(body)).toMatchObject({ usd, basis: 'provider' });
	});

	it.each([
		[{}],
		[{ usage: { input_tokens: 1 } }],
		[{ usage: null, metadata: 'x', providerMetadata: [] }],
		[{ usage: { cost: null } }],
		[{ providerMetadata: { gateway: { marketCost: '1' } } }],
	])('is none in %j', (body) => {
		expect(statedCost(body)).toBeNull();
	});

	it('the fee of a gateway that keeps the rest to itself is told, and only then', () => {
		expect(statedCost({ usage: { cost: 0.00025, is_byok: true } })).toEqual({
			usd: null,
			fee: '0.00025',
			basis: 'provider',
		});
		expect(
			statedCost({
				usage: { cost: 0.00025, is_byok: true, cost_details: { upstream_inference_cost: 0.005 } },
			}),
		).toEqual({ usd: '0.00525', basis: 'provider' });
		expect(statedCost({ usage: { cost: 0, is_byok: true } })).toEqual({
			usd: null,
			basis: 'provider',
		});
	});

	it('is plain data in the answer', () => {
		const answer = parseImageResponse({
			data: [{ b64_json: 'eA==' }],
			provider_metadata: gateway('0', '0.0053'),
		});

		expect(JSON.parse(JSON.stringify(answer?.stated))).toEqual({
			usd: '0.0053',
			basis: 'provider',
		});
	});
});

describe('an error beside the images of an answer', () => {
	const image = { data: [{ b64_json: 'eA==' }] };

	it.each([[{ message: 'no' }], ['upstream error'], [null], [{}], [false]])(
		'%j does not lose them: they are paid for',
		(error) => {
			expect(parseImageResponse({ ...image, error })).toMatchObject({ images: ['eA=='] });
		},
	);

	it.each([[{ message: 'no' }], ['upstream error']])(
		'%j without an image is no answer that can be used',
		(error) => {
			expect(parseImageResponse({ data: [{ b64_json: '' }], error })).toBeNull();
			expect(parseImageResponse({ error })).toBeNull();
		},
	);
});
