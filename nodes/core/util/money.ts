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
	return picodollars(BigInt(whole) * PICODOLLARS_PER_USD + BigInt(fraction.padEnd(DECIMALS, '0')));
}

/** A decimal of any length, with or without an exponent. */
const AMOUNT = /^(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/** What a number says for sure; digits beyond are noise of its binary form. */
const SURE_DIGITS = 15;

/** From here on an amount is taken for a mistake: 1e9 USD. */
const ABSURD_DIGITS = 9 + DECIMALS + 1;

/**
 * An amount in USD as others write it in JSON: a number, or a decimal of any length and notation. What is finer than
 * a picodollar is rounded up.
 * @returns `null` = none that can be used: no number, below zero, or 1e9 USD and above
 */
export function readUsd(value: unknown): Picodollars | null {
	const text = typeof value === 'number' ? value.toPrecision(SURE_DIGITS) : value;
	const match = typeof text === 'string' ? AMOUNT.exec(text.trim()) : null;
	const [, whole = '', fraction = '', exponent = '0'] = match ?? [];
	if (whole + fraction === '') return null;
	const digits = (whole + fraction).replace(/^0+/, '');
	if (digits === '') return ZERO;
	/** How many zeros stand behind the digits, in picodollars; below 0 = so many digits are finer than one. */
	const shift = Number(exponent) - fraction.length + DECIMALS;
	if (digits.length + shift >= ABSURD_DIGITS) return null;
	if (shift >= 0) return picodollars(BigInt(digits + '0'.repeat(shift)));
	const amount = BigInt(digits.slice(0, shift) || '0');
	return picodollars(/[1-9]/.test(digits.slice(shift)) ? amount + 1n : amount);
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
	if (parts < 1) return [];
	const count = BigInt(parts);
	const each = amount / count;
	const rest = amount % count;
	return Array.from({ length: parts }, (_, index) =>
		picodollars(BigInt(index) < rest ? each + 1n : each),
	);
}

/** As it stands in an item; `null` = not known. */
export const usdOrNull = (amount: Picodollars | null): number | null =>
	amount === null ? null : toUsdNumber(amount);
