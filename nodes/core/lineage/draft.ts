import { picodollars, readUsd, toExactUsd, type Picodollars } from '../pricing/money';
import { asRecord, asText } from '../run/errorBody';

/**
 * What a promoted image was made from: facts of the draft's item that stay with what comes of it. Plain data,
 * as it stands in `draft` of the item.
 */
export interface Draft {
	model: string;
	quality: string | null;
	size: string | null;
	/** As it stands on the draft's item. */
	cost: Record<string, unknown>;
	prompt?: string;
	operation?: string;
	/** Knows the image again, so that a report counts it once. */
	requestId?: string;
	imageIndex?: number;
	createdAt?: string;
	/** What the draft itself was promoted from. */
	draft?: Draft;
}

/** @param json of an item; @returns `null` = it is no image that we have priced, so nothing descends from it */
export function draftOf(json: unknown): Draft | null {
	const item = asRecord(json);
	const cost = item.cost;
	const model = asText(item.model);
	if (typeof cost !== 'object' || cost === null || model === null || typeof item.error === 'string') return null;
	const draft: Draft = { model, quality: asText(item.quality), size: asText(item.size), cost: asRecord(cost) };
	const [prompt, operation, createdAt] = [asText(item.prompt), asText(item.operation), asText(item.createdAt)];
	const requestId = asText(asRecord(item.request).id) ?? asText(item.requestId);
	const imageIndex = asRecord(item.image).index ?? item.imageIndex;
	const before = draftOf(item.draft);
	if (prompt !== null) draft.prompt = prompt;
	if (operation !== null) draft.operation = operation;
	if (requestId !== null) draft.requestId = requestId;
	if (typeof imageIndex === 'number') draft.imageIndex = imageIndex;
	if (createdAt !== null) draft.createdAt = createdAt;
	if (before !== null) draft.draft = before;
	return draft;
}

/** What an image cost with everything it descends from; `null` = a part of it is not known. */
export function totalOf(draft: Draft | null, own: Picodollars | null): Picodollars | null {
	if (draft === null || own === null) return own;
	const before = knownTotal(draft);
	return before === null ? null : picodollars(before + own);
}

/** Of a draft with its own drafts. */
function knownTotal({ cost, draft }: Draft): Picodollars | null {
	const total = readUsd(cost.totalUsd);
	if (total !== null) return total;
	const own = ownCost(cost);
	return draft === undefined || own === null ? own : totalOf(draft, own);
}

/** Of one image alone. @param cost as it stands on an item */
export function ownCost(cost: Record<string, unknown>): Picodollars | null {
	return readUsd(cost.exact) ?? readUsd(cost.usd);
}

export const exactOrNull = (amount: Picodollars | null): string | null => (amount === null ? null : toExactUsd(amount));
