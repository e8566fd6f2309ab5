import { picodollars, type Picodollars, ZERO } from '../../core/util/money';
import { digestOf } from '../n8n/digest';
import type { PreparedLine } from './preparedLine';

/** At standard price; `null` = a price is not known. */
export function expectedOf(lines: Iterable<PreparedLine>): Picodollars | null {
	let total: bigint = ZERO;
	for (const { expected } of lines) {
		if (expected === null) return null;
		total += expected;
	}
	return picodollars(total);
}

export function countImages(lines: Iterable<PreparedLine>): number {
	let total = 0;
	for (const { images } of lines) total += images;
	return total;
}

/** Knows the requests of a batch, whenever, in whichever execution and in whichever order they are submitted. */
export const contentOf = (lines: readonly Pick<PreparedLine, 'content'>[]): string =>
	digestOf(
		lines
			.map(({ content }) => content)
			.sort()
			.join(''),
	).slice(0, 32);
