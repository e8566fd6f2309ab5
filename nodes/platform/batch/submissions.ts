import type { IDataObject } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import { parseUsd, sum, toExactUsd, type Picodollars } from '../../core/pricing/money';
import type { NodeMemory } from '../nodeContext';

/** A batch that was submitted, and what it may cost at most. Plain data: it survives JSON. */
interface Submitted {
	batch: Batch;
	/** Exact decimal of USD. */
	boundUsd: string;
}

/**
 * The batches that this node has submitted in this execution, so that n8n's Retry On Fail and the retry of
 * a failed execution do not submit them again. Kept as images/receipts.ts keeps images.
 */
export class Submissions {
	private readonly book: Record<string, Submitted>;

	private readonly all: IDataObject;

	readonly run: string;

	constructor({ data, run }: NodeMemory) {
		this.run = run;
		this.all = (data['submissions'] ??= {}) as IDataObject;
		this.book = (this.all[run] ??= {}) as unknown as Record<string, Submitted>;
	}

	/** What those of this run may cost, which is spent already when it is tried again. */
	get bound(): Picodollars {
		return sum(Object.values(this.book).map(({ boundUsd }) => parseUsd(boundUsd)));
	}

	find(submission: string): Batch | null {
		return this.book[submission]?.batch ?? null;
	}

	add(submission: string, batch: Batch, bound: Picodollars): void {
		this.book[submission] = { batch, boundUsd: toExactUsd(bound) };
	}

	/** Once every item is in a batch, nobody will ask again. */
	clear(): void {
		delete this.all[this.run];
	}
}
