import { createHash } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { ImageResponse } from '../core/requests/imageResponse';
import type { Replaced } from '../core/lineage/origin';
import type { Failure } from '../core/run/failure';
import type { Part } from '../core/run/parts';
import { isFinal, type ReceiptRange } from '../core/run/receipt';
import { restoreImage, type StoredImage } from './binary';
import type { ImagePlan, PlannedItem } from './plan';

/** A finished request, as it is kept in the execution. Plain data: it survives JSON. */
export interface Receipt extends ReceiptRange {
	executionId: string;
	requestId: string | null;
	/** What was made, or why nothing will be. */
	made: { images: StoredImage[]; response: Omit<ImageResponse, 'images'>; model: string; replaced: Replaced | null } | null;
	refused: Failure | null;
	attempts: number;
	maybeBilledAttempts: number;
	durationMs: number;
}

/** A receipt that holds for this run, its images being at hand. */
export interface Kept {
	receipt: Receipt;
	images: StoredImage[];
}

type Book = Record<string, Receipt[]>;

/**
 * What this node has made in this execution, so that n8n's Retry On Fail and the retry of a failed
 * execution do not pay for it again. It lives in the node's context, which n8n saves with the execution
 * and hands to the next attempt (seen in n8n 2.41).
 */
export class Receipts {
	/** Receipts that could not be used, because n8n has deleted their images. */
	lost = 0;

	/** Images that were made, but that n8n holds in memory only: no receipt is kept of them. */
	notKept = 0;

	private readonly context: IExecuteFunctions;

	private readonly book: Book;

	/** In a loop the node runs several times in one execution, and equal items are then new ones. */
	readonly run: string;

	constructor(context: IExecuteFunctions) {
		this.context = context;
		this.run = `run ${String(context.evaluateExpression('{{ $runIndex }}', 0) ?? 0)}`;
		const kept = context.getContext('node');
		kept['receipts'] ??= {};
		const books = kept['receipts'] as Record<string, Book>;
		this.book = books[this.run] ??= {};
	}

	/** The same for the same request at the same position, so that ten equal prompts are ten images. */
	fingerprint({ itemIndex, origin, identity }: PlannedItem, { inputImages }: ImagePlan): string {
		const all = [itemIndex, origin.variation?.index ?? 0, identity, inputImages];
		return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 32);
	}

	async find(fingerprint: string, count: number): Promise<Kept[]> {
		const kept: Kept[] = [];
		for (const receipt of [...(this.book[fingerprint] ?? [])]) {
			if (receipt.offset + receipt.images > count) continue;
			if (await this.restore(receipt)) kept.push({ receipt, images: receipt.made?.images ?? [] });
			else this.forget(fingerprint, receipt);
		}
		return kept;
	}

	/** It is made again, and must not come back beside what replaces it. */
	private forget(fingerprint: string, receipt: Receipt): void {
		this.lost += receipt.images;
		this.book[fingerprint] = (this.book[fingerprint] ?? []).filter((other) => other !== receipt);
	}

	add(fingerprint: string, part: Part, entry: Omit<Receipt, 'executionId' | keyof ReceiptRange>): void {
		if (entry.made === null && (entry.refused === null || !isFinal(entry.refused))) return;
		// Where n8n keeps files inside the item, a receipt would double the execution's size.
		if (entry.made?.images.some(({ binary }) => !binary.id)) {
			this.notKept += entry.made.images.length;
			return;
		}
		const executionId = this.context.getExecutionId();
		const receipt: Receipt = { ...entry, executionId, offset: part.offset, images: part.images };
		(this.book[fingerprint] ??= []).push(receipt);
	}

	/** Once everything is delivered, nobody will ask for it again. */
	clear(): void {
		const books = this.context.getContext('node')['receipts'] as IDataObject;
		delete books[this.run];
	}

	/**
	 * Images of an earlier execution are copied, because n8n deletes them with it; the receipt then holds
	 * for the copies.
	 * @returns whether its images are at hand
	 */
	private async restore(receipt: Receipt): Promise<boolean> {
		const executionId = this.context.getExecutionId();
		if (receipt.made === null || receipt.executionId === executionId) return true;
		try {
			const copies: StoredImage[] = [];
			for (const image of receipt.made.images) copies.push(await restoreImage(this.context, image));
			receipt.made.images = copies;
			receipt.executionId = executionId;
			return true;
		} catch {
			return false;
		}
	}
}
