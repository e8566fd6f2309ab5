import { isMetadataService, isPrivateHost } from '../util/hosts';
import { withoutSlashes } from '../util/text';

/** A base URL that may be used, or one sentence on why not. */
export type BaseUrlCheck = { ok: true; url: string } | { ok: false; problem: string };

/**
 * Checks where the key would be sent: https, or http inside one's own network, no metadata
 * service, and nothing hidden in the address. The result has no trailing slash.
 */
export function checkBaseUrl(value: string): BaseUrlCheck {
	const text = value.trim();
	const refuse = (why: string): BaseUrlCheck => ({
		ok: false,
		problem: `The credential's 'Base URL' ${JSON.stringify(withoutSecrets(text))} can't be used: ${why} Example: https://api.openai.com/v1`,
	});
	if (text.length > LONGEST)
		return refuse(`it has ${text.length} characters; at most ${LONGEST} are allowed.`);
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		return refuse('it is not a complete address.');
	}
	if (url.protocol !== 'https:' && url.protocol !== 'http:') {
		return refuse('it must start with https://.');
	}
	if (url.username !== '' || url.password !== '') {
		return refuse("it must not contain a user name or password; enter the key in 'API Key'.");
	}
	if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) {
		return refuse('it must not contain ? or #.');
	}
	if (isMetadataService(url.hostname)) {
		return refuse(
			"it is the address of a cloud metadata service, which gives out the machine's credentials.",
		);
	}
	if (url.protocol === 'http:' && !isPrivateHost(url.hostname)) {
		return refuse('over http, the key would be sent unencrypted over the internet; use https.');
	}
	return { ok: true, url: withoutSlashes(`${url.origin}${url.pathname}`) };
}

/** No address of an API needs more, in characters. */
const LONGEST = 2000;
/** Of what is shown of one that is refused. */
const LONGEST_SHOWN = 200;

/** What may be shown of a refused address: no user name, password or query, and no key pasted into the wrong field. */
function withoutSecrets(text: string): string {
	const masked = text
		.slice(0, LONGEST)
		.replace(/^.*@/s, '…@')
		.replace(/([?#]).*$/s, '$1…')
		.replace(/\bsk-[\w-]+/g, 'sk-…');
	return masked.length > LONGEST_SHOWN ? `${masked.slice(0, LONGEST_SHOWN)}…` : masked;
}

/** A segment ".." that URL leaves and some servers resolve: beside slashes that are encoded, itself encoded twice, or with a parameter (Tomcat). */
const UP_A_FOLDER = /(?:\/|%(?:25)*(?:2f|5c))(?:\.|%(?:25)*2e){2}(?:[/;]|%(?:25)*(?:2f|5c)|$)/i;

/** Whether a request to `target` stays with the host and path that the key belongs to. */
export function isBelow(target: string, baseUrl: string): boolean {
	try {
		const to = new URL(target);
		const base = new URL(baseUrl);
		// A user name would take the place of the key, and some servers read %2F as a slash.
		if (to.username !== '' || to.password !== '' || UP_A_FOLDER.test(to.pathname)) return false;
		return (
			to.origin === base.origin && `${to.pathname}/`.startsWith(`${withoutSlashes(base.pathname)}/`)
		);
	} catch {
		return false;
	}
}

/**
 * Whether an image may be fetched from an address that an answer gives: https at one of the provider's hosts or
 * below, or at the very address that the key belongs to.
 */
export function isResultAddress(url: string, hosts: readonly string[], baseUrl: string): boolean {
	try {
		const { protocol, hostname, origin, username, password } = new URL(url);
		if (username !== '' || password !== '') return false;
		if (origin === new URL(baseUrl).origin) return true;
		return (
			protocol === 'https:' &&
			hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`))
		);
	} catch {
		return false;
	}
}
