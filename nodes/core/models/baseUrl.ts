import { withoutSlashes } from '../trimEnds';

/** A base URL that may be used, or one sentence on why not. */
export type BaseUrlCheck = { ok: true; url: string } | { ok: false; problem: string };

/**
 * What counts as one's own network, where http may do: private and loopback addresses, names that are never public
 * (RFC 6761, 6762, 8375; `internal` by ICANN's resolution), and names without a dot, which are services of Docker and
 * Kubernetes or hosts of a search domain. Link-local addresses are not among them: what is there is metadata services.
 */
const PRIVATE_HOST =
	/^(?:localhost|[^.:]+|.+\.(?:localhost|local|internal|lan|home\.arpa)|127(?:\.\d+){3}|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|\[::1\]|\[f[cd][0-9a-f]{2}:.*\])$/i;

/** Amazon, Azure, Google and most others at 169.254.0.0/16 or under these names; Alibaba, Azure's host and Oracle have others. */
const METADATA_SERVICE =
	/^(?:169\.254(?:\.\d+){2}|100\.100\.100\.200|168\.63\.129\.16|192\.0\.0\.192|\[fe[89ab][0-9a-f]:.*\]|\[fd00:ec2::254\]|\[fd20:ce::254\]|\[(?:::ffff:|64:ff9b::)(?:a9fe:.*|6464:64c8|a83f:8110|c000:c0)\]|(?:.+\.)?metadata(?:\.google\.internal|\.goog|\.azure\.internal|\.tencentyun\.com)?|instance-data(?:\..+)?)$/i;

const isMetadataService = (host: string): boolean =>
	METADATA_SERVICE.test(host.endsWith('.') ? host.slice(0, -1) : host);

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
		return refuse("it must not contain a user name or password; put the key into 'API Key'.");
	}
	if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) {
		return refuse('it must not contain ? or #.');
	}
	if (isMetadataService(url.hostname)) {
		return refuse(
			"it is the address of a cloud's metadata service, which gives out keys of the machine.",
		);
	}
	if (url.protocol === 'http:' && !PRIVATE_HOST.test(url.hostname)) {
		return refuse('over http the key would travel unencrypted through the internet; use https.');
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
