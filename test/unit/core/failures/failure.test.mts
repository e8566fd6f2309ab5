import { type ApiErrorAnswer, localFailure } from '../../../../nodes/core/failures/failure';
import { failureFromAnswer } from '../../../../nodes/core/failures/apiFailure';
import {
	countsInBudget,
	isMaybeBilled,
	isWorthRetrying,
	REACTIONS,
	waitBeforeRetry,
} from '../../../../nodes/core/scheduler/retry';

const NOTHING = {
	code: null,
	type: null,
	message: null,
	requestId: null,
	moderation: null,
	header: () => null,
};
const USER_ERROR = 'image_generation_user_error';

/** As documented in OpenAI's guides ("Error codes", "Image generation") and seen in public reports. */
const documented: Array<
	[title: string, kind: string, code: string, answer: Partial<ApiErrorAnswer> & { status: number }]
> = [
	[
		'moderation',
		'moderation',
		'moderation_blocked',
		{
			status: 400,
			code: 'moderation_blocked',
			type: USER_ERROR,
			message: 'Your request was rejected by the safety system. safety_violations=[sexual].',
		},
	],
	[
		'content policy of older models',
		'moderation',
		'content_policy_violation',
		{ status: 400, code: 'content_policy_violation', type: 'invalid_request_error' },
	],
	[
		'another user error',
		'invalidRequest',
		'http_400',
		{ status: 400, type: USER_ERROR, message: 'The image could not be processed.' },
	],
	[
		'an error of which all but the type is null',
		'invalidRequest',
		'http_400',
		{ status: 400, type: USER_ERROR },
	],
	[
		'images per minute',
		'rateLimit',
		'rate_limit_exceeded',
		{
			status: 429,
			code: 'rate_limit_exceeded',
			type: 'input-images',
			message:
				'Rate limit reached for gpt-image-1 (for limit gpt-image) in organization org-x on input-images per min: Limit 5, Used 5, Requested 1. Please try again in 12s.',
		},
	],
	[
		'too many requests without a code',
		'rateLimit',
		'rate_limit_exceeded',
		{ status: 429, message: 'slow down' },
	],
	[
		'no credit',
		'insufficientQuota',
		'insufficient_quota',
		{ status: 429, code: 'insufficient_quota', type: 'insufficient_quota' },
	],
	[
		'no credit, said by the type alone',
		'insufficientQuota',
		'insufficient_quota',
		{ status: 429, type: 'insufficient_quota', message: 'You exceeded your current quota.' },
	],
	[
		'hard limit',
		'billingLimit',
		'billing_hard_limit_reached',
		{
			status: 400,
			code: 'billing_hard_limit_reached',
			type: USER_ERROR,
			message: 'Billing hard limit has been reached',
		},
	],
	[
		'account not active',
		'billingLimit',
		'billing_not_active',
		{ status: 429, code: 'billing_not_active', type: 'billing_not_active' },
	],
	[
		'organization not verified',
		'organizationNotVerified',
		'organization_not_verified',
		{
			status: 403,
			type: 'invalid_request_error',
			message:
				'Your organization must be verified to use the model `gpt-image-2`. Please go to: https://platform.openai.com/settings/organization/general',
		},
	],
	[
		'organisation not verified, in British',
		'organizationNotVerified',
		'organization_not_verified',
		{ status: 403, message: 'Your organisation must be verified.' },
	],
	[
		'bad key',
		'invalidKey',
		'invalid_api_key',
		{ status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided: sk-1***9.' },
	],
	[
		'no key',
		'invalidKey',
		'invalid_api_key',
		{ status: 401, message: "You didn't provide an API key." },
	],
	[
		'key without permission',
		'permissionDenied',
		'http_403',
		{
			status: 403,
			message:
				'You have insufficient permissions for this operation. Missing scopes: api.model.images.request.',
		},
	],
	[
		'key without permission, told as 401',
		'permissionDenied',
		'http_401',
		{
			status: 401,
			type: 'invalid_request_error',
			message:
				'You have insufficient permissions for this operation. Missing scopes: model.request.',
		},
	],
	[
		'country not supported',
		'permissionDenied',
		'unsupported_country_region_territory',
		{ status: 403, code: 'unsupported_country_region_territory' },
	],
	[
		'bad size',
		'invalidRequest',
		'invalid_value',
		{
			status: 400,
			code: 'invalid_value',
			message:
				"Invalid size '512x512'. Requested resolution is below the current minimum pixel budget.",
		},
	],
	[
		'unknown parameter',
		'invalidRequest',
		'unknown_parameter',
		{ status: 400, code: 'unknown_parameter', message: "Unknown parameter: 'response_format'." },
	],
	[
		'bad file type',
		'unsupportedFile',
		'unsupported_file_mimetype',
		{ status: 400, code: 'unsupported_file_mimetype' },
	],
	[
		'retired image model',
		'modelGone',
		'model_not_found',
		{ status: 400, type: USER_ERROR, message: "The model 'dall-e-3' does not exist." },
	],
	[
		'retired text model',
		'modelGone',
		'model_not_found',
		{
			status: 404,
			code: 'model_not_found',
			message: 'The model `x` has been deprecated, learn more here: https://x',
		},
	],
	[
		'retired model without a code',
		'modelGone',
		'model_not_found',
		{ status: 404, message: 'The model `x` has been deprecated, learn more here: https://x' },
	],
	[
		'model without access',
		'modelNotAllowed',
		'model_not_found',
		{
			status: 403,
			code: 'model_not_found',
			message: 'Project `p` does not have access to model `x`',
		},
	],
	[
		'an address that is not there',
		'invalidRequest',
		'http_404',
		{ status: 404, message: 'Invalid URL (POST /v1/v1/images/generations)' },
	],
	['a request too large', 'invalidRequest', 'http_413', { status: 413 }],
	['a redirect', 'redirected', 'http_302', { status: 302 }],
	['a permanent redirect', 'redirected', 'http_308', { status: 308 }],
	['request timeout', 'gatewayTimeout', 'http_408', { status: 408 }],
	['conflict', 'conflict', 'http_409', { status: 409 }],
	[
		'server error',
		'serverError',
		'server_error',
		{
			status: 500,
			code: 'server_error',
			type: 'server_error',
			message: 'The server had an error while processing your request.',
		},
	],
	['bad gateway', 'gatewayTimeout', 'http_502', { status: 502 }],
	[
		'overloaded',
		'serverError',
		'http_503',
		{ status: 503, message: 'The engine is currently overloaded, please try again later' },
	],
	['gateway timeout', 'gatewayTimeout', 'http_504', { status: 504 }],
	['cloudflare', 'gatewayTimeout', 'http_524', { status: 524 }],
	['cloudflare, unknown answer', 'gatewayTimeout', 'http_520', { status: 520 }],
	['cloudflare, no handshake with the origin', 'serverError', 'http_525', { status: 525 }],
	[
		'a connection that ended behind a proxy',
		'gatewayTimeout',
		'http_503',
		{
			status: 503,
			message:
				'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
		},
	],
	[
		'a connection that was never made behind a proxy',
		'serverError',
		'http_503',
		{
			status: 503,
			message:
				'upstream connect error or disconnect/reset before headers. reset reason: connection failure, transport failure reason: delayed connect error: 111',
		},
	],
	['a proxy that wants a password', 'notReachable', 'http_407', { status: 407 }],
	[
		'a request above the tokens per minute',
		'tooLarge',
		'rate_limit_exceeded',
		{
			status: 429,
			code: 'rate_limit_exceeded',
			type: 'tokens',
			message: `Request too large for gpt-image-1 in organization org-x on tokens per min (TPM): Limit 30000, Requested 36055. The input or output tokens must be reduced in order to run successfully.`,
		},
	],
	[
		'tokens that fit later',
		'rateLimit',
		'rate_limit_exceeded',
		{
			status: 429,
			code: 'rate_limit_exceeded',
			message:
				'Rate limit reached for gpt-image-1 on tokens per min (TPM): Limit 30000, Used 29000, Requested 4160. Please try again in 6.3s.',
		},
	],
	[
		'images above the limit, which can be divided',
		'rateLimit',
		'rate_limit_exceeded',
		{
			status: 429,
			code: 'rate_limit_exceeded',
			message: 'Rate limit reached for gpt-image-1 on input-images per min: Limit 5, Requested 8.',
		},
	],
	[
		'a limit of 0',
		'limitIsZero',
		'rate_limit_exceeded',
		{
			status: 429,
			code: 'rate_limit_exceeded',
			message:
				'Rate limit reached for gpt-image-1 (for limit gpt-image) on input-images per min: Limit 0, Requested 1. You can increase your rate limit by adding a payment method.',
		},
	],
	[
		'a limit of 0 in its other wording',
		'limitIsZero',
		'rate_limit_exceeded',
		{
			status: 429,
			code: 'rate_limit_exceeded',
			message:
				'Rate limit exceeded for images per minute in organization org-x. Limit: 0/1min. Current: 1/1min.',
		},
	],
	[
		'a limit that begins with 0',
		'rateLimit',
		'http_429_',
		{ status: 429, code: 'http_429_', message: 'Limit: 0.5/min. Current: 1/1min.' },
	],
	[
		'no credit (OpenAI)',
		'insufficientQuota',
		'credit_balance_exhausted',
		{
			status: 429,
			code: 'credit_balance_exhausted',
			type: 'insufficient_quota',
			message: 'Your organization has no prepaid credits remaining.',
		},
	],
	[
		'the project at its spend limit',
		'billingLimit',
		'project_spend_limit_exceeded',
		{
			status: 429,
			code: 'project_spend_limit_exceeded',
			type: 'insufficient_quota',
			message: 'Your project has reached its configured enforced spend limit.',
		},
	],
	[
		'no credit (OpenRouter)',
		'insufficientQuota',
		'insufficient_quota',
		{
			status: 402,
			message:
				'This request requires more credits, or fewer max_tokens. You requested up to 4096 tokens, but can only afford 222.',
		},
	],
	['any 402', 'insufficientQuota', 'insufficient_quota', { status: 402 }],
	[
		'no credit (fal.ai)',
		'insufficientQuota',
		'insufficient_quota',
		{
			status: 403,
			message:
				'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.',
		},
	],
	[
		'an account that its provider locked (fal.ai)',
		'permissionDenied',
		'http_403',
		{ status: 403, message: 'User is locked. Reason: Admin lock. Please contact support@fal.ai' },
	],
	[
		'no credit (one-api)',
		'insufficientQuota',
		'insufficient_user_quota',
		{
			status: 403,
			code: 'insufficient_user_quota',
			type: 'one_api_error',
			message: 'user quota is not enough',
		},
	],
	[
		'no credit at a relay, in words alone',
		'insufficientQuota',
		'insufficient_quota',
		{
			status: 403,
			type: 'shell_api_error',
			message: 'user [1] quota [50264897] preConsumedQuota [154753475] is not enough',
		},
	],
	[
		'a key at its own limit (OpenRouter)',
		'billingLimit',
		'http_403',
		{ status: 403, message: 'Key limit exceeded (total limit).' },
	],
	[
		'no card (Vercel)',
		'permissionDenied',
		'http_403',
		{
			status: 403,
			type: 'customer_verification_required',
			message: 'AI Gateway requires a valid credit card on file to service requests.',
		},
	],
	[
		'a resource that is blocked (Azure)',
		'permissionDenied',
		'Forbidden',
		{
			status: 403,
			code: 'Forbidden',
			message:
				'Your resource has been temporarily blocked because we detected behavior that may violate our content policy.',
		},
	],
	[
		'not verified, as a bad request',
		'organizationNotVerified',
		'organization_not_verified',
		{ status: 400, message: 'Your organization must be verified to use the model `gpt-image-2`.' },
	],
	[
		'not verified, as a missing model',
		'organizationNotVerified',
		'model_not_found',
		{
			status: 404,
			code: 'model_not_found',
			message: 'Your organization must be verified to use the model `gpt-image-2`.',
		},
	],
	[
		'a relay without a channel for the model',
		'serverError',
		'model_not_found',
		{
			status: 503,
			code: 'model_not_found',
			message: 'No available channel for model gpt-image-2 under group default',
		},
	],
	[
		'a relay that lost its request',
		'gatewayTimeout',
		'do_request_failed',
		{ status: 500, code: 'do_request_failed', type: 'new_api_error' },
	],
	[
		'moderation in words alone',
		'moderation',
		'moderation_blocked',
		{
			status: 400,
			message:
				'Your request was rejected by the safety system. safety_violations=[violence, sexual].',
		},
	],
	[
		'a success that holds an error of no known kind',
		'malformedResponse',
		'malformed_response',
		{ status: 200, message: 'upstream error' },
	],
];

describe('an answer that is an error', () => {
	it.each(documented)('%s is %s (%s)', (_title, kind, code, answer) => {
		const failure = failureFromAnswer({ ...NOTHING, ...answer });

		expect(failure).toMatchObject({ kind, code, status: answer.status });
		expect(failure.message).toBe(
			answer.message ?? `The API answered with status ${answer.status} and no explanation.`,
		);
	});

	it('keeps what support asks for, and how long to wait', () => {
		const moderation = { stage: 'output', categories: ['violence'] };

		expect(
			failureFromAnswer({
				...NOTHING,
				status: 429,
				message: 'wait',
				requestId: 'req_1',
				header: (name) => (name === 'retry-after' ? '12' : null),
				moderation,
			}),
		).toEqual({
			kind: 'rateLimit',
			message: 'wait',
			code: 'rate_limit_exceeded',
			status: 429,
			requestId: 'req_1',
			retryAfterMs: 12_000,
			shouldRetry: null,
			moderation,
			rate: { stated: {}, refusedFor: 'images', requested: null, retryAfterMs: 12_000 },
		});
	});

	it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
		'with the code %s is told by its status',
		(code) => {
			expect(failureFromAnswer({ ...NOTHING, status: 500, code, type: code })).toMatchObject({
				kind: 'serverError',
				code,
			});
		},
	);

	it('whose words only mention a model is not taken for a model that is gone', () => {
		expect(
			failureFromAnswer({ ...NOTHING, status: 400, message: 'The model could not read the mask.' })
				.kind,
		).toBe('invalidRequest');
		expect(
			failureFromAnswer({ ...NOTHING, status: 500, message: "The model 'x' does not exist." }).kind,
		).toBe('serverError');
	});
});

describe('what an answer says beside its kind', () => {
	it.each([
		['true', true],
		['false', false],
		['maybe', null],
		[null, null],
	])('x-should-retry: %s is %s', (value, shouldRetry) => {
		expect(
			failureFromAnswer({
				...NOTHING,
				status: 500,
				header: (name) => (name === 'x-should-retry' ? value : null),
			}).shouldRetry,
		).toBe(shouldRetry);
	});

	it('reads categories that stand in the message alone', () => {
		const message =
			'Your request was rejected by the safety system, safety_violations=[violence, sexual].';

		expect(
			failureFromAnswer({ ...NOTHING, status: 400, code: 'moderation_blocked', message })
				.moderation,
		).toEqual({ stage: 'unknown', categories: ['violence', 'sexual'] });
		expect(failureFromAnswer({ ...NOTHING, status: 429, message }).kind).toBe('moderation');
	});

	it.each([
		'Incorrect API key provided: sk-proj-abc123DEF456ghi789. You can find your API key at …',
		'Invalid header: Authorization: Bearer my-own-secret-token',
		'{"authorization": "Key 1a2b3c4d-aaaa-bbbb-cccc-1234567890ab:abcdef0123456789abcdef"} is no good',
		'api-key=0123456789abcdef0123456789abcdef is not valid',
		'token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl1 has expired',
		'Key 1a2b3c4d-aaaa-bbbb-cccc-1234567890ab:abcdef0123456789abcdef is disabled',
	])('lets no key through: %s', (message) => {
		const told = failureFromAnswer({ ...NOTHING, status: 401, message }).message;

		expect(told).toContain('…');
		expect(told).not.toMatch(/abc123DEF|my-own-secret|abcdef0123456789|0123456789abcdef|c2lnbmF0/);
	});

	it('leaves what only sounds like a key, and is not endless', () => {
		const message =
			'API key required: a Bearer token is missing. Missing scopes: api.model.images.request. (traceid: 0672821c6951af183dbf847130caaf16)';

		expect(failureFromAnswer({ ...NOTHING, status: 401, message }).message).toBe(message);
		expect(
			failureFromAnswer({ ...NOTHING, status: 400, message: 'x'.repeat(100_000) }).message,
		).toHaveLength(1000);
	});
});

describe('what a failure calls for', () => {
	it('is a retry only where the same request may succeed', () => {
		const retried = Object.entries(REACTIONS).filter(([, { reaction }]) => reaction === 'retry');

		expect(retried.map(([kind]) => kind).sort()).toEqual([
			'conflict',
			'connectionLost',
			'gatewayTimeout',
			'notSent',
			'rateLimit',
			'serverError',
			'timeout',
		]);
	});

	it.each([
		['serverError', true, false, false],
		['rateLimit', true, false, false],
		['invalidRequest', false, true, true],
		['moderation', false, true, false],
		['insufficientQuota', false, true, false],
	] as const)(
		"obeys the API's own word: %s, by itself %s, told %s, is %s",
		(kind, byItself, told, obeyed) => {
			const options = { maxAttempts: 4, maxWaitMs: 1000 };
			const failure = { ...localFailure(kind, 'x', 'x'), shouldRetry: null };

			expect(isWorthRetrying(failure, 0, options)).toBe(byItself);
			expect(isWorthRetrying({ ...failure, shouldRetry: told }, 0, options)).toBe(obeyed);
			expect(isWorthRetrying({ ...failure, shouldRetry: true }, 4, options)).toBe(false);
		},
	);

	it('counts in a budget whatever may have cost something, and as maybe billed what has an unknown end', () => {
		expect(
			['gatewayTimeout', 'conflict', 'timeout', 'unexpected'].map((kind) =>
				isMaybeBilled({ kind } as never),
			),
		).toEqual([true, true, true, true]);
		expect(
			['moderation', 'serverError', 'notReachable', 'rateLimit'].map((kind) =>
				isMaybeBilled({ kind } as never),
			),
		).toEqual([false, false, false, false]);
		expect(countsInBudget({ kind: 'moderation' })).toBe(true);
		expect(countsInBudget({ kind: 'serverError' })).toBe(false);
	});

	it('waits a whole number of milliseconds, never below zero', () => {
		for (const retryAfterMs of [null, 0, 0.4, 1500.7]) {
			for (let attempt = 1; attempt <= 40; attempt++) {
				const wait = waitBeforeRetry(
					{ ...localFailure('rateLimit', 'x', 'x'), retryAfterMs },
					attempt,
					0.37,
				);

				expect(Number.isSafeInteger(wait) && wait >= 0).toBe(true);
				expect(wait).toBeLessThanOrEqual(30_000);
			}
		}
	});
});

describe('a failure without an answer', () => {
	it('has no status, id or wait', () => {
		expect(localFailure('timeout', 'timeout', 'No answer arrived in time.')).toEqual({
			kind: 'timeout',
			message: 'No answer arrived in time.',
			code: 'timeout',
			status: null,
			requestId: null,
			retryAfterMs: null,
			shouldRetry: null,
			moderation: null,
			rate: null,
		});
	});
});
