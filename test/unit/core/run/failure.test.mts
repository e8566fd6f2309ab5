import { failureFromAnswer, localFailure, type ApiErrorAnswer } from '../../../../nodes/core/run/failure';
import { REACTIONS, waitBeforeRetry } from '../../../../nodes/core/run/retry';

const NOTHING = { code: null, type: null, message: null, requestId: null, moderation: null, header: () => null };
const USER_ERROR = 'image_generation_user_error';

/** As documented in OpenAI's guides ("Error codes", "Image generation") and seen in public reports. */
const documented: Array<[title: string, kind: string, code: string, answer: Partial<ApiErrorAnswer> & { status: number }]> = [
	[
		'moderation',
		'moderation',
		'moderation_blocked',
		{ status: 400, code: 'moderation_blocked', type: USER_ERROR, message: 'Your request was rejected by the safety system. safety_violations=[sexual].' },
	],
	['content policy of older models', 'moderation', 'content_policy_violation', { status: 400, code: 'content_policy_violation', type: 'invalid_request_error' }],
	['another user error', 'invalidRequest', 'http_400', { status: 400, type: USER_ERROR, message: 'The image could not be processed.' }],
	['an error of which all but the type is null', 'invalidRequest', 'http_400', { status: 400, type: USER_ERROR }],
	[
		'images per minute',
		'rateLimit',
		'rate_limit_exceeded',
		{
			status: 429,
			code: 'rate_limit_exceeded',
			type: 'input-images',
			message: 'Rate limit reached for gpt-image-1 (for limit gpt-image) in organization org-x on input-images per min: Limit 5, Used 5, Requested 1. Please try again in 12s.',
		},
	],
	['too many requests without a code', 'rateLimit', 'rate_limit_exceeded', { status: 429, message: 'slow down' }],
	['no credit', 'insufficientQuota', 'insufficient_quota', { status: 429, code: 'insufficient_quota', type: 'insufficient_quota' }],
	['no credit, said by the type alone', 'insufficientQuota', 'insufficient_quota', { status: 429, type: 'insufficient_quota', message: 'You exceeded your current quota.' }],
	['hard limit', 'billingLimit', 'billing_hard_limit_reached', { status: 400, code: 'billing_hard_limit_reached', type: USER_ERROR, message: 'Billing hard limit has been reached' }],
	['account not active', 'billingLimit', 'billing_not_active', { status: 429, code: 'billing_not_active', type: 'billing_not_active' }],
	[
		'organization not verified',
		'organizationNotVerified',
		'organization_not_verified',
		{ status: 403, type: 'invalid_request_error', message: 'Your organization must be verified to use the model `gpt-image-2`. Please go to: https://platform.openai.com/settings/organization/general' },
	],
	['organisation not verified, in British', 'organizationNotVerified', 'organization_not_verified', { status: 403, message: 'Your organisation must be verified.' }],
	['bad key', 'invalidKey', 'invalid_api_key', { status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided: sk-1***9.' }],
	['no key', 'invalidKey', 'invalid_api_key', { status: 401, message: "You didn't provide an API key." }],
	['key without permission', 'permissionDenied', 'http_403', { status: 403, message: 'You have insufficient permissions for this operation. Missing scopes: api.model.images.request.' }],
	['country not supported', 'permissionDenied', 'unsupported_country_region_territory', { status: 403, code: 'unsupported_country_region_territory' }],
	['bad size', 'invalidRequest', 'invalid_value', { status: 400, code: 'invalid_value', message: "Invalid size '512x512'. Requested resolution is below the current minimum pixel budget." }],
	['unknown parameter', 'invalidRequest', 'unknown_parameter', { status: 400, code: 'unknown_parameter', message: "Unknown parameter: 'response_format'." }],
	['bad file type', 'unsupportedFile', 'unsupported_file_mimetype', { status: 400, code: 'unsupported_file_mimetype' }],
	['retired image model', 'modelGone', 'model_not_found', { status: 400, type: USER_ERROR, message: "The model 'dall-e-3' does not exist." }],
	['retired text model', 'modelGone', 'model_not_found', { status: 404, code: 'model_not_found', message: 'The model `x` has been deprecated, learn more here: https://x' }],
	['retired model without a code', 'modelGone', 'model_not_found', { status: 404, message: 'The model `x` has been deprecated, learn more here: https://x' }],
	['model without access', 'modelGone', 'model_not_found', { status: 403, code: 'model_not_found', message: 'Project `p` does not have access to model `x`' }],
	['an address that is not there', 'invalidRequest', 'http_404', { status: 404, message: 'Invalid URL (POST /v1/v1/images/generations)' }],
	['a request too large', 'invalidRequest', 'http_413', { status: 413 }],
	['a redirect', 'redirected', 'http_302', { status: 302 }],
	['a permanent redirect', 'redirected', 'http_308', { status: 308 }],
	['request timeout', 'serverError', 'http_408', { status: 408 }],
	['conflict', 'serverError', 'http_409', { status: 409 }],
	['server error', 'serverError', 'server_error', { status: 500, code: 'server_error', type: 'server_error', message: 'The server had an error while processing your request.' }],
	['bad gateway', 'serverError', 'http_502', { status: 502 }],
	['overloaded', 'serverError', 'http_503', { status: 503, message: 'The engine is currently overloaded, please try again later' }],
	['gateway timeout', 'serverError', 'http_504', { status: 504 }],
	['cloudflare', 'serverError', 'http_524', { status: 524 }],
];

describe('an answer that is an error', () => {
	it.each(documented)('%s is %s (%s)', (_title, kind, code, answer) => {
		const failure = failureFromAnswer({ ...NOTHING, ...answer });

		expect(failure).toMatchObject({ kind, code, status: answer.status });
		expect(failure.message).toBe(answer.message ?? `The API answered with status ${answer.status} and no explanation.`);
	});

	it('keeps what support asks for, and how long to wait', () => {
		const moderation = { stage: 'output', categories: ['violence'] };

		expect(failureFromAnswer({ ...NOTHING, status: 429, message: 'wait', requestId: 'req_1', header: (name) => (name === 'retry-after' ? '12' : null), moderation })).toEqual({
			kind: 'rateLimit',
			message: 'wait',
			code: 'rate_limit_exceeded',
			status: 429,
			requestId: 'req_1',
			retryAfterMs: 12_000,
			moderation,
			shouldRetry: null,
			rate: { stated: {}, refusedFor: 'images', requested: null, retryAfterMs: 12_000 },
		});
	});

	it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('with the code %s is told by its status', (code) => {
		expect(failureFromAnswer({ ...NOTHING, status: 500, code, type: code })).toMatchObject({ kind: 'serverError', code });
	});

	it('whose words only mention a model is not taken for a model that is gone', () => {
		expect(failureFromAnswer({ ...NOTHING, status: 400, message: 'The model could not read the mask.' }).kind).toBe('invalidRequest');
		expect(failureFromAnswer({ ...NOTHING, status: 500, message: "The model 'x' does not exist." }).kind).toBe('serverError');
	});
});

describe('what a failure calls for', () => {
	it('is a retry only where the same request may succeed', () => {
		const retried = Object.entries(REACTIONS).filter(([, { reaction }]) => reaction === 'retry');

		expect(retried.map(([kind]) => kind).sort()).toEqual(['connectionLost', 'notSent', 'rateLimit', 'serverError', 'timeout']);
	});

	it('waits a whole number of milliseconds, never below zero', () => {
		for (const retryAfterMs of [null, 0, 0.4, 1500.7]) {
			for (let attempt = 1; attempt <= 40; attempt++) {
				const wait = waitBeforeRetry({ ...localFailure('rateLimit', 'x', 'x'), retryAfterMs }, attempt, 0.37);

				expect(Number.isSafeInteger(wait) && wait >= 0).toBe(true);
				expect(wait).toBeLessThanOrEqual(30_000);
			}
		}
	});
});

describe('a failure without an answer', () => {
	it('has no status, id or wait', () => {
		expect(localFailure('timeout', 'timeout', 'No answer came in time.')).toEqual({
			kind: 'timeout',
			message: 'No answer came in time.',
			code: 'timeout',
			status: null,
			requestId: null,
			retryAfterMs: null,
			moderation: null,
			shouldRetry: null,
			rate: null,
		});
	});
});
