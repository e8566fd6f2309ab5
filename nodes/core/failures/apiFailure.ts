import { MOST_READ, onOneLine, presentable } from './errorText';
import type { ApiErrorAnswer, Failure, FailureKind } from './failure';
import { neverPasses, retryAfterMs, signalFromRefusal } from './rateSignal';

/**
 * The kind of an error answer: by its words where they are plain, then by `code`, by `type` where that says the same,
 * and by the status. The words are those of OpenAI, Azure, the gateways and the relays in public logs.
 */
export function kindOf(answer: ApiErrorAnswer): FailureKind {
	const kind = kindByWords(answer) ?? kindByCode(answer) ?? kindByStatus(answer.status);
	if (kind !== 'rateLimit') return kind;
	const reason = neverPasses(answer.message ?? '');
	return reason === null ? 'rateLimit' : REFUSED_FOR_GOOD[reason];
}

const REFUSED_FOR_GOOD = { zero: 'limitIsZero', tooLarge: 'tooLarge' } as const;

const ACCOUNT_BLOCKED =
	/\b(?:resource|account|deployment|subscription) has been (?:temporarily )?(?:blocked|suspended|disabled)/i;
const NOT_VERIFIED = /organi[sz]ation must be verified/i;
const SPEND_LIMIT =
	/\bspend(?:ing)? limit\b|\bbudget has been exceeded\b|\bkey limit exceeded\b|\bbilling hard limit\b/i;
const NO_CREDIT = new RegExp(
	[
		'exhausted balance',
		'reason: top_up',
		'insufficient (?:user )?(?:credits?|balance|funds|quota)',
		'(?:quota|balance|credits?)\\b.{0,60} (?:is|are) not enough',
		'(?:requires? more|more) credits',
		'no (?:prepaid )?credits? (?:remaining|left)',
		'exceeded your current quota',
		'out of credits?',
		'credit balance is too low',
	].join('|'),
	'i',
);
/** A key that is right, but restricted: OpenAI says so with 401 as well as with 403. */
const MISSING_SCOPES = /\binsufficient permissions for this operation\b|\bmissing scopes:/i;
const NO_ACCESS = /does not have access to (?:the )?model/i;
const MODEL_GONE =
	/\bmodel\b.*(?:does not exist|has been deprecated|has been shut down|no longer available)/i;
const MODERATED =
	/safety_violations=\[|\b(?:rejected|blocked) (?:by|as a result of) (?:the|our) (?:safety|moderation) system|\bmoderation_blocked\b|\bcontent_policy_violation\b/i;
/** Envoy: the connection ended after the request had been handed on. */
const LOST_BEHIND_PROXY = /reset reason: (?:connection termination|remote reset|protocol error)/i;

function kindByWords({ status, code, message, moderation }: ApiErrorAnswer): FailureKind | null {
	const words = message ?? '';
	const isRefusal = status < 500;
	if (isRefusal && ACCOUNT_BLOCKED.test(words)) return 'permissionDenied';
	if (isRefusal && NOT_VERIFIED.test(words)) return 'organizationNotVerified';
	if (isRefusal && MISSING_SCOPES.test(words)) return 'permissionDenied';
	if (isRefusal && NO_ACCESS.test(words)) return 'modelNotAllowed';
	if (MODERATED.test(words) || (moderation !== null && isRefusal && status !== 429))
		return 'moderation';
	if (KIND_BY_CODE.has(code)) return null;
	if (isRefusal && SPEND_LIMIT.test(words)) return 'billingLimit';
	if (isRefusal && NO_CREDIT.test(words)) return 'insufficientQuota';
	if ((status === 200 || status === 400 || status === 404) && MODEL_GONE.test(words))
		return 'modelGone';
	return LOST_BEHIND_PROXY.test(words) ? 'gatewayTimeout' : null;
}

const KIND_BY_CODE = new Map<string | null, FailureKind>(
	Object.entries({
		moderation_blocked: 'moderation',
		content_policy_violation: 'moderation',
		// Azure's filters.
		contentFilter: 'moderation',
		content_filter: 'moderation',
		ResponsibleAIPolicyViolation: 'moderation',
		insufficient_quota: 'insufficientQuota',
		credit_balance_exhausted: 'insufficientQuota',
		insufficient_credits: 'insufficientQuota',
		insufficient_balance: 'insufficientQuota',
		// The relays one-api and new-api.
		insufficient_user_quota: 'insufficientQuota',
		pre_consume_token_quota_failed: 'insufficientQuota',
		billing_hard_limit_reached: 'billingLimit',
		billing_not_active: 'billingLimit',
		project_spend_limit_exceeded: 'billingLimit',
		organization_spend_limit_exceeded: 'billingLimit',
		organization_usage_limit_exceeded: 'billingLimit',
		// LiteLLM.
		budget_exceeded: 'billingLimit',
		invalid_api_key: 'invalidKey',
		// Vercel.
		customer_verification_required: 'permissionDenied',
		// Also in an answer that claims success: nothing was done.
		server_is_overloaded: 'serverError',
		unsupported_file_mimetype: 'unsupportedFile',
		rate_limit_exceeded: 'rateLimit',
		// A relay that lost its own request, or the way back.
		do_request_failed: 'gatewayTimeout',
		read_response_body_failed: 'gatewayTimeout',
		write_response_body_failed: 'gatewayTimeout',
	}),
);

function kindByCode({ status, code, type }: ApiErrorAnswer): FailureKind | null {
	if (code === 'model_not_found' || (code === null && type === 'model_not_found'))
		return kindOfMissingModel(status);
	return KIND_BY_CODE.get(code) ?? KIND_BY_CODE.get(type) ?? null;
}

/** Without access it is 403; a relay says 503 when none of its channels has the model at the moment. */
function kindOfMissingModel(status: number): FailureKind | null {
	if (status === 401 || status === 403) return 'modelNotAllowed';
	return status < 500 && status !== 429 ? 'modelGone' : null;
}

/** A gateway gave up on what stands behind it, which may have done the work all the same. */
const GATEWAY_TIMEOUTS = new Set([408, 502, 504, 520, 521, 522, 523, 524]);

function kindByStatus(status: number): FailureKind {
	// An answer that claims success and holds an error of no known kind: nobody knows what became of the request.
	if (status < 300) return 'malformedResponse';
	if (status < 400) return 'redirected';
	if (GATEWAY_TIMEOUTS.has(status)) return 'gatewayTimeout';
	return KIND_BY_STATUS[status] ?? (status >= 500 ? 'serverError' : 'invalidRequest');
}

const KIND_BY_STATUS: Partial<Record<number, FailureKind>> = {
	401: 'invalidKey',
	402: 'insufficientQuota',
	403: 'permissionDenied',
	407: 'notReachable',
	409: 'conflict',
	429: 'rateLimit',
};

/** Tells the kind of an error answer by status, code and, where the API gives no code, by its words. */
export function failureFromAnswer(answer: ApiErrorAnswer): Failure {
	const words = (answer.message ?? '').slice(0, MOST_READ);
	const kind = kindOf({ ...answer, message: words });
	return {
		kind,
		message:
			answer.message !== null
				? presentable(words)
				: `The API answered with status ${answer.status} and no explanation.`,
		code: (answer.code && onOneLine(answer.code)) ?? DEFAULT_CODES[kind] ?? `http_${answer.status}`,
		status: answer.status,
		requestId: answer.requestId && onOneLine(answer.requestId),
		retryAfterMs: retryAfterMs(words, answer.header),
		shouldRetry: SHOULD_RETRY.get(answer.header('x-should-retry')) ?? null,
		moderation: answer.moderation ?? (kind === 'moderation' ? categoriesIn(words) : null),
		rate: kind === 'rateLimit' ? signalFromRefusal(words, answer.header) : null,
	};
}

const DEFAULT_CODES: Partial<Record<FailureKind, string>> = {
	modelGone: 'model_not_found',
	modelNotAllowed: 'model_not_found',
	organizationNotVerified: 'organization_not_verified',
	insufficientQuota: 'insufficient_quota',
	rateLimit: 'rate_limit_exceeded',
	limitIsZero: 'rate_limit_exceeded',
	tooLarge: 'rate_limit_exceeded',
	moderation: 'moderation_blocked',
	malformedResponse: 'malformed_response',
	invalidKey: 'invalid_api_key',
};

const SHOULD_RETRY = new Map<string | null, boolean>([
	['true', true],
	['false', false],
]);

/** "safety_violations=[violence, sexual]": at times the only place that names them. */
function categoriesIn(words: string): Failure['moderation'] {
	const named = /safety_violations=\[([^\]]{1,200})\]/i.exec(words)?.[1] ?? '';
	const categories = named
		.split(',')
		.map((category) => category.trim())
		.filter((category) => category !== '');
	return categories.length === 0 ? null : { stage: 'unknown', categories };
}
