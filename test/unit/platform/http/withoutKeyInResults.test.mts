import { parseResultLine } from '../../../../nodes/core/batch/resultLine';
import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { createBatchApi } from '../../../../nodes/platform/api/batchApi';
import { createImageApi } from '../../../../nodes/platform/api/client';
import { createWebhookApi } from '../../../../nodes/platform/api/webhookApi';
import { n8nRuntime } from '../../../../nodes/platform/n8n/runtime';
import type { ImageRequest } from '../../../../nodes/core/requests/imageRequest';
import { fakeN8n, jsonAnswer, type FakeAnswer } from '../../fixtures/fakeN8n.mts';

// Looks like nothing that is known for a key.
const KEY = 'gw.token:of-mine.42';
const REQUEST: ImageRequest = {
	model: 'gpt-image-2',
	prompt: 'x',
	quality: 'low',
	size: '1024x1024',
	output_format: 'jpeg',
};

const json = (status: number, body: unknown, headers: Record<string, string> = {}): FakeAnswer => ({
	...jsonAnswer({}),
	statusCode: status,
	headers: { 'content-type': 'application/json', ...headers },
	body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const unicode = [...KEY]
	.map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
	.join('');
const base64 = Buffer.from(KEY).toString('base64');

const ECHOES: Array<[string, FakeAnswer]> = [
	['in a message', json(401, { error: { message: `no such token: ${KEY}` } })],
	[
		'in a message, in another form',
		json(401, { error: { message: `?key=${encodeURIComponent(KEY)} ${base64}` } }),
	],
	['in a message, letter by letter', json(401, `{"error":{"message":"bad ${unicode}"}}`)],
	[
		'at the place where a message is cut',
		json(401, { error: { message: `${'x'.repeat(988)} ${KEY}` } }),
	],
	['in a message with status 200', json(200, { error: { message: `no such token: ${KEY}` } })],
	[
		'in a text with status 200',
		{ ...json(200, `bad ${KEY}`), headers: { 'content-type': 'text/plain' } },
	],
	['as a code', json(400, { error: { code: KEY, message: 'x' } })],
	['as the request ID', json(400, { error: { message: 'x' } }, { 'x-request-id': KEY })],
	[
		'as a category',
		json(400, {
			error: {
				code: 'moderation_blocked',
				message: 'x',
				moderation_details: { moderation_stage: 'input', categories: [KEY] },
			},
		}),
	],
	[
		'as the request ID of an image',
		json(200, { data: [{ b64_json: 'eA==' }] }, { 'x-request-id': KEY }),
	],
];

const looksLike = (text: string): boolean =>
	[KEY, encodeURIComponent(KEY), base64, KEY.slice(0, 10)].some((form) => text.includes(form));

describe('a gateway that gives the key back', () => {
	it.each(ECHOES)('%s finds it in no result', async (_title, answer) => {
		const context = (credential = { apiKey: KEY }) =>
			fakeN8n({ credential, answer: () => answer }).context;
		const images = await createImageApi(context(), 5000, CATALOGUE);
		const batches = await createBatchApi(
			context(),
			5000,
			{ maxAttempts: 1 } as never,
			n8nRuntime(context()),
		);
		const hooks = await createWebhookApi(context());
		const results = [
			await images.generate(REQUEST, { count: 1, idempotencyKey: 'k' }),
			await images.edit(REQUEST, { images: [], mask: null }, { count: 1, idempotencyKey: 'k' }),
			await batches.retrieve('batch_1'),
			await batches.create({ endpoint: '/v1/images/generations', inputFileId: 'f', metadata: {} }),
			await hooks.retrieve('wh_1'),
		];

		const line = batches.withoutKey(
			parseResultLine(
				Buffer.from(
					JSON.stringify({
						custom_id: 'a',
						response: { status_code: 400, body: { error: { message: `no such token: ${KEY}` } } },
					}),
				),
			),
		);

		expect(line).toMatchObject({
			lineId: 'a',
			result: { failure: { message: 'no such token: …' } },
		});
		expect(results.filter((result) => looksLike(JSON.stringify(result)))).toEqual([]);
	});
});
