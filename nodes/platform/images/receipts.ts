import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Failure } from '../../core/run/failure';
import type { Outcome } from '../../core/run/outcome';
import { isFinal, type ReceiptRange } from '../../core/run/receipt';
import { isMaybeBilled } from '../../core/run/retry';
import { restoreImage, type StoredImage } from '../binary';
import type { NodeMemory } from '../nodeContext';
import { requestKey, type ImageCall } from './call';
import type { Delivered } from './deliver';
import { leftOverOf, type LeftOver } from './leftOver';
import { madeOf, type Made } from './made';
import type { ImagePlan } from './plan';

/** A finished request, as it is kept in the execution. Plain data: it survives JSON. */
export interface Receipt extends ReceiptRange {
	executionId: string;
	/** Of the request: the same on all items that it brings. */
	key: string;
	requestId: string | null;
	/** What was made, or why nothing will be. */
	made: Made | null;
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

/** What one run of the node has made and not delivered. */
export interface Book {
	/** By what was asked for. */
	receipts: Record<string, Receipt[]>;
	/** Attempts that brought nothing but may have been billed, by what was asked for. */
	unanswered: Record<string, number>;
}

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

	private readonly books: Record<string, Book>;

	private readonly memory: NodeMemory;

	constructor(context: IExecuteFunctions, memory: NodeMemory) {
		this.context = context;
		this.memory = memory;
		this.books = (this.memory.data['receipts'] ??= {}) as unknown as Record<string, Book>;
		this.books[this.memory.run] ??= emptyBook();
	}

	private get book(): Book {
		return (this.books[this.memory.run] ??= emptyBook());
	}

	/** What an earlier try has made or been refused of a plan. */
	async find(plan: ImagePlan): Promise<Kept[]> {
		const { fingerprint, count } = plan;
		this.takeOver(fingerprint);
		const kept: Kept[] = [];
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
	delivered([first]: readonly INodeExecutionData[]): void {
		const isTriedAgain =
			!this.memory.isTool &&
			this.context.getNode().retryOnFail === true &&
			isErrorToN8n(first?.json['error']);
		if (!isTriedAgain) delete this.books[this.memory.run];
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

function emptyBook(): Book {
	return { receipts: {}, unanswered: {} };
}

/** As n8n's Retry On Fail looks at the first item (n8n-core, workflow-execute). */
const isErrorToN8n = (error: unknown): boolean =>
	error !== undefined && error !== null && error !== false;
