declare const brand: unique symbol;

/** An exact amount: 1 USD = 1,000,000,000,000 picodollars. */
export type Picodollars = bigint & { readonly [brand]: 'picodollars' };

const DECIMALS = 12;
const PICODOLLARS_PER_USD = 10n ** BigInt(DECIMALS);

export const picodollars = (amount: bigint): Picodollars => amount as Picodollars;

export const ZERO = picodollars(0n);

export function sum(amounts: Iterable<Picodollars>): Picodollars {
	let total = 0n;
	for (const amount of amounts) total += amount;
	return picodollars(total);
}

/** `null` = one of them is not known. */
export function sumOrNull(amounts: ReadonlyArray<Picodollars | null>): Picodollars | null {
	const known = amounts.flatMap((amount) => amount ?? []);
	return known.length === amounts.length ? sum(known) : null;
}

/**
 * Reads an exact decimal of USD such as "0.002204".
 * @throws RangeError when it is not a plain decimal or has more than 12 decimals
 */
export function parseUsd(decimal: string): Picodollars {
	const match = /^(\d+)(?:\.(\d{1,12}))?$/.exec(decimal);
	if (!match) throw new RangeError(`Not an exact USD amount: ${decimal}`);
	const [, whole = '0', fraction = ''] = match;
	return picodollars(
		BigInt(whole) * PICODOLLARS_PER_USD + BigInt(fraction.padEnd(DECIMALS, '0')),
	);
}

/** An amount in USD as JSON has it: an exact decimal or a number. `null` = none that can be used. */
export function readUsd(value: unknown): Picodollars | null {
	const decimal = typeof value === 'number' && value >= 0 && value < 1e9 ? value.toFixed(12) : value;
	if (typeof decimal !== 'string' || !/^\d{1,12}(?:\.\d{1,12})?$/.test(decimal)) return null;
	return parseUsd(decimal);
}

/** The exact decimal in USD, without trailing zeros: "0.002204". */
export function toExactUsd(amount: Picodollars): string {
	const sign = amount < 0n ? '-' : '';
	const digits = (amount < 0n ? -amount : amount).toString().padStart(DECIMALS + 1, '0');
	const whole = digits.slice(0, -DECIMALS);
	const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
	return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/** The nearest number in USD, for sums and comparisons in a workflow. */
export function toUsdNumber(amount: Picodollars): number {
	return Number(toExactUsd(amount));
}

/** Shortest readable form for people: four decimals at least, more where they would show zero. */
export function toReadableUsd(amount: Picodollars): string {
	const usd = toUsdNumber(amount);
	const decimals = usd !== 0 && Math.abs(usd) < 0.001 ? 6 : 4;
	return `$${usd.toFixed(decimals)}`;
}

/**
 * Splits an amount into `parts` that differ by at most one picodollar and add up to it exactly;
 * the larger ones come first.
 */
export function splitEvenly(amount: Picodollars, parts: number): Picodollars[] {
	const count = BigInt(parts);
	const share = amount / count;
	const rest = amount % count;
	return Array.from({ length: parts }, (_, index) =>
		picodollars(BigInt(index) < rest ? share + 1n : share),
	);
}
