import { MOST_READ, onOneLine, presentable } from './errorText';
import { kindOf } from './failureKind';
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
	| 'limitIsZero'
	| 'tooLarge'
	| 'moderation'
	| 'modelGone'
	| 'modelNotAllowed'
	| 'invalidRequest'
	| 'unsupportedFile'
	| 'redirected'
	| 'serverError'
	| 'gatewayTimeout'
	| 'conflict'
	| 'notSent'
	| 'notReachable'
	| 'timeout'
	| 'connectionLost'
	| 'malformedResponse'
	| 'notStored'
	| 'batchEnded'
	| 'batchUnfinished'
	| 'overBudget'
	| 'priceUnknown'
	| 'waitedTooLong'
	| 'cancelled'
	| 'unexpected'
	| 'stopped';

/** A failure as a value: inside core nothing is thrown. */
export interface Failure {
	kind: FailureKind;
	/** The API's own words, or ours; never a key. */
	message: string;
	/** The API's code, or ours where it gave none. */
	code: string;
	/** HTTP status, or the error's own where it came with status 200; `null` when no answer came. */
	status: number | null;
	/** The API's id of the request, which OpenAI's support asks for. */
	requestId: string | null;
	/** How long the API asks to wait, in ms. */
	retryAfterMs: number | null;
	/** Whether the API wants the request again (`x-should-retry`); `null` = it does not say. */
	shouldRetry: boolean | null;
	moderation: { stage: string; categories: string[] } | null;
	/** What a refusal for the rate limit says of it; `null` = another kind of failure. */
	rate: RateSignal | null;
	/** Why no other model has taken over, in a sentence; absent = there was none to. */
	fallback?: string;
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

/** A failure that has no answer of the API behind it. */
export function localFailure(kind: FailureKind, code: string, message: string): Failure {
	return {
		kind,
		message,
		code,
		status: null,
		requestId: null,
		retryAfterMs: null,
		shouldRetry: null,
		moderation: null,
		rate: null,
	};
}
