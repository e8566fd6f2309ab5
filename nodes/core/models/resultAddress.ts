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
