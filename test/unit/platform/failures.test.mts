import { failureFromSdk } from '../../../nodes/platform/failures';
import { retryAfterMs } from '../../../nodes/core/run/rateSignal';
import { APIError, OpenAI } from '../../../nodes/vendor/openai';

const KEY = 'sk-test-0123456789';

/** The error that OpenAI's SDK makes of an answer. */
async function sdkError(status: number, body: string, headers: Record<string, string> = {}): Promise<unknown> {
	return await thrownBy(async () => new Response(body, { status, headers: { 'content-type': 'application/json', 'x-request-id': 'req_42', ...headers } }));
}

async function thrownBy(fetch: () => Promise<Response>): Promise<unknown> {
	const client = new OpenAI({ apiKey: KEY, maxRetries: 0, fetch, logLevel: 'off' });
	try {
		await client.images.generate({ model: 'gpt-image-2', prompt: 'secret prompt' });
	} catch (error) {
		return error;
	}
	throw new Error('The SDK threw nothing.');
}

/** An error of Node or axios, which carries the request with the key. */
function connectionError(code: string, message = 'x'): Error {
	return Object.assign(new Error(`${message} ${KEY}`), { code, config: { headers: { Authorization: `Bearer ${KEY}` } } });
}

const errorBody = (error: unknown): string => JSON.stringify({ error });

describe('an error answer', () => {
	it('keeps code, words, status and request id', async () => {
		const body = errorBody({ message: 'Incorrect API key provided', type: 'invalid_request_error', param: null, code: 'invalid_api_key' });

		expect(failureFromSdk(await sdkError(401, body))).toEqual({
			kind: 'invalidKey',
			message: 'Incorrect API key provided',
			code: 'invalid_api_key',
			status: 401,
			requestId: 'req_42',
			retryAfterMs: null,
			moderation: null,
			shouldRetry: null,
			rate: null,
		});
	});

	it('says where and for what it was moderated', async () => {
		const body = errorBody({
			message: 'Rejected by the safety system.',
			type: 'image_generation_user_error',
			code: 'moderation_blocked',
			moderation_details: { moderation_stage: 'input', categories: ['sexual', 'violence'] },
		});

		expect(failureFromSdk(await sdkError(400, body))).toMatchObject({
			kind: 'moderation',
			moderation: { stage: 'input', categories: ['sexual', 'violence'] },
		});
	});

	it('with categories alone has an unknown stage', async () => {
		const body = errorBody({ code: 'moderation_blocked', moderation_details: { categories: ['sexual'] } });

		expect(failureFromSdk(await sdkError(400, body)).moderation).toEqual({ stage: 'unknown', categories: ['sexual'] });
	});

	it('keeps how long to wait', async () => {
		expect(failureFromSdk(await sdkError(429, errorBody({ message: 'slow' }), { 'retry-after': '12' }))).toMatchObject({
			kind: 'rateLimit',
			retryAfterMs: 12_000,
		});
	});

	it('whose error is a plain text keeps the words', async () => {
		expect(failureFromSdk(await sdkError(400, errorBody('model is required')))).toMatchObject({ kind: 'invalidRequest', message: 'model is required' });
	});

	it.each([
		['html', '<html>Bad Gateway</html>'],
		['nothing', ''],
		['null', 'null'],
		['a number', '7'],
		['an empty object', '{}'],
		['nulls', errorBody({ message: null, type: null, code: null })],
		['numbers', errorBody({ message: 1, type: 2, code: 3, moderation_details: 4 })],
		['a list', errorBody([1])],
	])('that holds %s is told by its status', async (_title, body) => {
		expect(failureFromSdk(await sdkError(502, body))).toMatchObject({
			kind: 'serverError',
			code: 'http_502',
			status: 502,
			requestId: 'req_42',
			message: 'The API answered with status 502 and no explanation.',
		});
	});

	it('keeps nothing of the request: neither key nor prompt nor header', async () => {
		for (const body of ['<html>', errorBody({ message: 'no', code: 'x' }), '']) {
			const failure = JSON.stringify(failureFromSdk(await sdkError(400, body, { 'set-cookie': 'session=secret' })));

			expect(failure).not.toContain(KEY);
			expect(failure).not.toContain('secret');
		}
	});

	it('is also known when it was made without the SDK', () => {
		const error = new APIError(503, { message: 'overloaded' }, undefined, new Headers({ 'x-request-id': 'req_9' }));

		expect(failureFromSdk(error)).toMatchObject({ kind: 'serverError', message: 'overloaded', requestId: 'req_9' });
	});
});

describe('a call without an answer', () => {
	it.each([
		['ECONNREFUSED', 'notSent', 'connection_failed'],
		['ENOTFOUND', 'notSent', 'connection_failed'],
		['EAI_AGAIN', 'notSent', 'connection_failed'],
		['ERR_TLS_CERT_ALTNAME_INVALID', 'notSent', 'connection_failed'],
		['CERT_HAS_EXPIRED', 'notSent', 'connection_failed'],
		['ECONNABORTED', 'timeout', 'timeout'],
		['ETIMEDOUT', 'timeout', 'timeout'],
		['ECONNRESET', 'connectionLost', 'connection_lost'],
		['EPIPE', 'connectionLost', 'connection_lost'],
		['ERR_CANCELED', 'cancelled', 'cancelled'],
		['SOMETHING_NEW', 'connectionLost', 'connection_lost'],
	])('for %s is %s, and its code can be read', async (code, kind, ownCode) => {
		for (const error of [connectionError(code), await thrownBy(async () => Promise.reject(connectionError(code)))]) {
			expect(failureFromSdk(error)).toMatchObject({ kind, code: ownCode, status: null, message: expect.stringContaining(`(${code})`) });
		}
	});

	it('is told by the innermost cause, however deep', () => {
		const nested = new Error('outer', { cause: new Error('middle', { cause: connectionError('ECONNREFUSED') }) });

		expect(failureFromSdk(nested)).toMatchObject({ kind: 'notSent' });
	});

	it('that timed out in the SDK is a timeout', async () => {
		expect(failureFromSdk(await thrownBy(async () => Promise.reject(new Error('Request timed out.'))))).toMatchObject({
			kind: 'timeout',
		});
	});

	it('with causes that go in a circle ends', () => {
		const circle: Error & { cause?: unknown } = new Error('round');
		circle.cause = circle;

		expect(failureFromSdk(circle)).toMatchObject({ kind: 'connectionLost' });
	});

	it.each([[undefined], [null], ['text'], [7], [{}]])('for a thrown %j is a lost connection', (thrown) => {
		expect(failureFromSdk(thrown)).toMatchObject({ kind: 'connectionLost', status: null });
	});

	it('keeps nothing of the request', async () => {
		for (const code of ['ECONNREFUSED', 'ETIMEDOUT', 'ECONNRESET', 'ERR_CANCELED']) {
			expect(JSON.stringify(failureFromSdk(connectionError(code)))).not.toContain(KEY);
			expect(JSON.stringify(failureFromSdk(await thrownBy(async () => Promise.reject(connectionError(code)))))).not.toContain(KEY);
		}
	});
});

describe('an answer that is cut off', () => {
	it('is malformed', async () => {
		const cutOff = async (): Promise<Response> => new Response('{"data":[{"b64_json":"aaaa', { headers: { 'content-type': 'application/json' } });

		expect(failureFromSdk(await thrownBy(cutOff))).toMatchObject({ kind: 'malformedResponse', code: 'malformed_response' });
	});
});

describe('how long the API asks to wait', () => {
	it.each([
		[{ 'retry-after-ms': '1500' }, 1500],
		[{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
		[{ 'retry-after': '2' }, 2000],
		[{ 'retry-after': '0.5' }, 500],
		[{ 'retry-after': '0' }, 0],
		[{ 'retry-after': '-3' }, null],
		[{ 'retry-after-ms': 'soon', 'retry-after': '2' }, 2000],
		[{ 'retry-after': 'soon' }, null],
		[{ 'retry-after': 'Infinity' }, null],
		[{}, null],
	])('%j is %s ms', (headers, wait) => {
		const given = new Headers(headers as Record<string, string>);

		expect(retryAfterMs('', (name) => given.get(name))).toBe(wait);
	});

	it('is not known without headers', () => {
		expect(retryAfterMs('', () => null)).toBeNull();
	});
});
