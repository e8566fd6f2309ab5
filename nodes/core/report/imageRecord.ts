import { type Picodollars, readUsd } from '../util/money';

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
	requestKey: string | null;
	operation: string | null;
	/** `draft` or `final`, where the user chose no model. */
	requestedModel: string | null;
	/** What it was made from. */
	draftId: string | null;
	fileName: string | null;
	/** Number of the item that has its file; `null` = no item has. */
	file: number | null;
	/** Value of the field that the report groups by; `null` = none. */
	group: string | null;
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
	draftId: string | null;
	fileName: string | null;
	file: number | null;
	group: {
		value: string;
		/** Of its own item, not of what was made of it. */ isOwn: boolean;
	} | null;
}

/** An amount and how much it is to be believed: a table may have rounded a number, but no exact decimal. */
interface Amount {
	cost: Picodollars;
	rank: 'derived' | 'number' | 'exact';
}

const RANKS: ReadonlyArray<Amount['rank']> = ['derived', 'number', 'exact'];

export function amountIn(cost: Record<string, unknown>): Amount | null {
	const exact = readUsd(cost.exact);
	if (exact !== null) return { cost: exact, rank: 'exact' };
	const usd = readUsd(cost.usd);
	// What a total has left for an image has no basis that is known.
	return usd === null ? null : { cost: usd, rank: cost.basis === 'unknown' ? 'derived' : 'number' };
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
		draftId: first.draftId ?? second.draftId,
		fileName: first.fileName ?? second.fileName,
		file: first.file ?? second.file,
		group:
			second.group?.isOwn === true && first.group?.isOwn !== true
				? second.group
				: (first.group ?? second.group),
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
		requestKey: seen.requestKey,
		operation: seen.operation,
		requestedModel: seen.requestedModel,
		draftId: seen.draftId,
		fileName: seen.fileName,
		file: seen.file,
		group: seen.group?.value ?? null,
		cost: seen.amount?.cost ?? null,
		batch: seen.batch,
		picked: seen.picked,
		promoted,
	};
}
