import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import type { ImageRequest } from '../../../../nodes/core/requests/imageRequest';
import { createImageApi } from '../../../../nodes/platform/api/client';
import { CREDENTIAL } from '../../../../nodes/platform/http/http';
import type { ImageApi } from '../../../../nodes/platform/providers/imageApi';
import { fakeN8n, type FakeN8n, type FakeSetup, jsonAnswer } from '../../fixtures/fakeN8n.mts';

const REQUEST: ImageRequest = {
	model: 'gpt-image-2',
	prompt: 'a red balloon',
	quality: 'low',
	size: '1024x1024',
	output_format: 'jpeg',
};
const OPTIONS = { count: 2, idempotencyKey: 'key-1' };
const MADE = { data: [{ b64_json: 'eA==' }, { b64_json: 'eQ==' }], size: '1024x1024' };
const PLACEHOLDER = 'signed-by-the-credential';

async function setUp(setup: FakeSetup): Promise<{ api: ImageApi; n8n: FakeN8n }> {
	const n8n = fakeN8n({ listsModels: true, ...setup });
	return { api: await createImageApi(n8n.context, 5000, CATALOGUE), n8n };
}

const headersOf = (n8n: FakeN8n): Record<string, string> =>
	Object.fromEntries(
		Object.entries(n8n.requests[0]?.options.headers ?? {}).map(([name, value]) => [
			name.toLowerCase(),
			String(value),
		]),
	);

describe('a request to the API', () => {
	it('goes through n8n, which signs it, follows no redirect, ends it in time and gives all answers back', async () => {
		const { api, n8n } = await setUp({ answer: () => jsonAnswer(MADE) });
		await api.generate(REQUEST, OPTIONS);

		expect(n8n.requests).toHaveLength(1);
		expect(n8n.requests[0]).toMatchObject({
			credential: CREDENTIAL,
			options: {
				url: 'https://api.openai.com/v1/images/generations',
				method: 'POST',
				timeout: 5000,
				disableFollowRedirect: true,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				encoding: 'stream',
			},
		});
		expect(n8n.requests[0]?.on).toBe(n8n.context);
	});

	it('carries exactly what was checked, and the number of images', async () => {
		const { api, n8n } = await setUp({ answer: () => jsonAnswer(MADE) });
		await api.generate({ ...REQUEST, output_compression: 0 }, OPTIONS);

		expect(JSON.parse(String(n8n.requests[0]?.options.body))).toEqual({
			...REQUEST,
			output_compression: 0,
			n: 2,
		});
	});

	it('carries no signature of its own: neither header nor placeholder', async () => {
		const { api, n8n } = await setUp({ answer: () => jsonAnswer(MADE) });
		await api.generate(REQUEST, OPTIONS);
		const headers = headersOf(n8n);

		for (const name of ['authorization', 'openai-organization', 'openai-project'])
			expect(headers).not.toHaveProperty(name);
		expect(
			JSON.stringify([n8n.requests[0]?.options.headers, n8n.requests[0]?.options.body]),
		).not.toContain(PLACEHOLDER);
	});

	it('carries its idempotency key, and says what it is', async () => {
		const { api, n8n } = await setUp({ answer: () => jsonAnswer(MADE) });
		await api.generate(REQUEST, OPTIONS);

		expect(headersOf(n8n)).toMatchObject({
			'idempotency-key': 'key-1',
			'content-type': 'application/json',
		});
	});

	it.each([
		[
			' https://gateway.example/openai/v1/ ',
			'https://gateway.example/openai/v1/images/generations',
		],
		['', 'https://api.openai.com/v1/images/generations'],
	])('goes to the base URL of the credential: %j', async (baseUrl, url) => {
		const { api, n8n } = await setUp({ credential: { baseUrl }, answer: () => jsonAnswer(MADE) });
		await api.generate(REQUEST, OPTIONS);

		expect(n8n.requests[0]?.options.url).toBe(url);
	});

	it.each(['https://mine.openai.azure.com/openai/v1', 'https://mine.openai.azure.com/openai/'])(
		'is not made when an API version comes on top of %s',
		async (baseUrl) => {
			await expect(
				setUp({ credential: { provider: 'azure', baseUrl, apiVersion: '2025-04-01-preview' } }),
			).rejects.toMatchObject({
				message: expect.stringMatching(
					/^The credential's 'API Version' is "2025-04-01-preview", but its 'Base URL' ends in \/openai/,
				),
				description: expect.stringContaining("clear 'API Version'"),
			});
		},
	);

	it('is not made when the base URL can’t be used', async () => {
		await expect(
			setUp({ credential: { baseUrl: 'http://api.openai.com/v1' } }),
		).rejects.toMatchObject({
			message: expect.stringContaining("The credential's 'Base URL'"),
			description: "Open the credential of this node and correct 'Base URL'.",
		});
	});
});

describe('an edit', () => {
	const file = (content: string, name: string, type: string): File =>
		new File([content], name, { type });

	async function formOf(mask: File | null): Promise<FormData> {
		const { api, n8n } = await setUp({ answer: () => jsonAnswer(MADE) });
		await api.edit(
			REQUEST,
			{
				images: [file('one', 'image-1.png', 'image/png'), file('two', 'image-2.jpg', 'image/jpeg')],
				mask,
			},
			OPTIONS,
		);

		expect(n8n.requests[0]?.options.url).toBe('https://api.openai.com/v1/images/edits');
		expect(headersOf(n8n)).not.toHaveProperty('authorization');
		return n8n.requests[0]?.options.body as unknown as FormData;
	}

	it('is a form with all images in order, and the parameters as text', async () => {
		const form = await formOf(null);
		const images = form.getAll('image[]') as File[];

		expect(images.map(({ name, type }) => [name, type])).toEqual([
			['image-1.png', 'image/png'],
			['image-2.jpg', 'image/jpeg'],
		]);
		expect(await Promise.all(images.map(async (image) => await image.text()))).toEqual([
			'one',
			'two',
		]);
		expect([...form].filter(([, value]) => typeof value === 'string')).toEqual([
			['model', 'gpt-image-2'],
			['prompt', 'a red balloon'],
			['quality', 'low'],
			['size', '1024x1024'],
			['output_format', 'jpeg'],
			['n', '2'],
		]);
		expect(form.has('mask')).toBe(false);
	});

	it('has its mask in a field of its own', async () => {
		const mask = (await formOf(file('mask', 'mask.png', 'image/png'))).get('mask') as File;

		expect([mask.name, mask.type, await mask.text()]).toEqual(['mask.png', 'image/png', 'mask']);
	});
});

describe('an answer of the API', () => {
	it('brings images, usage and the request id', async () => {
		const { api } = await setUp({ answer: () => jsonAnswer(MADE) });

		const result = await api.generate(REQUEST, OPTIONS);

		expect(result.ok && result.value.images.map((image) => image().toString())).toEqual(['x', 'y']);
		expect(result).toMatchObject({
			ok: true,
			value: {
				rate: null,
				requestId: 'req_1',
				response: {
					size: '1024x1024',
					quality: null,
					background: null,
					created: null,
					stated: null,
					usage: null,
				},
			},
		});
	});

	it('without an image is a failure that can be traced', async () => {
		const { api } = await setUp({ answer: () => jsonAnswer({ data: [] }) });

		expect(await api.generate(REQUEST, OPTIONS)).toMatchObject({
			ok: false,
			failure: { kind: 'malformedResponse', requestId: 'req_1' },
		});
	});

	it.each([
		[
			'html',
			{ statusCode: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<html>') },
			'malformedResponse',
		],
		[
			'cut off JSON',
			{
				statusCode: 200,
				headers: { 'content-type': 'application/json' },
				body: Buffer.from('{"data":[{"b6'),
			},
			'malformedResponse',
		],
		['nothing', { statusCode: 204, headers: {}, body: Buffer.alloc(0) }, 'malformedResponse'],
		[
			'a redirect',
			{ statusCode: 307, headers: { location: 'https://evil.test/' }, body: Buffer.alloc(0) },
			'redirected',
		],
		[
			'a rate limit',
			jsonAnswer({ error: { message: 'slow' } }, 429, { 'retry-after': '3' }),
			'rateLimit',
		],
		[
			'a bad gateway',
			{ statusCode: 502, headers: { 'content-type': 'text/html' }, body: Buffer.from('<html>') },
			'gatewayTimeout',
		],
	])('that is %s is a failure, told by what it is', async (_title, answer, kind) => {
		const { api, n8n } = await setUp({ answer: () => answer });

		expect(await api.generate(REQUEST, OPTIONS)).toMatchObject({ ok: false, failure: { kind } });
		expect(n8n.requests).toHaveLength(1);
	});

	it('with a header of several values is read', async () => {
		const answer = jsonAnswer(MADE);
		const { api } = await setUp({
			answer: () => ({ ...answer, headers: { ...answer.headers, 'set-cookie': ['a=1', 'b=2'] } }),
		});

		expect((await api.generate(REQUEST, OPTIONS)).ok).toBe(true);
	});
});

describe('a call that n8n ends', () => {
	const thrown = (code: string): Error =>
		Object.assign(new Error('canceled'), {
			code,
			config: { headers: { Authorization: 'Bearer sk-test-0123456789' } },
		});

	it.each([
		['ERR_CANCELED', 'cancelled'],
		['ECONNABORTED', 'timeout'],
		['ECONNREFUSED', 'notSent'],
		['ECONNRESET', 'connectionLost'],
	])('with %s is %s, once, and without the key', async (code, kind) => {
		const { api, n8n } = await setUp({ answer: async () => await Promise.reject(thrown(code)) });
		const result = await api.generate(REQUEST, OPTIONS);

		expect(result).toMatchObject({ ok: false, failure: { kind } });
		expect(JSON.stringify(result)).not.toContain('sk-test');
		expect(n8n.requests).toHaveLength(1);
	});
});

describe('the models of a key', () => {
	it('are listed with their ends', async () => {
		const { api, n8n } = await setUp({
			answer: () =>
				jsonAnswer({
					object: 'list',
					data: [
						{ id: 'gpt-image-2', shutdown_date: null },
						{ id: 'gpt-image-1-mini', shutdown_date: '2026-12-01' },
						{ id: 'gpt-5' },
						{ id: 5 },
						{ id: 'x', shutdown_date: 7 },
					],
				}),
		});

		expect(await api.listModels()).toEqual({
			ok: true,
			value: [
				{ id: 'gpt-image-2', shutdown: null },
				{ id: 'gpt-image-1-mini', shutdown: '2026-12-01' },
				{ id: 'gpt-5' },
				{ id: 'x' },
			],
		});
		expect(n8n.requests[0]?.options).toMatchObject({
			method: 'GET',
			url: 'https://api.openai.com/v1/models',
		});
	});

	it('that can’t be listed are a failure', async () => {
		const { api } = await setUp({ answer: () => jsonAnswer({ error: { message: 'no' } }, 401) });

		expect(await api.listModels()).toMatchObject({ ok: false, failure: { kind: 'invalidKey' } });
	});

	it.each([[{}], [{ data: null }], ['<html>']])(
		'in an answer that makes no sense (%j) are a failure or none, never a crash',
		async (body) => {
			const { api } = await setUp({ answer: () => jsonAnswer(body) });
			const result = await api.listModels();

			expect(result.ok ? result.value : []).toEqual([]);
		},
	);
});
