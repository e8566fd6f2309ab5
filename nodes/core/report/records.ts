import { draftOf, ownCost, type Draft } from '../lineage/draft';
import type { Picodollars } from '../pricing/money';
import { asRecord, asText } from '../run/errorBody';

/** Where in the work an image stands: a try, a change of a picture, or what ships. */
export type Stage = 'draft' | 'edit' | 'final';

/** One image that was made, however often it stands in the items. */
export interface ImageRecord {
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

/** A request that brought no image. */
export interface FailureRecord {
	model: string;
	code: string;
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
	/** Images that stood in the items more than once. */
	duplicates: number;
	/** Items without a cost of ours. */
	ignored: number;
}

/** Reads items of any of our operations, of one run or of many. Each image is counted once, also where it is the draft of another one. */
export function readRecords(items: Iterable<unknown>): Records {
	const reader = new Reader();
	for (const item of items) reader.addItem(asRecord(item));
	reader.finish();
	return reader.records;
}

class Reader {
	readonly records: Records = { images: [], failures: [], skipped: 0, maybeBilledAttempts: 0, duplicates: 0, ignored: 0 };

	private readonly images = new Map<string, ImageRecord>();

	/** Drafts that stand inside other items; they may come as items of their own as well. */
	private readonly drafts = new Map<string, ImageRecord>();

	private readonly requests = new Set<string>();

	/** Images without a request id, by what a draft says of them as well. */
	private readonly namesake = new Set<string>();

	addItem(item: Record<string, unknown>): void {
		const draft = draftOf(item.draft);
		if (draft !== null) this.addDraft(draft);
		this.addAttempts(item);
		if (item.skipped === 'budget') {
			this.records.skipped += typeof item.images === 'number' ? item.images : 1;
		} else if (typeof item.error === 'string' && 'cost' in item) {
			const sent = Number(asRecord(item.request).attempts ?? 1) > 0;
			this.records.failures.push({ model: asText(item.model) ?? '', code: asText(item.code) ?? 'unknown', sent });
		} else {
			this.addImage(item, draft !== null);
		}
	}

	finish(): void {
		for (const [key, record] of this.drafts) if (!this.images.has(key) && !this.namesake.has(key)) this.images.set(key, record);
		this.records.images.push(...this.images.values());
	}

	private addImage(item: Record<string, unknown>, promoted: boolean): void {
		const image = draftOf(item);
		if (image === null) {
			this.records.ignored += 1;
			return;
		}
		const shared = keyOf(image);
		const { bytes, fileName } = asRecord(item.image);
		const key = image.requestId === undefined ? JSON.stringify([shared, bytes, fileName, asRecord(item.request).durationMs]) : shared;
		this.namesake.add(shared);
		const known = this.images.get(key);
		const picked = asRecord(item.review).picked;
		if (known === undefined) this.images.set(key, recordOf(image, item, promoted, typeof picked === 'boolean' ? picked : null));
		else this.seenAgain(known, picked);
	}

	/** As it comes out of Generate, and again as it comes out of Review. */
	private seenAgain(known: ImageRecord, picked: unknown): void {
		this.records.duplicates += 1;
		if (typeof picked === 'boolean') known.picked = picked;
	}

	private addDraft(draft: Draft): void {
		this.drafts.set(keyOf(draft), recordOf(draft, {}, draft.draft !== undefined, null));
		if (draft.draft !== undefined) this.addDraft(draft.draft);
	}

	/** They stand on every image of a request. */
	private addAttempts({ request }: Record<string, unknown>): void {
		const { id, maybeBilledAttempts } = asRecord(request);
		if (typeof maybeBilledAttempts !== 'number') return;
		if (typeof id === 'string') {
			if (this.requests.has(id)) return;
			this.requests.add(id);
		}
		this.records.maybeBilledAttempts += maybeBilledAttempts;
	}
}

/** What knows an image again, as an item and as the draft of another one. */
function keyOf({ requestId, imageIndex, model, quality, size, prompt, cost, createdAt }: Draft): string {
	if (requestId !== undefined) return JSON.stringify([requestId, imageIndex ?? 0]);
	return JSON.stringify([model, quality, size, prompt, ownCost(cost)?.toString(), createdAt, imageIndex]);
}

function recordOf(image: Draft, item: Record<string, unknown>, promoted: boolean, picked: boolean | null): ImageRecord {
	const day = image.createdAt?.slice(0, 10);
	return {
		model: image.model,
		quality: image.quality ?? 'unknown',
		stage: stageOf(image.operation ?? null, promoted, item.requestedModel),
		day: day !== undefined && /^\d{4}-\d\d-\d\d$/.test(day) ? day : null,
		prompt: image.prompt ?? null,
		requestId: image.requestId ?? null,
		cost: ownCost(image.cost),
		batch: image.cost.batchDiscount === true,
		picked,
		promoted,
	};
}

function stageOf(operation: string | null, promoted: boolean, requestedModel: unknown): Stage {
	if (promoted || operation === 'promote' || requestedModel === 'final') return 'final';
	return operation === 'edit' ? 'edit' : 'draft';
}
