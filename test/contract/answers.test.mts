import { realAnswer, realAnswers } from '../simulator/index.mts';
import type { RealAnswerName } from '../simulator/index.mts';
import { closeAll, editForm, generate, picture, send, simulate, until } from './support.mts';

afterEach(closeAll);

/** One image of 1024 x 1024 at low quality with a prompt of 7 tokens. */
const COST = 5_915_000_000n;

describe('answers that a test words', () => {
	test('go out in order, with their headers and bodies, billed or not', async () => {
		const simulator = await simulate();
		simulator.answerNext([
			{ status: 418, body: { error: { message: 'a teapot' } }, headers: { 'x-pot': '1' } },
			{ status: 502, body: '<html>gone</html>', billed: true },
			{ status: 503, body: 'no upstream' },
		]);
		const [json, html, text, good] = [
			await generate(simulator),
			await generate(simulator),
			await generate(simulator),
			await generate(simulator),
		];
		expect([json.status, json.error.message, json.headers.get('x-pot')]).toEqual([
			418,
			'a teapot',
			'1',
		]);
		expect([html.status, html.headers.get('content-type'), html.text]).toEqual([
			502,
			'text/html',
			'<html>gone</html>',
		]);
		expect([text.status, text.headers.get('content-type')]).toEqual([503, 'text/plain']);
		expect(good.status).toBe(200);
		expect(simulator.billedPicodollars()).toBe(2n * COST);
		expect(
			simulator.ledger().map(({ billed, delivered, fault }) => [billed, delivered, fault]),
		).toEqual([
			[0n, false, 'scripted'],
			[COST, false, 'scripted'],
			[0n, false, 'scripted'],
			[COST, true, null],
		]);
	});

	test('can be chosen by what is asked, and be late', async () => {
		const simulator = await simulate();
		simulator.answerWhen(({ parameters }) =>
			parameters.prompt === 'bad'
				? 'envoy503'
				: parameters.prompt === 'late'
					? { delayMs: 150 }
					: null,
		);
		expect((await generate(simulator, { prompt: 'bad' })).text).toMatch(/^upstream connect error/);
		const before = Date.now();
		expect((await generate(simulator, { prompt: 'late' })).status).toBe(200);
		expect(Date.now() - before).toBeGreaterThanOrEqual(140);
		expect((await generate(simulator)).status).toBe(200);
		expect((await send(simulator, '/models')).status).toBe(200);
		simulator.answerWhen(null);
		expect((await generate(simulator, { prompt: 'bad' })).status).toBe(200);
	});

	test('a client that gives up waiting has paid and got nothing', async () => {
		const simulator = await simulate();
		simulator.answerNext({ delayMs: 60_000 });
		const abort = new AbortController();
		const lost = fetch(`${simulator.baseUrl}/images/generations`, {
			method: 'POST',
			signal: abort.signal,
			body: '{"model":"gpt-image-2","prompt":"x","quality":"low"}',
			headers: { authorization: 'Bearer sk-simulator', 'idempotency-key': 'k-1' },
		});
		// It has read the request and gives the answer later.
		await until(() => simulator.billed.length > 0);
		abort.abort();
		await expect(lost).rejects.toThrow();
		await until(() => simulator.requests[0]?.aborted === true);
		expect(simulator.ledger()).toMatchObject([
			{
				requestNumber: 1,
				asked: 1,
				images: 1,
				model: 'gpt-image-2',
				prompt: 'x',
				billed: COST,
				delivered: false,
				idempotencyKey: 'k-1',
			},
		]);
	});

	test('can be meant for other endpoints', async () => {
		const simulator = await simulate();
		simulator.answerNext({ status: 500, body: 'x' }, '/v1/models');
		expect((await generate(simulator)).status).toBe(200);
		expect((await send(simulator, '/models')).status).toBe(500);
		expect((await send(simulator, '/models')).status).toBe(200);
	});

	test('a request that is refused anyhow is refused, and costs nothing', async () => {
		const simulator = await simulate();
		simulator.answerNext('cloudflare524');
		expect((await generate(simulator, { n: 99 })).status).toBe(400);
		expect(simulator.ledger()).toMatchObject([{ billed: 0n, fault: null }]);
	});
});

describe('answers of real servers', () => {
	test.each(Object.keys(realAnswers) as RealAnswerName[])(
		'%s goes out by its name',
		async (name) => {
			const simulator = await simulate();
			simulator.failNext(name);
			const { status, headers, text } = await generate(simulator, { model: 'gpt-image-2.5-flare' });
			const expected = realAnswer(name, 'gpt-image-2.5-flare');
			expect(status).toBe(expected.status);
			expect(text).toBe(
				typeof expected.body === 'string' ? expected.body : JSON.stringify(expected.body),
			);
			expect(text).not.toContain('{model}');
			expect(Object.fromEntries(headers)).toMatchObject(expected.headers ?? {});
			expect(simulator.billed).toHaveLength(expected.billed === true ? 1 : 0);
		},
	);

	test('pages of gateways come after work that was billed, unless told otherwise', async () => {
		const simulator = await simulate();
		simulator.answerNext(['cloudflare524', { ...realAnswer('cloudflare524'), billed: false }]);
		expect([(await generate(simulator)).status, simulator.billed.length]).toEqual([524, 1]);
		expect([(await generate(simulator)).status, simulator.billed.length]).toEqual([524, 1]);
	});

	test('an unknown name is a mistake of the test', async () => {
		const simulator = await simulate();
		expect(() => simulator.failNext('unheardOf' as RealAnswerName)).toThrow("no fault 'unheardOf'");
	});
});

describe('oddities', () => {
	test.each([
		[
			'zeros',
			{
				input_tokens: 0,
				input_tokens_details: { text_tokens: 0, image_tokens: 0 },
				output_tokens: 0,
				total_tokens: 0,
			},
		],
		[
			'inputOnly',
			{
				input_tokens: 7,
				input_tokens_details: { text_tokens: 7, image_tokens: 0 },
				output_tokens: 0,
				total_tokens: 7,
			},
		],
		['noDetails', { input_tokens: 7, output_tokens: 196, total_tokens: 203 }],
		['missing', undefined],
	] as const)(
		'a usage of %s is said once, or always, and billed in full',
		async (usage, expected) => {
			const simulator = await simulate();
			simulator.failNext({ usage });
			expect((await generate(simulator)).body.usage).toEqual(expected);
			expect((await generate(simulator)).body.usage).toMatchObject({ output_tokens: 196 });
			simulator.configure({ usage });
			expect((await generate(simulator)).body.usage).toEqual(expected);
			expect(simulator.billedPicodollars()).toBe(3n * COST);
			expect(simulator.ledger().every(({ delivered }) => delivered)).toBe(true);
		},
	);

	test('a bare answer has its images and its usage, if that, and is from 1970', async () => {
		const simulator = await simulate();
		simulator.failNext({ bare: true });
		simulator.failNext({ bare: true, usage: 'missing' });
		expect(Object.keys((await generate(simulator)).body)).toEqual(['created', 'data', 'usage']);
		expect((await generate(simulator)).body).toEqual({
			created: 0,
			data: [{ b64_json: expect.any(String) }],
		});
		expect(simulator.billedPicodollars()).toBe(2n * COST);
	});

	test('fewer or more images than asked for are delivered and billed', async () => {
		const simulator = await simulate();
		simulator.failNext({ fewerImages: 1 });
		simulator.failNext({ moreImages: 3 });
		expect((await generate(simulator, { n: 4 })).body.data).toHaveLength(1);
		expect((await generate(simulator)).body.data).toHaveLength(3);
		expect(
			simulator.ledger().map(({ asked, images, billed, fault }) => [asked, images, billed, fault]),
		).toEqual([
			[4, 1, COST, 'fewerImages'],
			[1, 3, 3n * COST, 'moreImages'],
		]);
	});

	test('edits of gpt-image-1.5 put out text, the same for the same prompt', async () => {
		const simulator = await simulate();
		const image = { bytes: await picture('png'), type: 'image/png' };
		const texts: number[] = [];
		for (const model of ['gpt-image-1.5', 'gpt-image-1.5', 'gpt-image-2']) {
			const { body } = await editForm(simulator, [['image', image]], model);
			texts.push(
				(body.usage as { output_tokens_details: { text_tokens: number } }).output_tokens_details
					.text_tokens,
			);
		}
		expect(texts[0]).toBeGreaterThanOrEqual(143);
		expect(texts[0]).toBeLessThanOrEqual(308);
		expect(texts.slice(1)).toEqual([texts[0], 0]);
		const { costPicodollars = 0n, usage } = simulator.billed[0] ?? {};
		const input = usage?.input_tokens_details ?? { text_tokens: 0, image_tokens: 0 };
		expect(costPicodollars).toBe(
			BigInt(input.text_tokens) * 5_000_000n +
				BigInt(input.image_tokens) * 8_000_000n +
				272n * 32_000_000n +
				BigInt(texts[0] ?? 0) * 10_000_000n,
		);
	});
});
