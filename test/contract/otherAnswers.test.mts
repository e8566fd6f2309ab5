import type { Simulator } from '../simulator/index.mts';
import { postJson, send, start } from './support.mts';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await start();
});
afterAll(() => simulator.close());

const INVALID = 'invalid_request_error';
const USER = 'image_generation_user_error';

describe('accepts', () => {
	afterEach(() => simulator.reset());

	test.each([
		['a prompt of 32,000 characters', { prompt: 'x'.repeat(32_000) }],
		['a prompt of spaces', { prompt: '   ' }],
		[
			'nulls for what is optional',
			{ n: null, size: null, quality: null, background: null, output_format: null, stream: null },
		],
		['a PNG compression of 100', { output_compression: 100 }],
		['user and safety_identifier', { user: 'u-1', safety_identifier: 's'.repeat(128) }],
		['the smallest size', { size: '1024x640' }],
		['a ratio of exactly 3:1', { size: '1536x512' }],
		['a dated alias', { model: 'gpt-image-2-2026-04-21' }],
		[
			'max and complexity on 2.6',
			{ model: 'gpt-image-2.6-flare', quality: 'max', complexity: 'high' },
		],
	])('%s', async (_name, change) => {
		const { status } = await postJson(simulator, '/images/generations', {
			model: 'gpt-image-2',
			prompt: 'x',
			quality: 'low',
			...change,
		});
		expect(status).toBe(200);
	});
});

test('moderation blocks marked prompts before or after the work, unbilled', async () => {
	for (const [marker, stage] of [
		['[blocked]', 'input'],
		['[blocked-output]', 'output'],
	]) {
		const { status, error, headers } = await postJson(simulator, '/images/generations', {
			model: 'gpt-image-2',
			prompt: `x ${marker}`,
			quality: 'low',
		});
		expect(status).toBe(400);
		expect(error).toMatchObject({
			type: USER,
			code: 'moderation_blocked',
			moderation_details: { moderation_stage: stage, categories: ['violence'] },
		});
		expect(error.message).toContain(
			`include the request ID ${headers.get('x-request-id')}. safety_violations=[violence].`,
		);
	}
	expect(simulator.billed).toEqual([]);
});

test('the code for a model that is gone can be the other one that was seen', async () => {
	simulator.configure({ goneModelCode: 'invalid_value' });
	const { error } = await postJson(simulator, '/images/generations', {
		model: 'gpt-image-1',
		prompt: 'x',
	});
	expect(error).toMatchObject({
		code: 'invalid_value',
		message: "The model 'gpt-image-1' does not exist.",
	});
});

test('a body that is no JSON object is refused', async () => {
	for (const body of ['{', '[]', 'null']) {
		const { status, error } = await send(simulator, '/images/generations', {
			method: 'POST',
			body,
			headers: { 'content-type': 'application/json' },
		});
		expect({ status, type: error.type }).toEqual({ status: 400, type: INVALID });
	}
});

test.each([
	['GET', '/images/generations'],
	['POST', '/images/variations'],
	['GET', '/nothing'],
])('%s %s is an invalid URL', async (method, path) => {
	const { status, error } = await send(simulator, path, { method });
	expect(status).toBe(404);
	expect(error).toEqual({
		message: `Invalid URL (${method} /v1${path})`,
		type: INVALID,
		param: null,
		code: null,
	});
});

test('no key at all is refused on every path', async () => {
	for (const path of ['/models', '/files', '/images/generations', '/nothing']) {
		const { status, error } = await send(simulator, path, { headers: { authorization: '' } });
		expect(status).toBe(401);
		expect(error.message).toContain("You didn't provide an API key.");
	}
});
