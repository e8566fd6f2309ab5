import { asRecord } from '../run/errorBody';
import type { Variation } from '../requests/variations';
import { draftOf, type Draft } from './draft';

/** Where an image comes from: which words its prompt was filled with, and which draft it was promoted from. */
export interface Origin {
	variation: Variation | null;
	draft: Draft | null;
}

export const NO_ORIGIN: Origin = { variation: null, draft: null };

/** As it was kept beside a batch, where it may be missing. */
export function readOrigin(value: Record<string, unknown>): Origin {
	const { index, count, words } = asRecord(value.variation);
	const isVariation = typeof index === 'number' && typeof count === 'number';
	return {
		variation: isVariation ? { index, count, words: asRecord(words) as Record<string, string> } : null,
		draft: draftOf(value.draft),
	};
}
