import { parseUsd, picodollars, toExactUsd } from './money';

type PriceList = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

const CENT = 10_000_000_000n;

/**
 * What a request costs by a list of prices per image, rounded up to a cent as the provider bills.
 * @returns exact decimal of USD; `null` = the list does not say
 */
export function listPrice(list: PriceList | undefined, model: string, quality: string, size: string, images: number): string | null {
	const each = list?.[model]?.[quality]?.[size];
	if (each === undefined) return null;
	const amount = parseUsd(each) * BigInt(images);
	return toExactUsd(picodollars(((amount + CENT - 1n) / CENT) * CENT));
}
