/** Picodollars of an exact decimal in USD, without the code under test. */
export function picodollars(exact: string): bigint {
	const [whole = '0', fraction = ''] = exact.split('.');
	return BigInt(whole + fraction.padEnd(12, '0'));
}
