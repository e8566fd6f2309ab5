import type { Simulator, SimulatorOptions } from '../simulator/index.mts';
import { stated } from '../simulator/providers/transform.mts';
import { closeAll, simulate } from './support.mts';

afterEach(closeAll);

type Body = Record<string, unknown>;
interface Reply {
	status: number;
	headers: Headers;
	body: Body;
}

async function ask(
	simulator: Simulator,
	path: string,
	body: Body | null,
	method = body === null ? 'GET' : 'POST',
): Promise<Reply> {
	const scheme = path.startsWith('/fal-ai/') ? 'Key' : 'Bearer';
	const headers = { authorization: `${scheme} sk-simulator`, 'content-type': 'application/json' };
	const answer = await fetch(new URL(path, simulator.baseUrl), {
		method,
		headers,
		...(body && { body: JSON.stringify(body) }),
	});
	return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
}

const IMAGE = { model: 'openai/gpt-image-2', prompt: 'x', quality: 'low' };
/** OpenAI's price of it. */
const LIST = 5_915_000_000n;

describe('stated costs', () => {
	test.each([
		['number', 0.0065],
		['text', '0.0065'],
		['exponent', '6.5e-3'],
		['long', 0.0064999999994372],
		['longText', '0.0064999999994372'],
	] as const)('as %s', (style, expected) => {
		expect(stated(6_500_000_000n, style)).toBe(expected);
	});

	test('exponents of round amounts and of many digits', () => {
		expect([
			stated(1_000_000_000_000n, 'exponent'),
			stated(12_345_000_000_001n, 'exponent'),
			stated(0n, 'longText'),
		]).toEqual(['1e0', '1.2345000000001e1', '0']);
	});
});

describe('OpenRouter', () => {
	const usageOf = async (options: SimulatorOptions): Promise<[Body, bigint]> => {
		const simulator = await simulate({ provider: 'openrouter', ...options });
		const { body } = await ask(simulator, '/api/v1/images', IMAGE);
		return [body['usage'] as Body, simulator.billedPicodollars()];
	};

	test('states all it takes, surcharge included, as the ledger has it', async () => {
		const [usage, billed] = await usageOf({ surchargePercent: 5 });
		expect(usage).toMatchObject({
			prompt_tokens: 7,
			completion_tokens: 196,
			is_byok: false,
			cost: 0.00621075,
		});
		expect(billed).toBe((LIST * 105n) / 100n);
	});

	test('with a key of OpenAI’s own states its fee and, unless it hides it, the rest; the ledger has both', async () => {
		expect(await usageOf({ byok: {} })).toEqual([
			expect.objectContaining({
				is_byok: true,
				cost: 0.00029575,
				cost_details: { upstream_inference_cost: 0.005915 },
			}),
			(LIST * 105n) / 100n,
		]);
		const [hidden, billed] = await usageOf({ byok: { feePercent: 0, hidesUpstream: true } });
		expect(hidden).toMatchObject({ is_byok: true, cost: 0 });
		expect(hidden).not.toHaveProperty('cost_details');
		expect(billed).toBe(LIST);
	});

	test('keeps its tokens to itself when asked to, and breaks off like any other', async () => {
		const [usage] = await usageOf({ usage: 'missing' });
		expect(usage).toEqual({ cost: 0.005915, is_byok: false });
		const simulator = await simulate({ provider: 'openrouter' });
		simulator.failNext('malformedJson');
		await expect(ask(simulator, '/api/v1/images', IMAGE)).rejects.toThrow(/JSON/);
		expect(simulator.ledger()).toMatchObject([
			{ billed: LIST, delivered: false, fault: 'malformedJson' },
		]);
	});

	test('states the cost of the request that is answered, also when others end first', async () => {
		const simulator = await simulate({ provider: 'openrouter' });
		const answers = await Promise.all(
			[1, 2, 3].map(async (n) => await ask(simulator, '/api/v1/images', { ...IMAGE, n })),
		);
		expect(answers.map(({ body }) => (body['usage'] as Body)['cost'])).toEqual([
			0.005915, 0.01183, 0.017745,
		]);
	});
});

describe('Vercel AI Gateway', () => {
	const metadata = async (options: SimulatorOptions): Promise<Body> =>
		(await ask(await simulate({ provider: 'vercel', ...options }), '/v1/images/generations', IMAGE))
			.body;

	test('states what it cost and what it is worth', async () => {
		expect((await metadata({}))['providerMetadata']).toMatchObject({
			gateway: { cost: '0.005915', marketCost: '0.005915' },
		});
		expect((await metadata({ freeCredit: true }))['providerMetadata']).toMatchObject({
			gateway: { cost: '0', marketCost: '0.005915' },
		});
		expect((await metadata({ statedCost: 'exponent' }))['providerMetadata']).toMatchObject({
			gateway: { cost: '5.915e-3' },
		});
	});

	test('in either case', async () => {
		expect(
			(await metadata({ metadataCase: 'snake', freeCredit: true }))['provider_metadata'],
		).toMatchObject({ gateway: { cost: '0', marketCost: '0.005915' } });
		expect((await metadata({ metadataCase: 'allSnake' }))['provider_metadata']).toMatchObject({
			gateway: { cost: '0.005915', market_cost: '0.005915' },
		});
	});
});

describe('fal.ai', () => {
	const APP = '/fal-ai/gpt-image-1-mini';

	async function make(simulator: Simulator, body: Body): Promise<Reply> {
		const { body: submitted } = await ask(simulator, APP, { prompt: 'x', ...body });
		const address = new URL(String(submitted['response_url'])).pathname;
		return await ask(simulator, address, null);
	}

	test.each([
		[{ quality: 'low', image_size: '1024x1024', num_images: 1 }, 1n],
		[{ quality: 'low', image_size: '1024x1024', num_images: 2 }, 2n],
		[{ quality: 'low', image_size: '1024x1024', num_images: 4 }, 3n],
		[{ quality: 'medium', image_size: '1024x1536', num_images: 2 }, 4n],
		[{ quality: 'medium', image_size: '1024x1536', num_images: 4 }, 7n],
		[{ quality: 'high', image_size: '1536x1024', num_images: 1 }, 6n],
	])('%j is billed with its prompt and rounded up to a cent', async (body, cents) => {
		const simulator = await simulate({ provider: 'fal', imageBytes: 2000 });
		const { status, headers } = await make(simulator, body);
		expect([status, headers.get('x-fal-request-id')]).toEqual([
			200,
			expect.stringMatching(/^[0-9a-f]{32}$/),
		]);
		expect(simulator.billedPicodollars()).toBe(cents * 10_000_000_000n);
		expect(simulator.ledger()).toMatchObject([
			{
				asked: body.num_images,
				images: body.num_images,
				delivered: true,
				model: 'gpt-image-1-mini',
			},
		]);
	});

	test('errors of validation come with 422 wherever they arise', async () => {
		const simulator = await simulate({ provider: 'fal' });
		for (const body of [
			{ prompt: 'x', strange: 1 },
			{ prompt: 'x', num_images: 5 },
			{ prompt: 'x', quality: 'best' },
			{ prompt: '' },
		]) {
			const { status, body: refused } = await ask(simulator, APP, body);
			expect([status, refused]).toEqual([
				422,
				{ detail: [expect.objectContaining({ loc: ['body', expect.any(String)] })] },
			]);
		}
		const blocked = await make(simulator, { prompt: '[blocked]' });
		expect([blocked.status, blocked.body]).toMatchObject([
			422,
			{ detail: [{ type: 'content_policy_violation' }] },
		]);
		expect(simulator.billed).toEqual([]);
	});

	test('a request whose receipt gets lost is done and billed all the same', async () => {
		const simulator = await simulate({ provider: 'fal', imageBytes: 2000 });
		simulator.failNext('cloudflare504');
		simulator.failNext('falExhausted');
		const lost = await fetch(new URL(APP, simulator.baseUrl), {
			method: 'POST',
			headers: { authorization: 'Key sk-simulator' },
			body: '{"prompt":"x","quality":"low","image_size":"1024x1024"}',
		});
		expect(lost.status).toBe(504);
		const locked = await ask(simulator, APP, { prompt: 'x' });
		expect([locked.status, locked.body['detail']]).toEqual([
			403,
			'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.',
		]);
		expect(simulator.ledger()).toMatchObject([
			{ billed: 10_000_000_000n, delivered: false },
			{ billed: 0n, delivered: false },
		]);
	});
});
