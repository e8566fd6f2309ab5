import { picodollars, type Picodollars } from './money';

/** Parts of a percent that a rate is counted in. */
const SCALE = 1_000_000;

/** What an image costs that somebody accepts, rounded up to a picodollar. @param rate in percent, above 0 */
export function perAccepted(amount: Picodollars, images: number, rate: number): Picodollars {
	const accepted = BigInt(images) * BigInt(Math.max(1, Math.round(rate * SCALE)));
	return picodollars((amount * BigInt(100 * SCALE) + accepted - 1n) / accepted);
}

/**
 * How many of the other's images must be accepted, in percent, so that an accepted one costs no more than here.
 * @returns above 100 = it can't
 */
export function breakEvenRate(amount: Picodollars, rate: number, other: Picodollars): number {
	return amount === 0n ? Infinity : (Number(other) / Number(amount)) * rate;
}
