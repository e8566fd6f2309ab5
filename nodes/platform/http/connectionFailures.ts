import { presentable } from '../../core/failures/errorText';
import { type Failure, type FailureKind, localFailure } from '../../core/failures/failure';
import { asRecord, asText } from '../../core/util/json';

/** Node's codes of a connection that never stood, so that nothing can have been billed; the next one may. */
const NEVER_SENT = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EAI_FAIL',
	'ENODATA',
	'EHOSTUNREACH',
	'EHOSTDOWN',
	'ENETUNREACH',
	'ENETDOWN',
	'EADDRNOTAVAIL',
	'EMFILE',
	'ENFILE',
	'UND_ERR_CONNECT_TIMEOUT',
]);
/** What Node says of it where the code alone does not: a connection that was still being made. */
const NEVER_STOOD =
	/\bconnect (?:ETIMEDOUT|ECONNRESET)\b|before secure TLS connection was established/;
const TIMED_OUT = new Set([
	'ECONNABORTED',
	'ETIMEDOUT',
	'ESOCKETTIMEDOUT',
	'UND_ERR_HEADERS_TIMEOUT',
	'UND_ERR_BODY_TIMEOUT',
]);

/** Node's TLS codes (tls, "X509 certificate error codes") and those of OpenSSL: the request is sent only after all of them. */
const UNTRUSTED =
	/^(?:CERT_|CRL_|ERR_TLS_(?!HANDSHAKE_TIMEOUT)|UNABLE_TO_|(?:DEPTH_ZERO_)?SELF_SIGNED_|ERROR_IN_CERT_|INVALID_(?:CA|PURPOSE)$|HOSTNAME_MISMATCH$|PATH_LENGTH_EXCEEDED$)/;
/** The handshake; a record that breaks later on has another name. */
const HANDSHAKE =
	/^(?:EPROTO$|ERR_TLS_HANDSHAKE_TIMEOUT$|ERR_SSL_(?!DECRYPTION_FAILED_OR_BAD_RECORD))/;
/** Errors of n8n's own filters of addresses (SSRF protection, domains of a credential), by the names of their classes. */
const FILTERED = /^(?:SsrfBlocked\w*|UnknownConnectionHost)Error$/;
/** The same by n8n's words, because axios does not keep the class. */
const FILTERED_WORDS =
	/^The request was blocked because|^Domain not allowed:|is not allowed\. This is a security measure|\bSSRF\b|^Cannot determine the host for this connection/;
/** The tunnel through a proxy (https-proxy-agent), before anything of the request is in it. */
const NO_TUNNEL =
	/proxy connection ended before receiving CONNECT response|from proxy CONNECT response/i;

/** A call that brought no answer. n8n's words are kept where it refused to send the request. */
export function connectionFailure(error: unknown): Failure {
	const chain = causes(error);
	const codes = chain.flatMap((cause) => asText(asRecord(cause).code) ?? []);
	const words = chain.flatMap((cause) => (cause instanceof Error ? [cause.message] : []));
	const filtered = chain.find(
		(cause) =>
			FILTERED.test(asText(asRecord(cause).name) ?? '') ||
			FILTERED_WORDS.test(asText(asRecord(cause).message) ?? ''),
	);
	if (filtered !== undefined)
		return localFailure('notReachable', 'blocked_by_n8n', blockedWords(chain, filtered));
	const { kind, words: message } = explain(codes, words.join(' '));
	const code = codes.at(-1) ?? 'no_answer';
	return localFailure(kind, CODES[kind] ?? code, `${message} (${code})`);
}

/** n8n's own sentence, and the description in which it names the address. */
function blockedWords(chain: unknown[], filtered: unknown): string {
	const sentence = asText(asRecord(filtered).message) ?? 'n8n did not send the request';
	const description = chain
		.map((cause) => asText(asRecord(cause).description))
		.find((text) => text !== null);
	return presentable([withPeriod(sentence), description].filter(Boolean).join(' '));
}

const withPeriod = (sentence: string): string =>
	/[.!?]$/.test(sentence) ? sentence : `${sentence}.`;

function explain(codes: string[], words: string): { kind: FailureKind; words: string } {
	if (codes.includes('ERR_CANCELED'))
		return { kind: 'cancelled', words: 'The execution was cancelled.' };
	if (codes.some((code) => UNTRUSTED.test(code)))
		return {
			kind: 'notReachable',
			words: "The server's certificate is not trusted, so nothing was sent.",
		};
	if (codes.some((code) => HANDSHAKE.test(code)))
		return { kind: 'notSent', words: 'No secure connection could be established.' };
	if (codes.includes('ERR_INVALID_URL'))
		return { kind: 'notReachable', words: 'The address is not valid, so nothing was sent.' };
	if (codes.some((code) => NEVER_SENT.has(code)))
		return { kind: 'notSent', words: `The API could not be reached${whyNot(codes)}.` };
	if (NEVER_STOOD.test(words)) return { kind: 'notSent', words: 'The API could not be reached.' };
	if (NO_TUNNEL.test(words))
		return { kind: 'notSent', words: 'The proxy could not connect to the API.' };
	if (codes.some((code) => TIMED_OUT.has(code)) || /timed? ?out/i.test(words))
		return { kind: 'timeout', words: 'No answer arrived in time.' };
	return { kind: 'connectionLost', words: 'The connection ended before the answer arrived.' };
}

/** In words, where the code says more than that. */
const REASONS: ReadonlyArray<[codes: string[], words: string]> = [
	[['ENOTFOUND', 'ENODATA', 'EAI_FAIL'], 'no server has this name'],
	[['EAI_AGAIN'], 'the name of the server could not be looked up'],
	[['ECONNREFUSED'], 'nothing listens at this address and port'],
	[
		['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN'],
		"there is no route to it from n8n's network",
	],
	[['UND_ERR_CONNECT_TIMEOUT'], 'the server did not accept the connection in time'],
	[['EMFILE', 'ENFILE', 'EADDRNOTAVAIL'], "n8n's machine has no free connections left"],
];

function whyNot(codes: readonly string[]): string {
	const reason = REASONS.find(([known]) => codes.some((code) => known.includes(code)));
	return reason === undefined ? '' : `: ${reason[1]}`;
}

const CODES: Partial<Record<FailureKind, string>> = {
	cancelled: 'cancelled',
	timeout: 'timeout',
	notSent: 'connection_failed',
	notReachable: 'not_reachable',
	connectionLost: 'connection_lost',
};

/** The error and what caused it, outermost first. */
function causes(error: unknown): unknown[] {
	const chain: unknown[] = [];
	for (
		let at = error;
		at !== undefined && at !== null && chain.length < 8;
		at = asRecord(at).cause
	) {
		chain.push(at);
	}
	return chain;
}
