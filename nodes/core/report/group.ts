import { type Picodollars, sum } from '../util/money';
import type { ImageRecord } from './imageRecord';
import type { FailureRecord, Group } from './types';

type PaidFailure = FailureRecord & { cost: Picodollars };

/** Something that money was spent on. */
export type Expense = { image: ImageRecord } | { lost: PaidFailure };

/** All images, and those that were made, billed and lost. */
export function expenses(
	images: readonly ImageRecord[],
	failures: readonly FailureRecord[],
): Expense[] {
	const lost = failures.flatMap((failure) =>
		failure.cost === null ? [] : { lost: { ...failure, cost: failure.cost } },
	);
	return [...images.map((image) => ({ image })), ...lost];
}

const costOf = (one: Expense): Picodollars | null =>
	'image' in one ? one.image.cost : one.lost.cost;

/** @returns `null` = there are some, and nothing is known of any */
export function knownSum(amounts: ReadonlyArray<Picodollars | null>): Picodollars | null {
	const known = amounts.flatMap((amount) => amount ?? []);
	return known.length === 0 && amounts.length > 0 ? null : sum(known);
}

export const total = (counts: readonly number[]): number =>
	counts.reduce((all, count) => all + count, 0);

export function group(name: string, list: readonly Expense[]): Group {
	const images = list.filter((one) => 'image' in one);
	const unknown = images.filter((one) => costOf(one) === null).length;
	return {
		name,
		images: images.length,
		cost: knownSum(list.map(costOf)),
		unknown,
		lost: list.length - images.length,
		atLeast: unknown > 0,
	};
}

export function groups(list: readonly Expense[], nameOf: (one: Expense) => string): Group[] {
	const byName = new Map<string, Expense[]>();
	for (const one of list) {
		const name = nameOf(one);
		const same = byName.get(name);
		if (same === undefined) byName.set(name, [one]);
		else same.push(one);
	}
	return [...byName].map(([name, same]) => group(name, same));
}

/** Several groups as one. */
export function together(name: string, list: readonly Group[]): Group {
	return {
		name,
		images: total(list.map(({ images }) => images)),
		// One of which nothing was spent says nothing of the others.
		cost: knownSum(
			list
				.filter(({ images, lost, cost }) => images + lost > 0 || cost === null)
				.map(({ cost }) => cost),
		),
		unknown: total(list.map(({ unknown }) => unknown)),
		lost: total(list.map(({ lost }) => lost)),
		atLeast: list.some(({ atLeast }) => atLeast),
	};
}

/** The first ones, and all others as one. */
export function atMost<T extends Group>(
	list: readonly T[],
	most: number,
	asOne: (name: string, rest: readonly T[]) => T,
): T[] {
	const rest = list.slice(most);
	return rest.length === 0
		? [...list]
		: [...list.slice(0, most), asOne(`(${rest.length} more)`, rest)];
}

/** The dearest first; those of which nothing is known last. */
export function byCost<T extends Group>(list: T[]): T[] {
	const amount = ({ cost }: Group): bigint => cost ?? -1n;
	return list.sort((a, b) => (amount(a) > amount(b) ? -1 : amount(a) < amount(b) ? 1 : 0));
}

/** Names that are not in the order come last. */
export function inOrder(list: Group[], order: readonly string[]): Group[] {
	const place = ({ name }: Group): number =>
		order.includes(name) ? order.indexOf(name) : order.length;
	return list.sort((a, b) => place(a) - place(b));
}
