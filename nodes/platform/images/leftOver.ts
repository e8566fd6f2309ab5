import type { UndeliveredImages } from './types';

/** What an earlier try has paid for and nobody asks for any more. */
export interface LeftOver {
	images: number;
	maybeBilledAttempts: number;
}

/** @param current fingerprints of what is asked for now */
export function leftOverOf(
	{ receipts, unanswered }: UndeliveredImages,
	current: ReadonlySet<string>,
): LeftOver {
	const left = <T>(of: Record<string, T>): T[] =>
		Object.entries(of).flatMap(([fingerprint, value]) => (current.has(fingerprint) ? [] : [value]));
	const kept = left(receipts).flat();
	const attempts = [
		...kept.map(({ maybeBilledAttempts }) => maybeBilledAttempts),
		...left(unanswered),
	];
	return {
		images: sum(kept.map(({ made }) => made?.count ?? 0)),
		maybeBilledAttempts: sum(attempts),
	};
}

const sum = (counts: readonly number[]): number =>
	counts.reduce((total, count) => total + count, 0);
