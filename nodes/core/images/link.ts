import { hidesIpv4, isInternalHost, isMetadataService } from '../util/hosts';

/** A link that may be followed, or why not: the end of a sentence that begins with what it is. */
export type LinkCheck = { ok: true; url: string } | { ok: false; problem: string };

/** Signed links of clouds have some 2,000 characters. */
const LONGEST = 8192;

/**
 * Checks the link of an image before anything is sent there: http or https, without a user name, and a host that is
 * written as what it is. What n8n's own rules forbid beside that is refused by n8n when it is fetched.
 * @returns its address as it is sent, without a fragment
 */
export function checkLink(text: string): LinkCheck {
	if (text.length > LONGEST)
		return refuse(`has ${text.length} characters; at most ${LONGEST} are allowed`);
	// `URL` leaves some of these out, and reads a backslash as a slash.
	if (/[\s\\\p{Cc}]/u.test(text)) return refuse('contains spaces, line breaks or backslashes');
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		return refuse('is not a complete URL, such as https://example.com/photo.png');
	}
	if (url.protocol !== 'https:' && url.protocol !== 'http:')
		return refuse('does not start with https:// or http://');
	if (url.username !== '' || url.password !== '')
		return refuse('contains a user name or password, which others could see');
	const host = hostProblem(text, url.hostname);
	if (host !== null) return refuse(host);
	url.hash = '';
	return { ok: true, url: url.href };
}

const refuse = (problem: string): LinkCheck => ({ ok: false, problem });

function hostProblem(text: string, host: string): string | null {
	if (isMetadataService(host))
		return "is the address of a cloud's metadata service, which can reveal the keys of the machine. Use a link to an image on another server";
	if (hidesIpv4(host))
		return 'contains an IPv4 address inside an IPv6 address: write the IPv4 address alone';
	if (host === '[::]' || /^0\./.test(host))
		return 'is not the address of a server: write its name or its own address';
	// 127.1, 2130706433, 0x7f.1 and 0177.0.0.1 are all 127.0.0.1.
	const written = /^[^:]*:\/*([^/?#:]*)/.exec(text)?.[1];
	return /^\d+(?:\.\d+){3}$/.test(host) && written !== host
		? `has a number as its host, which means ${host}: use that address instead`
		: null;
}

/**
 * Where a redirect leads. A link of the internet that leads into a network of one's own is an attack, and one that
 * leads from https to http can be changed on its way.
 * @param location as the server has it; may be relative
 */
export function checkRedirect(from: string, location: string): LinkCheck {
	let target: string;
	try {
		target = new URL(location, from).href;
	} catch {
		return refuse("redirects to an address that can't be read");
	}
	const checked = checkLink(target);
	if (!checked.ok) return refuse(`redirects to an address that ${checked.problem}`);
	const [source, to] = [new URL(from), new URL(checked.url)];
	if (source.protocol === 'https:' && to.protocol === 'http:')
		return refuse('redirects from https to http, which others could change on the way');
	return isInternalHost(to.hostname) && !isInternalHost(source.hostname)
		? refuse('redirects from the internet into a private network')
		: checked;
}

/** In a private network, by its name alone. @param url a checked link */
export const isInternalLink = (url: string): boolean => isInternalHost(new URL(url).hostname);

const LONGEST_SHOWN = 120;

/** As it may be shown: without what may be a secret in it. */
export function shownLink(link: string): string {
	const shown = link
		.slice(0, LONGEST)
		.replace(/^([a-z][a-z0-9+.-]*:\/*)[^/@]*@/i, '$1…@')
		.replace(/[?#][^]*$/, '?…')
		.replace(/^data:([^,]{0,40})[^]*$/i, 'data:$1…')
		.replace(/\s+/g, ' ');
	return shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}…` : shown;
}
