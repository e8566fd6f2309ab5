import type { RateSignal, ReadHeader } from './rateSignal';

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
