import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';

/**
 * The batches that this node has submitted in this execution, so that n8n's Retry On Fail and the retry of
 * a failed execution do not submit them again. Kept as platform/receipts.ts keeps images.
 */
export class Submissions {
	private readonly book: Record<string, Batch>;

	private readonly all: IDataObject;

	readonly run: string;

	constructor(context: IExecuteFunctions) {
		// In a loop the node runs several times in one execution, and equal items are then new ones.
		this.run = `run ${String(context.evaluateExpression('{{ $runIndex }}', 0) ?? 0)}`;
		const kept = context.getContext('node');
		this.all = (kept['submissions'] ??= {}) as IDataObject;
		this.book = (this.all[this.run] ??= {}) as unknown as Record<string, Batch>;
	}

	find(submission: string): Batch | null {
		return this.book[submission] ?? null;
	}

	add(submission: string, batch: Batch): void {
		this.book[submission] = batch;
	}

	/** Once every item is in a batch, nobody will ask again. */
	clear(): void {
		delete this.all[this.run];
	}
}
