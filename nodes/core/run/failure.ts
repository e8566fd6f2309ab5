import { retryAfterMs, signalFromRefusal, type RateSignal, type ReadHeader } from './rateSignal';

/** Why a request did not bring its images. What is done about it depends on the kind alone: see retry.ts. */
export type FailureKind =
	| 'invalidInput'
	| 'invalidKey'
	| 'organizationNotVerified'
	| 'permissionDenied'
	| 'insufficientQuota'
	| 'billingLimit'
	| 'rateLimit'
	| 'moderation'
	| 'modelGone'
	| 'invalidRequest'
	| 'unsupportedFile'
	| 'redirected'
	| 'serverError'
	| 'notSent'
	| 'timeout'
	| 'connectionLost'
	| 'malformedResponse'
	| 'notStored'
	| 'batchEnded'
	| 'batchUnfinished'
	| 'overBudget'
	| 'waitedTooLong'
	| 'priceUnknown'
	| 'unexpected'
	| 'cancelled'
	| 'stopped';

/** A failure as a value: inside core nothing is thrown. */
export interface Failure {
	kind: FailureKind;
	/** The API's own words, or ours; never a key. */
	message: string;
	/** The API's code, or ours where it gave none. */
	code: string;
	/** HTTP status; `null` when no answer came. */
	status: number | null;
	/** The API's id of the request, which OpenAI's support asks for. */
	requestId: string | null;
	/** How long the API asks to wait, in ms. */
	retryAfterMs: number | null;
	moderation: { stage: string; categories: string[] } | null;
	/** What the API says of trying again (`x-should-retry`); `null` = nothing. */
	shouldRetry: boolean | null;
	/** What a refusal for the rate limit says of it; `null` = another kind of failure. */
	rate: RateSignal | null;
}

/** An error answer of the API, in neutral form. */
export interface ApiErrorAnswer {
	status: number;
	code: string | null;
	type: string | null;
	message: string | null;
	requestId: string | null;
	moderation: { stage: string; categories: string[] } | null;
	header: ReadHeader;
}

const MODEL_GONE = /\bmodel\b.*(?:does not exist|has been deprecated|has been shut down|no longer available)/i;
const NOT_VERIFIED = /organi[sz]ation must be verified/i;

/** Tells the kind of an error answer by status, code and, where the API gives no code, by its words. */
export function failureFromAnswer(answer: ApiErrorAnswer): Failure {
	const kind = kindOf(answer);
	const words = answer.message ?? '';
	return {
		kind,
		message: answer.message ?? `The API answered with status ${answer.status} and no explanation.`,
		code: answer.code ?? DEFAULT_CODES[kind] ?? `http_${answer.status}`,
		status: answer.status,
		requestId: answer.requestId,
		retryAfterMs: retryAfterMs(words, answer.header),
		moderation: answer.moderation,
		shouldRetry: null,
		rate: kind === 'rateLimit' ? signalFromRefusal(words, answer.header) : null,
	};
}

const DEFAULT_CODES: Partial<Record<FailureKind, string>> = {
	modelGone: 'model_not_found',
	organizationNotVerified: 'organization_not_verified',
	insufficientQuota: 'insufficient_quota',
	rateLimit: 'rate_limit_exceeded',
	invalidKey: 'invalid_api_key',
};

/** By `code`, or by `type` where it says the same. */
const KIND_BY_CODE = new Map<string | null, FailureKind>(Object.entries({
	moderation_blocked: 'moderation',
	content_policy_violation: 'moderation',
	// Azure's filters.
	contentFilter: 'moderation',
	content_filter: 'moderation',
	insufficient_quota: 'insufficientQuota',
	billing_hard_limit_reached: 'billingLimit',
	billing_not_active: 'billingLimit',
	invalid_api_key: 'invalidKey',
	model_not_found: 'modelGone',
	unsupported_file_mimetype: 'unsupportedFile',
	rate_limit_exceeded: 'rateLimit',
}));

function kindOf({ status, code, type, message }: ApiErrorAnswer): FailureKind {
	const words = message ?? '';
	const known = KIND_BY_CODE.get(code) ?? KIND_BY_CODE.get(type);
	if (known !== undefined) return known;
	if (status === 403 && NOT_VERIFIED.test(words)) return 'organizationNotVerified';
	if ((status === 400 || status === 404) && MODEL_GONE.test(words)) return 'modelGone';
	if (status >= 300 && status < 400) return 'redirected';
	if (status === 401) return 'invalidKey';
	if (status === 403) return 'permissionDenied';
	if (status === 429) return 'rateLimit';
	if (status === 408 || status === 409 || status >= 500) return 'serverError';
	return 'invalidRequest';
}

/** A failure that has no answer of the API behind it. */
export function localFailure(kind: FailureKind, code: string, message: string): Failure {
	return {
		kind,
		message,
		code,
		status: null,
		requestId: null,
		retryAfterMs: null,
		moderation: null,
		shouldRetry: null,
		rate: null,
	};
}
