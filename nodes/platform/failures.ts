import { asRecord, asText, failureFromError, wordsOf } from '../core/run/errorBody';
import { localFailure, type Failure, type FailureKind } from '../core/run/failure';
import type { SendResult } from '../core/run/outcome';
import { APIError } from '../vendor/openai';

/** Node's and axios' codes of a connection that never stood, so that nothing can have been billed. */
const NEVER_SENT = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'EPROTO',
	'ERR_INVALID_URL',
	'CERT_HAS_EXPIRED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const TIMED_OUT = new Set(['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT']);

/** Calls the SDK; what goes wrong is a value. */
export async function resultOf<T>(call: () => Promise<T>): Promise<SendResult<T>> {
	try {
		return { ok: true, value: await call() };
	} catch (error) {
		return { ok: false, failure: failureFromSdk(error) };
	}
}

/** A file that n8n does not give out. */
export function unreadableInput(error: unknown): Failure {
	return localFailure('invalidInput', 'unreadable_input', `The input could not be read: ${wordsOf(error)}`);
}

/** An image that n8n does not take. */
export function notStored(error: unknown): Failure {
	return localFailure('notStored', 'not_stored', `The image could not be stored: ${wordsOf(error)}`);
}

/** What went wrong in a call of the SDK, as a value. Nothing of the request, hence no key, is kept. */
export function failureFromSdk(error: unknown): Failure {
	if (error instanceof APIError && typeof error.status === 'number') {
		return failureFromError(error.error, {
			status: error.status,
			requestId: asText(error.requestID),
			header: (name) => error.headers?.get(name) ?? null,
		});
	}
	if (error instanceof SyntaxError) {
		return localFailure('malformedResponse', 'malformed_response', 'The answer is not valid JSON.');
	}
	return connectionFailure(error);
}

function connectionFailure(error: unknown): Failure {
	const codes = causes(error).flatMap((cause) => asText(asRecord(cause).code) ?? []);
	const words = causes(error).map((cause) => (cause instanceof Error ? cause.message : '')).join(' ');
	const kind = connectionKind(codes, words);
	const code = codes.at(-1) ?? 'no_answer';
	return localFailure(kind, CODES[kind] ?? code, `${MESSAGES[kind] ?? 'No answer came.'} (${code})`);
}

function connectionKind(codes: string[], words: string): FailureKind {
	if (codes.includes('ERR_CANCELED')) return 'cancelled';
	if (codes.some((code) => NEVER_SENT.has(code))) return 'notSent';
	if (codes.some((code) => TIMED_OUT.has(code)) || /timed? ?out/i.test(words)) return 'timeout';
	return 'connectionLost';
}

const CODES: Partial<Record<FailureKind, string>> = {
	cancelled: 'cancelled',
	timeout: 'timeout',
	notSent: 'connection_failed',
	connectionLost: 'connection_lost',
};

const MESSAGES: Partial<Record<FailureKind, string>> = {
	cancelled: 'The execution was cancelled.',
	timeout: 'No answer came in time.',
	notSent: 'The API could not be reached.',
	connectionLost: 'The connection ended before the answer came.',
};

/** The error and what caused it, outermost first. */
function causes(error: unknown): unknown[] {
	const chain: unknown[] = [];
	for (let at = error; at !== undefined && at !== null && chain.length < 8; at = asRecord(at).cause) {
		chain.push(at);
	}
	return chain;
}
