import { sum, type Picodollars } from '../pricing/money';
import type { ImageRecord } from './imageRecord';
import type { FailureRecord } from './records';

/** What was spent on one kind of images. */
export interface Group {
	name: string;
	images: number;
	/** Of what is known; `null` = nothing is. */
	cost: Picodollars | null;
	/** Images whose cost is not known, so that it was more than `cost`. */
	unknown: number;
	/** Images that were billed and lost. */
	lost: number;
}

type PaidFailure = FailureRecord & { cost: Picodollars };

/** Something that money was spent on. */
export type Spending = { image: ImageRecord } | { lost: PaidFailure };

/** All images, and those that were made, billed and lost. */
export function spendings(
	images: readonly ImageRecord[],
	failures: readonly FailureRecord[],
): Spending[] {
	const lost = failures.flatMap((failure) =>
		failure.cost === null ? [] : { lost: { ...failure, cost: failure.cost } },
	);
	return [...images.map((image) => ({ image })), ...lost];
}

const costOf = (one: Spending): Picodollars | null =>
	'image' in one ? one.image.cost : one.lost.cost;

/** @returns `null` = there are some, and nothing is known of any */
export function knownSum(amounts: ReadonlyArray<Picodollars | null>): Picodollars | null {
	const known = amounts.flatMap((amount) => amount ?? []);
	return known.length === 0 && amounts.length > 0 ? null : sum(known);
}

export function group(name: string, list: readonly Spending[]): Group {
	const images = list.filter((one) => 'image' in one);
	return {
		name,
		images: images.length,
		cost: knownSum(list.map(costOf)),
		unknown: images.filter((one) => costOf(one) === null).length,
		lost: list.length - images.length,
	};
}

export function groups(list: readonly Spending[], nameOf: (one: Spending) => string): Group[] {
	const byName = new Map<string, Spending[]>();
	for (const one of list) {
		const name = nameOf(one);
		const same = byName.get(name);
		if (same === undefined) byName.set(name, [one]);
		else same.push(one);
	}
	return [...byName].map(([name, same]) => group(name, same));
}

/** The dearest first; those of which nothing is known last. */
export function byCost(list: Group[]): Group[] {
	const amount = ({ cost }: Group): bigint => cost ?? -1n;
	return list.sort((a, b) => (amount(a) > amount(b) ? -1 : amount(a) < amount(b) ? 1 : 0));
}

/** Names that are not in the order come last. */
export function inOrder(list: Group[], order: readonly string[]): Group[] {
	const place = ({ name }: Group): number =>
		order.includes(name) ? order.indexOf(name) : order.length;
	return list.sort((a, b) => place(a) - place(b));
}
