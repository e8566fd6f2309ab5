import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Outcome } from '../../core/scheduler/outcome';
import { isFinal } from '../../core/scheduler/parts';
import { isMaybeBilled } from '../../core/scheduler/retry';
import { restoreImage, type StoredImage } from '../n8n/binary';
import { keptPart } from '../n8n/kept';
import { isTriedAgain, type NodeMemory } from '../n8n/nodeContext';
import { requestKey } from './call';
import { madeOf } from './deliver';
import { forgetDownloads, forgetEarlierDownloads } from './downloads';
import { type LeftOver, leftOverOf } from './leftOver';
import { emptyBook, readBook } from './receiptBook';
import type {
	UndeliveredImages,
	Delivered,
	ImageCall,
	ImagePlan,
	KeptReceipt,
	Receipt,
} from './types';

/** Where a call of an agent leaves its book when it fails, because the next try of it is another run. */
const UNDELIVERED = 'undelivered';

/**
 * What this node has made in this execution and not delivered, so that n8n's Retry On Fail and the retry of a failed
 * execution do not pay for it again. It lives in the node's context, which n8n saves with the execution.
 */
export class Receipts {
	/** Images that could not be used, because n8n has deleted them. */
	lost = 0;

	private readonly context: IExecuteFunctions;

	private readonly books: Record<string, UndeliveredImages>;

	private readonly memory: NodeMemory;

	constructor(context: IExecuteFunctions, memory: NodeMemory) {
		this.context = context;
		this.memory = memory;
		this.books = keptPart(this.memory.data, 'receipts') as unknown as Record<
			string,
			UndeliveredImages
		>;
		for (const name of [this.memory.run, UNDELIVERED]) {
			if (this.books[name] === undefined) continue;
			const { book, lost } = readBook(this.books[name]);
			this.books[name] = book;
			this.lost += lost;
		}
		this.books[this.memory.run] ??= emptyBook();
		// Of a loop's earlier runs, which n8n does not try again any more.
		if (this.memory.isTool) return;
		for (const name of Object.keys(this.books))
			if (name !== this.memory.run && name !== UNDELIVERED) delete this.books[name];
		forgetEarlierDownloads(this.memory);
	}

	private get book(): UndeliveredImages {
		return (this.books[this.memory.run] ??= emptyBook());
	}

	/** What an earlier try has made or been refused of a plan. */
	async find(plan: ImagePlan): Promise<KeptReceipt[]> {
		const { fingerprint, count } = plan;
		this.takeOver(fingerprint);
		const kept: KeptReceipt[] = [];
		for (const receipt of [...(this.book.receipts[fingerprint] ?? [])]) {
			if (receipt.offset + receipt.images > count) continue;
			if (await this.restore(receipt)) kept.push({ receipt, images: receipt.made?.images ?? [] });
			else this.forget(plan, receipt);
		}
		return kept;
	}

	/** Attempts of earlier tries; they are counted anew as the requests of this one end. To be called after `find`. */
	takeUnanswered({ fingerprint }: ImagePlan): number {
		const count = this.book.unanswered[fingerprint] ?? 0;
		delete this.book.unanswered[fingerprint];
		return count;
	}

	/** Those that were taken, where nothing is sent after all. */
	giveBack({ fingerprint }: ImagePlan, unanswered: number): void {
		if (unanswered > 0)
			this.book.unanswered[fingerprint] = (this.book.unanswered[fingerprint] ?? 0) + unanswered;
	}

	/** What an earlier try has left that nobody asks for any more, such as by an expression that gives another prompt now. */
	leftOver(plans: readonly ImagePlan[]): LeftOver {
		return leftOverOf(this.book, new Set(plans.map(({ fingerprint }) => fingerprint)));
	}

	add(outcome: Outcome<Delivered, ImageCall>): void {
		const { request, attempts, maybeBilledAttempts, durationMs } = outcome;
		const { fingerprint } = request.plan;
		if (!outcome.ok && !(attempts > 0 && isFinal(outcome.failure))) {
			// Billed for sure; the next try pays for the same images again, so it must not pass over this one.
			const { failure, cost } = outcome;
			const isLost =
				cost !== null || (isMaybeBilled(failure) && attempts > 0 && maybeBilledAttempts === 0);
			this.giveBack(request.plan, maybeBilledAttempts + (isLost ? 1 : 0));
			return;
		}
		const { offset, images } = request.part;
		const receipt: Receipt = {
			executionId: this.context.getExecutionId(),
			key: requestKey(request),
			offset,
			images,
			requestId: outcome.ok ? outcome.value.requestId : outcome.failure.requestId,
			made: outcome.ok ? madeOf(outcome.value, request) : null,
			refused: outcome.ok ? null : outcome.failure,
			attempts,
			maybeBilledAttempts,
			durationMs,
		};
		(this.book.receipts[fingerprint] ??= []).push(receipt);
	}

	/** The run ends with these items. Nobody asks for them again, unless n8n takes the first one for a failure of the node. */
	delivered(items: readonly INodeExecutionData[]): void {
		if (isTriedAgain(this.context, this.memory, items)) return;
		delete this.books[this.memory.run];
		forgetDownloads(this.memory);
	}

	/** The run ends with an error. */
	failed(): void {
		if (!this.memory.isTool) return;
		const { receipts, unanswered } = this.book;
		const left = (this.books[UNDELIVERED] ??= emptyBook());
		for (const [fingerprint, list] of Object.entries(receipts))
			(left.receipts[fingerprint] ??= []).push(...list);
		for (const [fingerprint, count] of Object.entries(unanswered))
			left.unanswered[fingerprint] = (left.unanswered[fingerprint] ?? 0) + count;
		delete this.books[this.memory.run];
	}

	/** What a failed call of an agent has left belongs to the next one that asks for the same. */
	private takeOver(fingerprint: string): void {
		const left = this.memory.isTool ? this.books[UNDELIVERED] : undefined;
		const receipts = left?.receipts[fingerprint];
		const unanswered = left?.unanswered[fingerprint];
		if (receipts !== undefined) this.book.receipts[fingerprint] = receipts;
		if (unanswered !== undefined) this.book.unanswered[fingerprint] = unanswered;
		delete left?.receipts[fingerprint];
		delete left?.unanswered[fingerprint];
	}

	/** It is made again, and must not come back beside what replaces it. */
	private forget(plan: ImagePlan, receipt: Receipt): void {
		const { fingerprint } = plan;
		this.lost += receipt.images;
		this.giveBack(plan, receipt.maybeBilledAttempts);
		this.book.receipts[fingerprint] = (this.book.receipts[fingerprint] ?? []).filter(
			(other) => other !== receipt,
		);
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
