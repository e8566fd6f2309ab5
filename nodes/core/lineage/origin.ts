import type { Variation } from '../requests/variations';
import { asRecord, asText } from '../util/json';
import { type Draft, readDraft } from './draft';

/** What was asked for, where another model was used instead. */
export interface Replaced {
	model: string;
	quality: string | null;
	/** YYYY-MM-DD; `null` = not known, or it goes on. */
	shutdown: string | null;
	/** `gone` for good, or `down` at that time. */
	reason: 'gone' | 'down';
	/** What the API said while it was down; absent = it is gone. */
	message?: string;
}

/** Where an image comes from. */
export interface Origin {
	/** Which words its prompt was filled with. */
	variation: Variation | null;
	/** Which draft it was promoted from. */
	draft: Draft | null;
	/** In whose place its model stands. */
	replaced: Replaced | null;
}

export const NO_ORIGIN: Origin = { variation: null, draft: null, replaced: null };

/** As it was kept beside a batch, where it may be missing. */
export function readOrigin(value: Record<string, unknown>): Origin {
	const { index, count, words } = asRecord(value.variation);
	const isVariation = typeof index === 'number' && typeof count === 'number';
	const replaced = asRecord(value.replaced);
	const model = asText(replaced.model);
	return {
		variation: isVariation
			? { index, count, words: asRecord(words) as Record<string, string> }
			: null,
		draft: readDraft(value.draft),
		replaced: model === null ? null : readReplaced(model, replaced),
	};
}

function readReplaced(
	model: string,
	{ quality, shutdown, reason, message }: Record<string, unknown>,
): Replaced {
	const words = asText(message);
	return {
		model,
		quality: asText(quality),
		shutdown: asText(shutdown),
		reason: reason === 'down' ? 'down' : 'gone',
		...(words !== null && { message: words }),
	};
}
