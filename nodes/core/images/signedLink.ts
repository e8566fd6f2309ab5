import { asRecord } from '../util/json';

/**
 * When a link of n8n's to a stored file ends: it carries a signed token (JWT, RFC 7519) whose claim `exp` says so.
 * @returns ISO 8601; `null` = it does not say
 */
export function endOfLink(url: string): string | null {
	const payload = /[?&]token=[\w-]+\.([\w-]+)\./.exec(url)?.[1] ?? '';
	try {
		const { exp } = asRecord(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
		return typeof exp === 'number' ? new Date(exp * 1000).toISOString() : null;
	} catch {
		return null;
	}
}

/** Whether a link opens on the computer itself only, because n8n does not know its public address. */
export const isLocalLink = (url: string): boolean =>
	/^https?:\/\/(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])(?=[:/])/i.test(url);
