import { readDraft, saidOrNull, type Draft } from '../lineage/draft';
import { draftOfRow, readItem, type OurItem } from '../lineage/ourItem';
import { readUsd, type Picodollars } from '../pricing/money';
import { Attempts } from './attempts';
import { endingOf, type Ending } from './ending';
import { amountIn, dayOf, joined, toRecord, type ImageRecord, type Sighting } from './imageRecord';
import { placeNameless, type Counted, type Nameless } from './nameless';

/** A request that brought no image. */
export interface FailureRecord {
	model: string;
	code: string;
	/** UTC, YYYY-MM-DD; `null` = not known. */
	day: string | null;
	/** Of an image that was made and lost; `null` = not known. */
	cost: Picodollars | null;
	/** Something was sent, so that something may have been billed. */
	sent: boolean;
}

export interface Records {
	images: ImageRecord[];
	failures: FailureRecord[];
	/** Images that a budget had no room for. */
	skipped: number;
	/** Attempts without an answer that may have been billed. */
	maybeBilledAttempts: number;
	/** Items of an image or a request that stood there already. */
	duplicates: number;
	/** Images whose id was removed, counted by what their request cost. */
	byRequest: number;
	/** Costs of items without an image id that may be images which are counted already, so that they are in no sum. */
	leftOut: Array<Picodollars | null>;
	/** Items that are none of ours. */
	ignored: number;
}

/**
 * Reads items of any of our operations, of one run or of many, whole or as rows of a table. Each image is counted once by
 * its id, also where it is the draft of another one. Never throws, whatever the items are.
 */
export function readRecords(items: Iterable<unknown>): Records {
	const reader = new Reader();
	for (const item of items) reader.add(item);
	return reader.finish();
}

class Reader {
	private readonly images = new Map<string, Sighting>();

	/** Images that stand as items of their own. */
	private readonly own = new Set<string>();

	/** By the key of their requests. */
	private readonly failures = new Map<string, FailureRecord>();

	/** Keys of requests of batches that failed. */
	private readonly ofBatches = new Set<string>();

	private readonly skipped = new Map<string, number>();

	private readonly attempts = new Attempts();

	private readonly nameless: Nameless[] = [];

	private duplicates = 0;

	private ignored = 0;

	add(json: unknown): void {
		const item = readItem(json);
		const draft = readDraft(item.draft);
		const ofRow = draft === null ? readDraft(draftOfRow(item)) : null;
		if (draft !== null) this.addDraft(draft, false);
		if (ofRow !== null) this.addDraft(ofRow, true);
		this.attempts.add(json, item);
		const ending = endingOf(json, item);
		const seen = sightingOf(item, (draft ?? ofRow) !== null);
		if (item.imageId !== null) this.addItem(item.imageId, seen);
		else if (ending !== null) this.addEnding(item, String(item.requestKey), ending);
		else if (isPriced(item))
			this.nameless.push({ seen, requestCost: readUsd(item.cost?.requestUsd) });
		else this.ignored += 1;
	}

	finish(): Records {
		const mended = this.mended();
		const counted = [
			...[...this.images.values()].map(countedOf),
			...[...this.failures].map(([requestKey, { cost }]) => ({
				requestKey,
				requestId: null,
				cost,
			})),
		];
		const placed = placeNameless(this.nameless, counted);
		return {
			images: [
				...[...this.images].map(([id, seen]) => toRecord(id, seen)),
				...placed.images.map((seen) => toRecord(null, seen)),
			],
			failures: [...this.failures].flatMap(([key, failure]) => (mended.has(key) ? [] : failure)),
			skipped: [...this.skipped.values()].reduce((count, images) => count + images, 0),
			maybeBilledAttempts: this.attempts.total(mended),
			duplicates: this.duplicates + placed.duplicates,
			byRequest: placed.images.length,
			leftOut: placed.leftOut,
			ignored: this.ignored,
		};
	}

	/** Keys of requests of batches that had failed when they were collected first, and have an image now. */
	private mended(): Set<string> {
		const made = new Set([...this.images.values()].map(({ requestKey }) => requestKey));
		return new Set(
			[...this.ofBatches].filter((key) => made.has(key) && this.failures.get(key)?.cost === null),
		);
	}

	/** As it comes out of Generate, and again as it comes out of Review. */
	private addItem(id: string, seen: Sighting): void {
		if (this.own.has(id)) this.duplicates += 1;
		this.own.add(id);
		this.addSighting(id, seen);
	}

	private addSighting(id: string, seen: Sighting): void {
		const known = this.images.get(id);
		this.images.set(id, known === undefined ? seen : joined(known, seen));
	}

	/** Drafts that stand inside other items may come as items of their own as well. */
	private addDraft(draft: Draft, isDerived: boolean): void {
		this.addSighting(draft.id, sightingOfDraft(draft, isDerived));
		if (draft.draft !== undefined) this.addDraft(draft.draft, isDerived);
	}

	private addEnding(item: OurItem, key: string, ending: Ending): void {
		if (item.operation === 'batch') this.ofBatches.add(key);
		const list = ending.kind === 'skipped' ? this.skipped : this.failures;
		if (list.has(key)) this.duplicates += 1;
		if (ending.kind === 'skipped') {
			this.skipped.set(key, Math.max(this.skipped.get(key) ?? 0, ending.images));
			return;
		}
		const first = this.failures.get(key);
		const cost = first?.cost ?? amountIn(item.cost ?? {})?.cost ?? null;
		const { code, sent } = ending;
		this.failures.set(key, {
			model: item.model ?? 'unknown',
			code,
			day: dayOf(item.createdAt),
			sent,
			...first,
			cost,
		});
	}
}

const countedOf = ({ requestKey, requestId, amount }: Sighting): Counted => ({
	requestKey,
	requestId,
	cost: amount?.cost ?? null,
});

/** Whether it has a cost that only we write: of an image whose id was removed. */
function isPriced({ requestKey, cost }: OurItem): boolean {
	if (cost === null) return false;
	return (
		requestKey !== null ||
		(['usage', 'provider', 'table', 'unknown'].includes(String(cost.basis)) && 'exact' in cost)
	);
}

function sightingOf(item: OurItem, hasDraft: boolean): Sighting {
	const { model, quality, requestedModel, prompt, requestId, requestKey, picked } = item;
	const cost = item.cost ?? {};
	const batch = cost.batchDiscount === true;
	const operation =
		item.operation === 'batch' && item.endpoint?.endsWith('/edits') === true
			? 'edit'
			: item.operation;
	return {
		model,
		quality,
		operation,
		requestedModel,
		day: dayOf(item.createdAt),
		prompt,
		requestId,
		requestKey,
		amount: amountIn(cost),
		batch,
		picked,
		hasDraft,
	};
}

function sightingOfDraft(
	{ model, quality, operation, prompt, requestId, createdAt, cost, draft }: Draft,
	isDerived: boolean,
): Sighting {
	return {
		model: saidOrNull(model),
		quality,
		operation: operation ?? null,
		requestedModel: null,
		day: dayOf(createdAt),
		prompt: prompt ?? null,
		requestId: requestId ?? null,
		requestKey: null,
		amount: amountIn(cost, isDerived),
		batch: cost.batchDiscount === true,
		picked: null,
		hasDraft: draft !== undefined,
	};
}
