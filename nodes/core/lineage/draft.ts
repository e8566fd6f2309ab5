import { asText } from '../util/json';
import { picodollars, type Picodollars, readUsd, toExactUsd } from '../util/money';
import { columnsOf, objectFrom } from './columns';
import { draftOfRow, isImageId, numberOrNull, ownCost, readItem } from './ourItem';

/**
 * What a promoted image was made from: facts of the draft's item that stay with what comes of it. Plain data,
 * as it stands in `draft` of the item.
 */
export interface Draft {
	/** `image.id` of the draft, by which a report counts it once. */
	id: string;
	/** "unknown" where the draft's item did not say. */
	model: string;
	quality: string | null;
	size: string | null;
	/** As it stands on the draft's item. */
	cost: Record<string, unknown>;
	prompt?: string;
	operation?: string;
	requestId?: string;
	imageIndex?: number;
	createdAt?: string;
	/** What the draft itself was promoted from. */
	draft?: Draft;
}

const NOT_SAID = 'unknown';

/** A name that may stand in a place where nothing was known. */
export const saidOrNull = (name: string): string | null => (name === NOT_SAID ? null : name);

type Facts = { [Name in Exclude<keyof Draft, 'id' | 'draft'>]: unknown };

/** So many drafts of drafts are read. More can only be meant to break something. */
const MAX_DEPTH = 100;

/**
 * @param json of an item, or of its row in a table. What failed or was skipped stands for the draft that it was to be made of
 * @returns `null` = it is none of ours, so nothing descends from it
 */
export function draftOf(json: unknown): Draft | null {
	const item = readItem(json);
	const draft = readDraft(item.draft) ?? readDraft(draftOfRow(item));
	if (item.imageId !== null) return composed(item.imageId, item, draft);
	const hasEnded = ['failed', 'skipped'].includes(asText(columnsOf(json).column('status')) ?? '');
	return hasEnded && item.requestKey !== null ? draft : null;
}

/**
 * What stands in `draft` of an item.
 * @returns `null` = it is none of ours
 */
export function readDraft(value: unknown, depth = 0): Draft | null {
	const draft = objectFrom(value);
	if (!isImageId(draft.id) || depth > MAX_DEPTH) return null;
	const { model, quality, size, cost, prompt, operation, requestId, imageIndex, createdAt } = draft;
	return composed(
		draft.id,
		{ model, quality, size, cost, prompt, operation, requestId, imageIndex, createdAt },
		readDraft(draft.draft, depth + 1),
	);
}

function composed(id: string, facts: Facts, before: Draft | null): Draft {
	const [prompt, operation, createdAt, requestId] = [
		facts.prompt,
		facts.operation,
		facts.createdAt,
		facts.requestId,
	].map(asText);
	const imageIndex = numberOrNull(facts.imageIndex);
	return {
		id,
		model: asText(facts.model) ?? NOT_SAID,
		quality: asText(facts.quality),
		size: asText(facts.size),
		cost: objectFrom(facts.cost),
		...(prompt && { prompt }),
		...(operation && { operation }),
		...(requestId && { requestId }),
		...(imageIndex !== null && { imageIndex }),
		...(createdAt && { createdAt }),
		...(before && { draft: before }),
	};
}

/** What an image cost with everything it descends from; `null` = a part of it is not known. */
export function totalOf(draft: Draft | null, own: Picodollars | null): Picodollars | null {
	if (draft === null || own === null) return own;
	const before = knownTotal(draft);
	return before === null ? null : picodollars(before + own);
}

/** Of a draft with its own drafts. */
function knownTotal({ cost, draft, operation }: Draft): Picodollars | null {
	const total = readUsd(cost.totalUsd);
	if (total !== null) return total;
	const own = ownCost(cost);
	if (draft !== undefined) return totalOf(draft, own);
	// It says that it is not known, or it was made from something that it does not name any more.
	return cost.totalUsd === null || operation === 'promote' ? null : own;
}

export const exactOrNull = (amount: Picodollars | null): string | null =>
	amount === null ? null : toExactUsd(amount);
