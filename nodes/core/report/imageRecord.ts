import { readUsd, type Picodollars } from '../pricing/money';

/** Where in the work an image stands: a try, a change of a picture, or what ships. */
export type Stage = 'draft' | 'edit' | 'final';

/** One image that was made, however often it stands in the items. */
export interface ImageRecord {
	/** `image.id`; `null` = it was removed, and the image is counted by its request. */
	id: string | null;
	model: string;
	quality: string;
	stage: Stage;
	/** UTC, YYYY-MM-DD; `null` = not known. */
	day: string | null;
	prompt: string | null;
	requestId: string | null;
	/** `null` = not known. */
	cost: Picodollars | null;
	/** At the Batch API's half price. */
	batch: boolean;
	/** A person's choice; `null` = nobody was asked. */
	picked: boolean | null;
	/** Made from a draft. */
	promoted: boolean;
}

/** What one item says of an image. `null` = nothing. */
export interface Sighting {
	model: string | null;
	quality: string | null;
	operation: string | null;
	requestedModel: string | null;
	day: string | null;
	prompt: string | null;
	requestId: string | null;
	requestKey: string | null;
	amount: Amount | null;
	batch: boolean;
	picked: boolean | null;
	hasDraft: boolean;
}

/** An amount and how much it is to be believed: a table may have rounded a number, but no exact decimal. */
interface Amount {
	cost: Picodollars;
	rank: 'derived' | 'number' | 'exact';
}

const RANKS: ReadonlyArray<Amount['rank']> = ['derived', 'number', 'exact'];

/** @param isDerived the amount is what a total has left for it */
export function amountIn(cost: Record<string, unknown>, isDerived = false): Amount | null {
	const exact = readUsd(cost.exact);
	if (exact !== null) return { cost: exact, rank: 'exact' };
	const usd = readUsd(cost.usd);
	return usd === null ? null : { cost: usd, rank: isDerived ? 'derived' : 'number' };
}

/** @param createdAt ISO 8601 */
export function dayOf(createdAt: unknown): string | null {
	const day = typeof createdAt === 'string' ? createdAt.slice(0, 10) : '';
	return /^\d{4}-\d\d-\d\d$/.test(day) ? day : null;
}

/** The same image seen twice: what one item lacks, the other has. What a person chose last counts. */
export function joined(first: Sighting, second: Sighting): Sighting {
	return {
		model: first.model ?? second.model,
		quality: first.quality ?? second.quality,
		operation: first.operation ?? second.operation,
		requestedModel: first.requestedModel ?? second.requestedModel,
		day: first.day ?? second.day,
		prompt: first.prompt ?? second.prompt,
		requestId: first.requestId ?? second.requestId,
		requestKey: first.requestKey ?? second.requestKey,
		amount: betterOf(first.amount, second.amount),
		batch: first.batch || second.batch,
		picked: second.picked ?? first.picked,
		hasDraft: first.hasDraft || second.hasDraft,
	};
}

function betterOf(first: Amount | null, second: Amount | null): Amount | null {
	if (first === null || second === null) return first ?? second;
	return RANKS.indexOf(second.rank) > RANKS.indexOf(first.rank) ? second : first;
}

export function toRecord(id: string | null, seen: Sighting): ImageRecord {
	const promoted = seen.operation === 'promote' || (seen.hasDraft && seen.operation !== 'edit');
	return {
		id,
		model: seen.model ?? 'unknown',
		quality: seen.quality ?? 'unknown',
		stage:
			promoted || seen.requestedModel === 'final'
				? 'final'
				: seen.operation === 'edit'
					? 'edit'
					: 'draft',
		day: seen.day,
		prompt: seen.prompt,
		requestId: seen.requestId,
		cost: seen.amount?.cost ?? null,
		batch: seen.batch,
		picked: seen.picked,
		promoted,
	};
}
