import { withoutSlashes } from '../util/text';
import { isBelow } from './baseUrl';

/**
 * A request as n8n hands it over to be signed: from our nodes, or from its HTTP Request node, where whoever may use a
 * credential, and not read it, sets all of it. n8n (2.41) names the address `url` or `uri`.
 */
type Unsigned = Readonly<Record<string, unknown>>;

/**
 * Why a request must not carry the key, in a sentence with what to do; `null` = it may.
 * @param baseUrl where the key belongs
 */
export function whyNotSigned(request: Unsigned, baseUrl: string): string | null {
	const [first, second] = [request.url, request.uri].filter(isThere);
	// An expression can give an object that is another text each time it is asked.
	if (
		![first, second, request.baseURL, request.method]
			.filter(isThere)
			.every((part) => typeof part === 'string')
	)
		return elsewhere(baseUrl);
	if (second !== undefined && first !== second) return elsewhere(baseUrl);
	if (!isBelow(targetOf(first, request.baseURL), baseUrl)) return elsewhere(baseUrl);
	// Any object: what it says may stand in its prototype.
	if (request.proxy)
		return refused(
			"a proxy of the request, which could read the key or redirect it. Remove 'Proxy'; whoever runs n8n can set a proxy for all requests",
		);
	if (request.rejectUnauthorized === false || request.skipSslCertificateValidation) {
		return refused(
			"unchecked certificates, because anybody on the network could then read the key. Turn off 'Ignore SSL Issues (Insecure)'",
		);
	}
	if (isGiven(request.agentOptions))
		return refused(
			"SSL certificates of the request, which could vouch for another server. Turn off 'SSL Certificates'",
		);
	const header = headerNames(request.headers).find((name) =>
		ROUTING.has(name.trim().toLowerCase()),
	);
	if (header !== undefined)
		return refused(
			`the header ${JSON.stringify(header.slice(0, 40))}, which could send the key to another server. Remove it`,
		);
	return whyNotBy(
		String(request.method ?? 'GET')
			.trim()
			.toUpperCase(),
	);
}

function whyNotBy(method: string): string | null {
	return ECHOING.has(method)
		? refused(
				`the method ${method}, which asks the server to send back the request, and the key with it. Choose another method`,
			)
		: null;
}

const elsewhere = (baseUrl: string): string =>
	`The key of this credential is for ${baseUrl} and is not sent anywhere else. Change the address, or the credential's 'Base URL'.`;

const refused = (what: string): string => `The key of this credential is not sent with ${what}.`;

/** Headers by which servers and content networks tell their tenants and addresses apart. */
const ROUTING = new Set([
	'host',
	':authority',
	'forwarded',
	'x-forwarded-host',
	'x-forwarded-server',
	'x-host',
	'x-http-host-override',
	'x-original-host',
	'x-original-url',
	'x-rewrite-url',
]);

const ECHOING = new Set(['TRACE', 'TRACK', 'CONNECT']);

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

const isGiven = (value: unknown): boolean =>
	typeof value === 'object' && value !== null
		? Object.keys(value).length > 0
		: value !== undefined && value !== null && value !== '' && value !== false;

const headerNames = (headers: unknown): string[] =>
	typeof headers === 'object' && headers !== null ? Object.keys(headers) : [];

/** The address that n8n's HTTP client makes of it (axios, buildFullPath). */
function targetOf(given: unknown, baseURL: unknown): string {
	const address = String(given ?? '');
	if (!isGiven(baseURL) || /^(?:[a-z][a-z\d+.-]*:)?\/\//i.test(address)) return address;
	const base = String(baseURL);
	return address === '' ? base : `${withoutSlashes(base)}/${address.replace(/^\/+/, '')}`;
}

/** However n8n is asked to follow redirects, which would take the key to another address, it does not. */
export const NO_REDIRECTS = {
	disableFollowRedirect: true,
	followRedirect: false,
	followAllRedirects: false,
	maxRedirects: 0,
} as const;
