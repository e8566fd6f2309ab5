import { ZERO } from '../util/money';
import { byCost, type Expense, groups, together, total } from './group';
import type { FailureRecord, FieldGroup, SkippedRecord } from './types';

/** Name of the group of those that have no value. A value is never empty. */
export const NO_VALUE = '';

/** By value, the dearest first. Whatever was asked for stands in one group. */
export function fieldGroups(
	spent: readonly Expense[],
	failures: readonly FailureRecord[],
	skipped: readonly SkippedRecord[],
): FieldGroup[] {
	const paid = groups(
		spent,
		(one) => ('image' in one ? one.image.group : one.lost.group) ?? NO_VALUE,
	);
	const byName = new Map(
		paid.map((one): [string, FieldGroup] => [one.name, { ...one, failed: 0, skipped: 0 }]),
	);
	const at = (name: string): FieldGroup => {
		const known = byName.get(name) ?? {
			name,
			images: 0,
			cost: ZERO,
			unknown: 0,
			lost: 0,
			atLeast: false,
			failed: 0,
			skipped: 0,
		};
		byName.set(name, known);
		return known;
	};
	for (const failure of failures) {
		const of = at(failure.group ?? NO_VALUE);
		of.failed += 1;
		if (failure.cost === null && failure.sent) of.atLeast = true;
	}
	for (const { group, images } of skipped) at(group ?? NO_VALUE).skipped += images;
	return byCost(
		[...byName.values()].map((one) =>
			one.atLeast && one.images + one.lost === 0 ? { ...one, cost: null } : one,
		),
	);
}

/** Several of them as one. */
export const fieldsTogether = (name: string, list: readonly FieldGroup[]): FieldGroup => ({
	...together(name, list),
	failed: total(list.map(({ failed }) => failed)),
	skipped: total(list.map((one) => one.skipped)),
});
