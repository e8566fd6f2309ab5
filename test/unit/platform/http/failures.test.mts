import { failureFromSdk } from '../../../../nodes/platform/http/failures';
import { NodeApiError } from 'n8n-workflow';
import { apiServerOf } from '../../../../nodes/core/providers/connection';
import { imagesFrom } from '../../../../nodes/platform/providers/imagesAnswer';
import { fetchThroughN8n, type RequestContext } from '../../../../nodes/platform/http/http';
import { LargeBodies } from '../../../../nodes/platform/http/largeBodies';
import { handedOut, NODE } from '../../fixtures/fakeN8n.mts';
import { retryAfterMs } from '../../../../nodes/core/failures/rateSignal';
import { APIError, OpenAI } from '../../../../nodes/vendor/openai';

const KEY = 'sk-test-0123456789';

/** The error that OpenAI's SDK makes of an answer. */
async function sdkError(
	status: number,
	body: string,
	headers: Record<string, string> = {},
): Promise<unknown> {
	return await thrownBy(
		async () =>
			new Response(body, {
				status,
				headers: { 'content-type': 'application/json', 'x-request-id': 'req_42', ...headers },
			}),
	);
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
	return Object.assign(new Error(`${message} ${KEY}`), {
		code,
		config: { headers: { Authorization: `Bearer ${KEY}` } },
	});
}

/** A fetch over n8n's helper, which gets this answer. */
function answering(status: number, body: string, apiKey = KEY, contentType = 'application/json') {
	const headers = { 'content-type': contentType, 'x-request-id': 'req_1' };
	const helpers = {
		httpRequestWithAuthentication: async () =>
			handedOut({ statusCode: status, headers, body: Buffer.from(body) }),
	};
	const send = fetchThroughN8n(
		{ helpers } as unknown as RequestContext,
		{ id: '1', name: 'x', type: 'x', data: { apiKey } },
		1000,
	);
	return {
		fetch: async () =>
			await send('https://api.example.com/v1/images/generations', { method: 'POST' }),
	};
}

const errorBody = (error: unknown): string => JSON.stringify({ error });

describe('an error answer', () => {
	it('keeps code, words, status and request id', async () => {
		const body = errorBody({
			message: 'Incorrect API key provided',
			type: 'invalid_request_error',
			param: null,
			code: 'invalid_api_key',
		});

		expect(failureFromSdk(await sdkError(401, body))).toEqual({
			kind: 'invalidKey',
			message: 'Incorrect API key provided',
			code: 'invalid_api_key',
			status: 401,
			requestId: 'req_42',
			retryAfterMs: null,
			shouldRetry: null,
			moderation: null,
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
		const body = errorBody({
			code: 'moderation_blocked',
			moderation_details: { categories: ['sexual'] },
		});

		expect(failureFromSdk(await sdkError(400, body)).moderation).toEqual({
			stage: 'unknown',
			categories: ['sexual'],
		});
	});

	it('keeps how long to wait', async () => {
		expect(
			failureFromSdk(await sdkError(429, errorBody({ message: 'slow' }), { 'retry-after': '12' })),
		).toMatchObject({
			kind: 'rateLimit',
			retryAfterMs: 12_000,
		});
	});

	it('whose error is a plain text keeps the words', async () => {
		expect(failureFromSdk(await sdkError(400, errorBody('model is required')))).toMatchObject({
			kind: 'invalidRequest',
			message: 'model is required',
		});
	});

	it.each([
		['nothing', ''],
		['null', 'null'],
		['a number', '7'],
		['an empty object', '{}'],
		['nulls', errorBody({ message: null, type: null, code: null })],
		['numbers', errorBody({ message: 1, type: 2, code: 3, moderation_details: 4 })],
		['a list', errorBody([1])],
	])('that holds %s is told by its status', async (_title, body) => {
		expect(failureFromSdk(await sdkError(502, body))).toMatchObject({
			kind: 'gatewayTimeout',
			code: 'http_502',
			status: 502,
			requestId: 'req_42',
			message: 'The API answered with status 502 and no explanation.',
		});
	});

	it('keeps nothing of the request: neither key nor prompt nor header', async () => {
		for (const body of ['<html>', errorBody({ message: 'no', code: 'x' }), '']) {
			const failure = JSON.stringify(
				failureFromSdk(await sdkError(400, body, { 'set-cookie': 'session=secret' })),
			);

			expect(failure).not.toContain(KEY);
			expect(failure).not.toContain('secret');
		}
	});

	it('is also known when it was made without the SDK', () => {
		const error = new APIError(
			503,
			{ message: 'overloaded' },
			undefined,
			new Headers({ 'x-request-id': 'req_9' }),
		);

		expect(failureFromSdk(error)).toMatchObject({
			kind: 'serverError',
			message: 'overloaded',
			requestId: 'req_9',
		});
	});
});

/** Bodies as public logs have them. */
const dialects: Array<[title: string, status: number, body: string, expected: object]> = [
	[
		'fal.ai, a sentence',
		403,
		'{"detail":"User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."}',
		{ kind: 'insufficientQuota', message: expect.stringMatching(/^User is locked/) },
	],
	[
		'fal.ai, a field',
		422,
		'{"detail":[{"loc":["body","image_size"],"msg":"value is not valid","type":"value_error"}]}',
		{ kind: 'invalidRequest', code: 'value_error', message: 'image_size: value is not valid' },
	],
	[
		'fal.ai, moderation',
		422,
		'{"detail":[{"loc":["body","prompt"],"msg":"The content could not be processed.","type":"content_policy_violation"}]}',
		{ kind: 'moderation', code: 'content_policy_violation' },
	],
	[
		'a relay',
		500,
		'{"error":{"message":"Unknown error","localized_message":"Unknown error","type":"shell_api_error","param":"","code":null}}',
		{ kind: 'serverError', message: 'Unknown error' },
	],
	[
		'a relay whose message is empty',
		400,
		'{"error":{"message":"","localized_message":"Image was not generated","type":"shell_api_error","param":""}}',
		{ message: 'Image was not generated' },
	],
	[
		'a success flag',
		403,
		'{"success":false,"message":"no access"}',
		{ kind: 'permissionDenied', message: 'no access' },
	],
	[
		'a numeric code',
		402,
		'{"error":{"message":"Insufficient credits","code":402},"user_id":"user_1"}',
		{ kind: 'insufficientQuota', code: 'insufficient_quota', message: 'Insufficient credits' },
	],
	[
		'errors in errors',
		402,
		'{"error":{"error":{"message":"More credits are required","code":402},"code":402}}',
		{ kind: 'insufficientQuota', message: 'More credits are required' },
	],
	[
		'OpenRouter, the reason in JSON',
		400,
		JSON.stringify({
			error: {
				message: 'Provider returned error',
				code: 400,
				metadata: {
					raw: '{"error":{"message":"Rejected by the safety system.","code":"moderation_blocked","moderation_details":{"moderation_stage":"output","categories":["violence"]}}}',
					provider_name: 'X',
				},
			},
		}),
		{
			kind: 'moderation',
			code: 'moderation_blocked',
			message: 'Provider returned error: Rejected by the safety system.',
			moderation: { stage: 'output', categories: ['violence'] },
		},
	],
	[
		'OpenRouter, the reason as text',
		429,
		JSON.stringify({
			error: {
				message: 'Provider returned error',
				code: 429,
				metadata: { raw: 'it is temporarily rate-limited upstream. Please retry after 26 seconds' },
			},
		}),
		{
			kind: 'rateLimit',
			retryAfterMs: 26_000,
			message: expect.stringContaining('rate-limited upstream'),
		},
	],
	[
		'OpenRouter, moderation',
		403,
		JSON.stringify({
			error: {
				code: 403,
				message: 'Your input was flagged',
				metadata: { reasons: ['violence'], flagged_input: 'secret prompt', provider_name: 'X' },
			},
		}),
		{ kind: 'moderation', moderation: { stage: 'input', categories: ['violence'] } },
	],
	[
		'an error as JSON in a message',
		403,
		JSON.stringify({
			success: false,
			error: {
				message:
					'{"error":"Forbidden","message":"{\\"error\\":{\\"code\\":\\"Forbidden\\",\\"message\\":\\"Your resource has been temporarily blocked because we detected behavior that may violate our content policy.\\"}}"}',
				code: 'FORBIDDEN',
			},
		}),
		{
			kind: 'permissionDenied',
			message: expect.stringMatching(/^Your resource has been temporarily blocked/),
		},
	],
	[
		'Azure, its filter',
		400,
		JSON.stringify({
			error: {
				code: 'content_policy_violation',
				inner_error: {
					code: 'ResponsibleAIPolicyViolation',
					content_filter_results: { jailbreak: { filtered: false }, sexual: { filtered: true } },
				},
				message: 'Your request was rejected as a result of our safety system.',
			},
		}),
		{ kind: 'moderation', moderation: { stage: 'unknown', categories: ['sexual'] } },
	],
	[
		'Azure, a code that is a status',
		429,
		'{"error":{"code":"429","message":"Requests have exceeded token rate limit. Please retry after 26 seconds."}}',
		{ kind: 'rateLimit', code: 'rate_limit_exceeded', retryAfterMs: 26_000 },
	],
	[
		'LiteLLM',
		400,
		JSON.stringify({
			error: {
				message:
					"litellm.BadRequestError: AzureException - {'error': {'code': 'content_policy_violation'}}",
				code: '400',
			},
		}),
		{ kind: 'moderation' },
	],
	[
		'Cloudflare',
		504,
		'<!DOCTYPE html><html><head><title>x.com | 504: Gateway time-out</title><style>a{b:c}</style></head><body>…</body></html>',
		{ kind: 'gatewayTimeout', message: 'x.com | 504: Gateway time-out' },
	],
	[
		'nginx',
		502,
		'<html>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center></body></html>',
		{ kind: 'gatewayTimeout', message: '502 Bad Gateway nginx' },
	],
	[
		'Envoy',
		503,
		'upstream connect error or disconnect/reset before headers. reset reason: overflow',
		{ kind: 'serverError', message: expect.stringMatching(/^upstream connect error/) },
	],
	['a long text', 500, 'word '.repeat(1000), { message: expect.stringMatching(/^.{1,200}$/) }],
];

describe('an error in another dialect', () => {
	it.each(dialects)('is understood: %s', async (_title, status, body, expected) => {
		// As n8n's answer reaches the SDK, and as the SDK hands on what it understands of a body by itself.
		const { fetch } = answering(status, body);
		const failure = failureFromSdk(await thrownBy(fetch));

		expect(failure).toMatchObject({ status, ...expected });
		expect(JSON.stringify(failure)).not.toContain('secret prompt');
	});

	it('is read in no time, however it is nested', async () => {
		const nested = Array.from({ length: 2000 }).reduce<object>((inner) => ({ error: inner }), {
			message: 'deep',
		});
		const body = {
			error: { message: 'model '.repeat(200_000), metadata: { raw: '<!--'.repeat(10_000) } },
			detail: nested,
		};
		const before = process.cpuUsage();
		failureFromSdk(new APIError(400, body, undefined, new Headers()));

		expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
	});

	it('does not repeat the key that was sent, whatever it looks like', async () => {
		const { fetch } = answering(401, '{"error":"no such token: abcdefgh-plain"}', 'abcdefgh-plain');

		expect(failureFromSdk(await thrownBy(fetch)).message).toBe('no such token: …');
	});
});

describe('an answer that claims success', () => {
	const read = async (data: unknown) => {
		const { fetch } =
			typeof data === 'string'
				? answering(200, data, KEY, 'text/html')
				: answering(200, JSON.stringify(data));
		return await imagesFrom(fetch(), {
			server: apiServerOf({ provider: 'compatible' }),
			bodies: new LargeBodies({ timeoutMs: 1000, signal: undefined }),
		});
	};
	const image = { b64_json: 'aaaa' };

	it.each([
		[
			'an error beside nothing',
			{ error: { message: 'Insufficient credits', code: 402 } },
			{ kind: 'insufficientQuota', status: 402 },
		],
		[
			'an error beside an empty image',
			{ data: [{ b64_json: '' }], error: { code: 'moderation_blocked', message: 'blocked' } },
			{ kind: 'moderation' },
		],
		[
			'a refusal in words',
			{ success: false, message: 'user quota is not enough' },
			{ kind: 'insufficientQuota' },
		],
		[
			'a detail',
			{ detail: 'User is locked. Reason: Exhausted balance.' },
			{ kind: 'insufficientQuota' },
		],
		[
			'words that say nothing known',
			{ code: 1, message: 'upstream is odd', data: null },
			{
				kind: 'malformedResponse',
				code: 'malformed_response',
				message: 'The API answered, but without an image: upstream is odd',
			},
		],
		[
			'a page',
			'<html><title>Welcome</title></html>',
			{ kind: 'malformedResponse', message: 'The API answered, but without an image: Welcome' },
		],
		[
			'nothing',
			{},
			{ kind: 'malformedResponse', message: 'The API answered, but without an image.' },
		],
	])('and holds %s is a failure', async (_title, data, failure) => {
		expect(await read(data)).toMatchObject({
			ok: false,
			failure: { requestId: 'req_1', ...failure },
		});
	});

	it.each([
		['no error', { data: [image], error: null }],
		['an empty error', { data: [image], error: {} }],
		[
			'an error, which is paid for all the same,',
			{ data: [image], error: { code: 'server_error', message: 'odd' } },
		],
		['a friendly message', { data: [image], success: true, code: 0, message: 'ok' }],
	])('and holds an image and %s is none', async (_title, data) => {
		const result = await read(data);

		expect(result.ok && result.value.images.map((bytes) => bytes().toString('base64'))).toEqual([
			'aaaa',
		]);
	});
});

describe('a call without an answer', () => {
	it.each([
		['ECONNREFUSED', 'notSent', 'connection_failed'],
		['ENOTFOUND', 'notSent', 'connection_failed'],
		['EAI_AGAIN', 'notSent', 'connection_failed'],
		['ENETDOWN', 'notSent', 'connection_failed'],
		['EADDRNOTAVAIL', 'notSent', 'connection_failed'],
		['EPROTO', 'notSent', 'connection_failed'],
		['ERR_SSL_WRONG_VERSION_NUMBER', 'notSent', 'connection_failed'],
		['ERR_TLS_HANDSHAKE_TIMEOUT', 'notSent', 'connection_failed'],
		['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'connectionLost', 'connection_lost'],
		['ERR_TLS_CERT_ALTNAME_INVALID', 'notReachable', 'not_reachable'],
		['CERT_HAS_EXPIRED', 'notReachable', 'not_reachable'],
		['CERT_NOT_YET_VALID', 'notReachable', 'not_reachable'],
		['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'notReachable', 'not_reachable'],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'notReachable', 'not_reachable'],
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'notReachable', 'not_reachable'],
		['SELF_SIGNED_CERT_IN_CHAIN', 'notReachable', 'not_reachable'],
		['HOSTNAME_MISMATCH', 'notReachable', 'not_reachable'],
		['ERR_INVALID_URL', 'notReachable', 'not_reachable'],
		['ECONNABORTED', 'timeout', 'timeout'],
		['ETIMEDOUT', 'timeout', 'timeout'],
		['ECONNRESET', 'connectionLost', 'connection_lost'],
		['EPIPE', 'connectionLost', 'connection_lost'],
		['ERR_CANCELED', 'cancelled', 'cancelled'],
		['SOMETHING_NEW', 'connectionLost', 'connection_lost'],
	])('for %s is %s, and its code can be read', async (code, kind, ownCode) => {
		for (const error of [
			connectionError(code),
			await thrownBy(async () => Promise.reject(connectionError(code))),
		]) {
			expect(failureFromSdk(error)).toMatchObject({
				kind,
				code: ownCode,
				status: null,
				message: expect.stringContaining(`(${code})`),
			});
		}
	});

	it.each([
		['ENOTFOUND', 'The API could not be reached: no server has this name. (ENOTFOUND)'],
		[
			'EAI_AGAIN',
			'The API could not be reached: the name of the server could not be looked up. (EAI_AGAIN)',
		],
		[
			'ECONNREFUSED',
			'The API could not be reached: nothing listens at this address and port. (ECONNREFUSED)',
		],
		[
			'EHOSTUNREACH',
			"The API could not be reached: there is no route to it from n8n's network. (EHOSTUNREACH)",
		],
		[
			'CERT_HAS_EXPIRED',
			"The server's certificate is not trusted, so nothing was sent. (CERT_HAS_EXPIRED)",
		],
	])('for %s is said in words', (code, message) => {
		expect(failureFromSdk(connectionError(code)).message).toBe(message);
	});

	it.each([
		['a connection that was still being made', 'ETIMEDOUT', 'connect ETIMEDOUT 10.0.0.1:443'],
		[
			'a handshake that was cut off',
			'ECONNRESET',
			'Client network socket disconnected before secure TLS connection was established',
		],
		[
			'a proxy that opens no tunnel',
			'',
			'Proxy connection ended before receiving CONNECT response',
		],
	])('was never sent: %s', (_title, code, message) => {
		expect(
			failureFromSdk(Object.assign(new Error(message), code === '' ? {} : { code })),
		).toMatchObject({ kind: 'notSent' });
	});

	it.each([
		[
			'SsrfBlockedIpError',
			'The request was blocked because it resolves to a restricted IP address',
			"The target 'llm.local' (10.0.0.5) is not allowed. This is a security measure to prevent Server-Side Request Forgery (SSRF).",
		],
		[
			'SsrfBlockedHostnameError',
			'The request was blocked because the destination hostname is restricted',
			"The hostname 'llm.local' is on the configured deny-list.",
		],
		[
			'AxiosError',
			'The request was blocked because it resolves to a restricted IP address',
			undefined,
		],
		[
			'UserError',
			'Domain not allowed: This credential is restricted from accessing llm.local. Only the following domains are allowed: a.com',
			undefined,
		],
	])(
		"that n8n blocked (%s) was not sent, in n8n's own words",
		async (name, message, description) => {
			const blocked = Object.assign(new Error(message), { name, description });
			const wrapped = new NodeApiError(NODE, blocked as never);

			for (const error of [blocked, wrapped, await thrownBy(async () => Promise.reject(wrapped))]) {
				const failure = failureFromSdk(error);

				expect(failure).toMatchObject({
					kind: 'notReachable',
					code: 'blocked_by_n8n',
					status: null,
				});
				expect(failure.message).toBe(
					[`${message}${message.endsWith('.') ? '' : '.'}`, description].filter(Boolean).join(' '),
				);
			}
		},
	);

	it('is told by the innermost cause, however deep', () => {
		const nested = new Error('outer', {
			cause: new Error('middle', { cause: connectionError('ECONNREFUSED') }),
		});

		expect(failureFromSdk(nested)).toMatchObject({ kind: 'notSent' });
	});

	it('that timed out in the SDK is a timeout', async () => {
		expect(
			failureFromSdk(await thrownBy(async () => Promise.reject(new Error('Request timed out.')))),
		).toMatchObject({
			kind: 'timeout',
		});
	});

	it('with causes that go in a circle ends', () => {
		const circle: Error & { cause?: unknown } = new Error('round');
		circle.cause = circle;

		expect(failureFromSdk(circle)).toMatchObject({ kind: 'connectionLost' });
	});

	it.each([[undefined], [null], ['text'], [7], [{}]])(
		'for a thrown %j is a lost connection',
		(thrown) => {
			expect(failureFromSdk(thrown)).toMatchObject({ kind: 'connectionLost', status: null });
		},
	);

	it('keeps nothing of the request', async () => {
		for (const code of ['ECONNREFUSED', 'ETIMEDOUT', 'ECONNRESET', 'ERR_CANCELED']) {
			expect(JSON.stringify(failureFromSdk(connectionError(code)))).not.toContain(KEY);
			expect(
				JSON.stringify(
					failureFromSdk(await thrownBy(async () => Promise.reject(connectionError(code)))),
				),
			).not.toContain(KEY);
		}
	});
});

describe('an answer that is cut off', () => {
	it('is malformed', async () => {
		const cutOff = async (): Promise<Response> =>
			new Response('{"data":[{"b64_json":"aaaa', {
				headers: { 'content-type': 'application/json' },
			});

		expect(failureFromSdk(await thrownBy(cutOff))).toMatchObject({
			kind: 'malformedResponse',
			code: 'malformed_response',
		});
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
