import { columnsOf } from '../lineage/columns';
import { type Draft, readDraft } from '../lineage/draft';
import { draftOfRow, type OurItem, readItem } from '../lineage/ourItem';
import { asText } from '../util/json';
import { readUsd, ZERO } from '../util/money';
import { Attempts } from './maybeBilled';
import { endingOf, type NoImage } from './ending';
import type { FieldReader } from './fieldValue';
import { amountIn, dayOf, joined, type Sighting, toRecord } from './imageRecord';
import { type CountedImage, type Nameless, placeNameless } from './nameless';
import { sightingOf, sightingOfDraft } from './sighting';
import { fillFromSums, type TogetherKnown, togetherKnownOf } from './togetherKnown';
import type { FailureRecord, Records, SkippedRecord } from './types';

/** What a report also wants to know of an item. */
interface Wanted {
	/** Field to group by. */
	group: FieldReader;
	/** Whether a file comes with the item of this number. */
	hasFile: (itemIndex: number) => boolean;
}

const NOTHING_MORE: Wanted = { group: () => null, hasFile: () => false };

/**
 * Reads items of any of our operations, of one run or of many, whole or as rows of a table. Each image is counted once by
 * its id, also where it is the draft of another one. Never throws, whatever the items are.
 */
export function readRecords(items: Iterable<unknown>, wanted = NOTHING_MORE): Records {
	const reader = new Reader(wanted);
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

	/** By the key of their requests. */
	private readonly skipped = new Map<string, SkippedRecord>();

	private readonly attempts = new Attempts();

	private readonly nameless: Nameless[] = [];

	private readonly togetherKnown: TogetherKnown[] = [];

	private items = 0;

	private duplicates = 0;

	private ignored = 0;

	private readonly wanted: Wanted;

	constructor(wanted: Wanted) {
		this.wanted = wanted;
	}

	add(json: unknown): void {
		const item = readItem(json);
		const group = this.wanted.group(json);
		const file = this.wanted.hasFile(this.items) ? this.items : null;
		this.items += 1;
		const draft = readDraft(item.draft) ?? readDraft(draftOfRow(item));
		if (draft !== null) this.addDraft(draft, group);
		this.attempts.add(json, item);
		const ending = endingOf(json, item);
		const seen = sightingOf(item, draft, { group, file, fileName: fileNameOf(json) });
		if (item.imageId !== null) this.addItem(item.imageId, seen);
		else if (ending !== null) this.addEnding(item, String(item.requestKey), ending, group);
		else if (isPriced(item))
			this.nameless.push({ seen, requestCost: readUsd(item.cost?.requestUsd) });
		else this.ignored += 1;
	}

	finish(): Records {
		fillFromSums(this.togetherKnown, this.images);
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
			failures: [...this.failures.values()].filter(({ key }) => !mended.has(key)),
			skipped: [...this.skipped.values()],
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
	private addDraft(draft: Draft, group: string | null): void {
		this.addSighting(draft.id, sightingOfDraft(draft, group));
		const known = togetherKnownOf(draft);
		if (known !== null) this.togetherKnown.push(known);
		if (draft.draft !== undefined) this.addDraft(draft.draft, group);
	}

	private addEnding(item: OurItem, key: string, ending: NoImage, group: string | null): void {
		if (item.operation === 'batch') this.ofBatches.add(key);
		const missing = {
			key,
			model: item.model ?? 'unknown',
			prompt: item.prompt,
			day: dayOf(item.createdAt),
			group,
		};
		const list = ending.kind === 'skipped' ? this.skipped : this.failures;
		if (list.has(key)) this.duplicates += 1;
		if (ending.kind === 'skipped') {
			const first = this.skipped.get(key);
			this.skipped.set(key, {
				...missing,
				...first,
				group: first?.group ?? group,
				images: Math.max(first?.images ?? 0, ending.images),
			});
			return;
		}
		const first = this.failures.get(key);
		const { code, sent } = ending;
		const amount = amountIn(item.cost ?? {})?.cost ?? null;
		// What was never sent cost nothing, and is no image that was billed and lost.
		const own = amount === ZERO && !sent ? null : amount;
		this.failures.set(key, {
			...missing,
			code,
			sent,
			...first,
			group: first?.group ?? group,
			cost: first?.cost ?? own,
		});
	}
}

const countedOf = ({ requestKey, requestId, amount }: Sighting): CountedImage => ({
	requestKey,
	requestId,
	cost: amount?.cost ?? null,
});

function fileNameOf(json: unknown): string | null {
	const { object, column } = columnsOf(json);
	return asText(object('image').fileName) ?? asText(column('filename', 'imagefilename'));
}

/** Whether it has a cost that only we write: of an image whose id was removed. */
function isPriced({ requestKey, cost }: OurItem): boolean {
	if (cost === null) return false;
	return (
		requestKey !== null ||
		(['usage', 'provider', 'table', 'unknown'].includes(String(cost.basis)) && 'exact' in cost)
	);
}
