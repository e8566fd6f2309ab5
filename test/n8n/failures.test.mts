import type { INodeParameters } from 'n8n-workflow';
import { API_KEY, openWorkshop, TODAY, type Workshop } from './workshop.mts';

const CONTINUE = { onError: 'continueRegularOutput' } as const;
const prompts = (...texts: string[]) => texts.map((prompt) => ({ prompt }));
const FROM_ITEM: INodeParameters = { prompt: '={{ $json.prompt }}' };

describe('failures', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => {
		workshop.simulator.reset();
		workshop.simulator.configure({
			now: () => new Date(TODAY),
			latencyMs: 0,
			organizationVerified: true,
			quotaExceeded: false,
			billingHardLimit: false,
		});
	});
	afterAll(async () => await workshop.close());

	describe('bad input is refused before anything is sent, naming the field, the value and what is allowed', () => {
		it.each<[string, INodeParameters, RegExp]>([
			['empty prompt', { prompt: '   ' }, /^'Prompt' is empty/],
			['missing prompt', { prompt: '={{ $json.nothing }}' }, /^'Prompt' is empty/],
			[
				'long prompt',
				{ prompt: `={{ "x".repeat(32001) }}` },
				/^'Prompt' has 32,001 characters; gpt-image-1-mini takes at most 32,000/,
			],
			[
				'quality of another model',
				{ prompt: 'x', quality: 'xhigh' },
				/^'Quality' is 'xhigh', which gpt-image-1-mini does not support\. Choose low, medium, high or auto/,
			],
			[
				'size of another model',
				{ prompt: 'x', size: 'custom', width: 2048, height: 2048 },
				/^'Size' is '2048x2048', which gpt-image-1-mini can't make/,
			],
			[
				'crooked custom size',
				{
					prompt: 'x',
					size: 'custom',
					width: 1000,
					height: 1000,
					model: { __rl: true, mode: 'id', value: 'gpt-image-2' },
				},
				/^'Size' is '1000x1000'\. Width and height must be multiples of 16; the nearest is 1008x1008/,
			],
			[
				'transparent jpeg',
				{ prompt: 'x', options: { background: 'transparent', outputFormat: 'jpeg' } },
				/^'Background' is 'transparent'.*Choose png or webp/,
			],
			[
				'compressed png',
				{ prompt: 'x', options: { outputCompression: 50, outputFormat: 'png' } },
				/^'Output Compression' is '50'.*png/,
			],
			[
				'no image',
				{ prompt: 'x', count: 0 },
				/^'Number of Images' is '0'\. It must be a whole number from 1 to 100/,
			],
			['too many images', { prompt: 'x', count: 101 }, /^'Number of Images' is '101'/],
			[
				'option of another model',
				{ prompt: 'x', options: { complexity: 'low' } },
				/^'Complexity' is 'low', but gpt-image-1-mini does not support this option/,
			],
		])('%s', async (_, parameters, message) => {
			const { execution, output } = await workshop.run([{}], parameters);

			expect(execution.status).toBe('error');
			expect(output.error?.message).toMatch(message);
			expect(output.error?.description).toContain('Nothing was sent, nothing was billed.');
			expect(workshop.simulator.requests).toEqual([]);
		});

		it('one bad item among good ones: nothing is sent for any of them', async () => {
			const { output } = await workshop.run(prompts('a', '', 'c'), FROM_ITEM);

			expect(output.error?.message).toMatch(/^'Prompt' is empty/);
			expect(output.error).toMatchObject({ context: { itemIndex: 1 } });
			expect(workshop.simulator.requests).toEqual([]);
		});
	});

	it('with continue, every other item is delivered and the failed one says why', async () => {
		const { json, output } = await workshop.run(
			prompts('a', 'b [blocked]', '', 'd'),
			FROM_ITEM,
			CONTINUE,
		);

		expect(json.map(({ prompt, code }) => [prompt, code])).toEqual([
			['a', undefined],
			['b [blocked]', 'moderation_blocked'],
			['', 'invalid_input'],
			['d', undefined],
		]);
		expect(output.items.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3].map((item) => ({ item })),
		);
		expect(json[1]).toMatchObject({
			error: expect.stringMatching(
				/^The request was blocked by moderation \(prompt or input image\): /,
			),
			httpStatus: 400,
			moderation: { stage: 'input' },
			cost: { usd: null, basis: 'unknown' },
			request: {
				id: workshop.simulator.requests.find(({ status }) => status === 400)!.requestId,
				attempts: 1,
			},
		});
		expect(json[2]).toMatchObject({
			error: expect.stringMatching(/^'Prompt' is empty/),
			request: { id: null, attempts: 0 },
		});
	});

	it('with an error output, failed items go there with their code, cost and request id', async () => {
		const { output } = await workshop.run(prompts('a', 'b [blocked]', 'c'), FROM_ITEM, {
			onError: 'continueErrorOutput',
		});

		expect(output.outputs[0]!.map(({ json }) => json['prompt'])).toEqual(['a', 'c']);
		expect(output.outputs[1]!.map(({ json }) => json)).toMatchObject([
			{
				prompt: 'b [blocked]',
				code: 'moderation_blocked',
				cost: { usd: null },
				request: { id: expect.stringMatching(/^req_/) },
			},
		]);
	});

	it('with stop, the first failure is the error, and it says what was made and how to keep it', async () => {
		const { execution, output } = await workshop.run(prompts('a', 'b [blocked]', 'c', 'd'), {
			...FROM_ITEM,
			run: { maxConcurrency: 1 },
		});

		expect(execution.status).toBe('error');
		expect(output.error?.message).toMatch(/^The request was blocked by moderation/);
		expect(output.error?.description).toContain(
			'1 image for $0.0022 had been made. It is kept with this execution: trying again',
		);
		expect(output.error).toMatchObject({
			httpCode: '400',
			context: {
				itemIndex: 1,
				data: { code: 'moderation_blocked', requestId: expect.stringMatching(/^req_/) },
			},
		});
		expect(workshop.simulator.requests).toHaveLength(2);
	});

	it('the error is about the item that stopped the run, not about one that waited for its next attempt', async () => {
		workshop.simulator.failNext('serverError');
		const { output } = await workshop.run(prompts('a', 'b [blocked]', 'c', 'd'), {
			...FROM_ITEM,
			run: { maxConcurrency: 2 },
		});

		expect(output.error?.message).toMatch(/^The request was blocked by moderation/);
		expect(output.error).toMatchObject({ context: { itemIndex: 1 } });
	});

	it.each<[string, () => void, RegExp, string]>([
		[
			'a bad key',
			() => workshop.simulator.configure({ apiKey: 'sk-another' }),
			/^The API key was refused/,
			'invalid_api_key',
		],
		[
			'an organization that is not verified',
			() => workshop.simulator.configure({ organizationVerified: false }),
			/^Your organization must be verified to use gpt-image-1-mini/,
			'organization_not_verified',
		],
		[
			'no credit',
			() => workshop.simulator.configure({ quotaExceeded: true }),
			/^No credit is left/,
			'insufficient_quota',
		],
		[
			'the billing limit',
			() => workshop.simulator.configure({ billingHardLimit: true }),
			/^The billing limit is reached/,
			'billing_hard_limit_reached',
		],
		[
			'a redirect',
			() => workshop.simulator.failNext('redirect'),
			/^The address answered with a redirect/,
			'http_302',
		],
	])(
		'%s stops the whole run at once, because every item would fail the same way',
		async (_, break_, message, code) => {
			break_();
			const { json } = await workshop.run(
				prompts(...'abcdefghij'),
				{ ...FROM_ITEM, run: { maxConcurrency: 1 } },
				CONTINUE,
			);
			workshop.simulator.configure({ apiKey: API_KEY });

			expect(workshop.simulator.requests).toHaveLength(1);
			expect(json).toHaveLength(10);
			expect(json[0]).toMatchObject({
				error: expect.stringMatching(message),
				code,
				request: { attempts: 1 },
			});
			expect(json[9]).toMatchObject({
				error: expect.stringMatching(message),
				request: { attempts: 0 },
			});
		},
	);

	it('a model that is gone is refused by the API, and the error says which to use instead', async () => {
		workshop.simulator.configure({ now: () => new Date('2026-12-02') });
		const { output } = await workshop.run([{}], {
			prompt: 'a',
			model: { __rl: true, mode: 'id', value: 'gpt-image-1-mini' },
			whenModelIsGone: 'fail',
		});

		expect(output.error?.message).toBe('The model gpt-image-1-mini is not available');
		expect(output.error?.description).toMatch(
			/Choose gpt-image-2\.5-flare or gpt-image-2\.5-sunburst instead.*2026-12-01.*OpenAI says: The model 'gpt-image-1-mini' does not exist/,
		);
	});

	it.each(['serverError', 'overloaded', 'htmlError', 'dropBeforeWork'] as const)(
		'%s is tried again and the image delivered',
		async (fault) => {
			workshop.simulator.failNext(fault);
			const { json } = await workshop.run([{}], { prompt: 'a' });

			expect(json[0]!['request']).toMatchObject({ attempts: 2 });
			expect(workshop.simulator.billed).toHaveLength(1);
		},
	);

	it('a refusal for the rate limit is waited out and uses up no attempt', async () => {
		workshop.simulator.failNext('rateLimit', 3);
		const { json } = await workshop.run([{}], { prompt: 'a', run: { maxAttempts: 1 } });

		expect(json[0]!['request']).toMatchObject({ attempts: 1 });
		expect(workshop.simulator.requests).toHaveLength(4);
	});

	it('an answer that is lost after the work counts as perhaps billed, and the same key goes with each attempt', async () => {
		workshop.simulator.failNext('dropBeforeAnswer');
		const { json } = await workshop.run([{}], { prompt: 'a' });

		const keys = workshop.simulator.requests.map(({ headers }) => headers['idempotency-key']);
		expect(json[0]!['request']).toMatchObject({ attempts: 2, maybeBilledAttempts: 1 });
		expect(workshop.simulator.billed).toHaveLength(2);
		expect(keys[0]).toMatch(/^[\da-f]{64}$/);
		expect(new Set(keys).size).toBe(1);
	});

	it('a request that takes too long ends, is tried again as often as asked, and says what to change', async () => {
		workshop.simulator.configure({ latencyMs: 5_000 });
		const { json } = await workshop.run(
			[{}],
			{ prompt: 'a', run: { timeoutSeconds: 1, maxAttempts: 2 } },
			CONTINUE,
		);

		expect(json[0]).toMatchObject({
			code: 'timeout',
			description: expect.stringContaining("Raise 'Timeout (Seconds)'"),
			request: { attempts: 2, maybeBilledAttempts: 2 },
		});
		expect(workshop.simulator.requests.map(({ aborted }) => aborted)).toEqual([true, true]);
	});

	it.each([
		['malformedJson', 'The answer is not valid JSON.'],
		['emptyData', 'The API answered, but without an image.'],
	] as const)('%s is an error, not an empty item', async (fault, message) => {
		workshop.simulator.failNext(fault, 10);
		const { json } = await workshop.run([{}], { prompt: 'a' }, CONTINUE);

		expect(json[0]).toMatchObject({
			error: message,
			code: 'malformed_response',
			cost: { usd: null },
		});
	});

	it('an error without a message still says something', async () => {
		workshop.simulator.failNext('nullMessage');
		const { json } = await workshop.run([{}], { prompt: 'a' }, CONTINUE);

		expect(json[0]!['error']).toBe(
			'The API refused the request: The API answered with status 400 and no explanation.',
		);
	});

	it('n8n’s cancel button ends what is in flight and sends nothing more', async () => {
		workshop.simulator.configure({ latencyMs: 30_000 });
		const id = await workshop.start(prompts(...'abcdefghijkl'), {
			...FROM_ITEM,
			run: { maxConcurrency: 4 },
		});
		await expectEventually(() => workshop.simulator.inFlight === 4);
		await workshop.n8n.cancelExecution(id);
		await expectEventually(() => workshop.simulator.inFlight === 0);

		expect((await workshop.n8n.waitForExecution(id)).status).toBe('canceled');
		expect(workshop.simulator.requests).toHaveLength(4);
		expect(workshop.simulator.requests.every(({ aborted }) => aborted)).toBe(true);
	});

	it('the key is in no item, no stored execution and no log', async () => {
		for (const fault of ['serverError', 'dropBeforeWork', 'malformedJson', 'redirect'] as const) {
			workshop.simulator.failNext(fault, 4);
			const { execution } = await workshop.run(prompts('a', 'b [blocked]'), FROM_ITEM, CONTINUE);
			expect(JSON.stringify(execution)).not.toContain(API_KEY);
			workshop.simulator.reset();
		}
		workshop.simulator.configure({ apiKey: 'sk-another' });
		const { execution } = await workshop.run([{}], { prompt: 'a' });
		workshop.simulator.configure({ apiKey: API_KEY });

		expect(JSON.stringify(execution)).not.toContain(API_KEY);
		expect(JSON.stringify(workshop.n8n.push.messages)).not.toContain(API_KEY);
		expect(workshop.n8n.log()).not.toContain(API_KEY);
	});
});

async function expectEventually(holds: () => boolean): Promise<void> {
	const end = Date.now() + 10_000;
	while (!holds() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
	expect(holds()).toBe(true);
}
