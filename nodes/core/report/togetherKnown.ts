import type { Draft } from '../lineage/draft';
import { picodollars, type Picodollars, readUsd, splitEvenly, sum } from '../util/money';
import type { Sighting } from './imageRecord';

/** Images of which it is said what they cost together: a draft with the drafts that it was made from. */
export interface TogetherKnown {
	ids: string[];
	cost: Picodollars;
}

/** @returns `null` = the draft has no draft of its own, or it is not known what they cost */
export function togetherKnownOf(draft: Draft): TogetherKnown | null {
	const cost = readUsd(draft.cost.totalUsd);
	const ids = idsOf(draft);
	return cost === null || ids.length === 1 ? null : { ids, cost };
}

const idsOf = ({ id, draft }: Draft): string[] => [
	id,
	...(draft === undefined ? [] : idsOf(draft)),
];

/** Gives those whose cost no other item says what is left of the sum. */
export function fillFromSums(
	known: readonly TogetherKnown[],
	images: ReadonlyMap<string, Sighting>,
): void {
	for (const { ids, cost } of known) {
		const seen = ids.flatMap((id) => images.get(id) ?? []);
		const missing = seen.filter(({ amount }) => amount === null);
		const left = cost - sum(seen.flatMap(({ amount }) => amount?.cost ?? []));
		const amounts = splitEvenly(picodollars(left), left < 0n ? 0 : missing.length);
		for (const [index, amount] of amounts.entries())
			(missing[index] as Sighting).amount = { cost: amount, rank: 'derived' };
	}
}
