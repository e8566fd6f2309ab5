import type { IDataObject } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import { parseUsd, sum, toExactUsd, type Picodollars } from '../../core/pricing/money';
import type { NodeMemory } from '../nodeContext';

/** Lines that were submitted, and what they may cost at most. Plain data: it survives JSON. */
interface Submitted {
	/** `null` = whether there is one is not known, because no answer came. */
	batch: Batch | null;
	/** By which the batch is found at the provider. */
	name: string;
	/** Exact decimal of USD. */
	boundUsd: string;
}

type Book = Record<string, Submitted>;

/** Each call of an agent is a run of its own: what one that failed has submitted stands here for the next. */
const UNDELIVERED = 'undelivered';

/**
 * The batches that this node has submitted in this execution, so that n8n's Retry On Fail and the retry of
 * a failed execution do not submit them again. Kept as images/receipts.ts keeps images.
 */
export class Submissions {
	private readonly book: Book;

	private readonly all: Record<string, Book>;

	private readonly isTool: boolean;

	readonly run: string;

	constructor({ data, run, isTool }: NodeMemory) {
		this.run = run;
		this.isTool = isTool;
		this.all = (data['submissions'] ??= {} as IDataObject) as unknown as Record<string, Book>;
		this.book = this.all[run] ??= {};
	}

	/** What those of this run may cost, which is spent already when it is tried again. */
	get bound(): Picodollars {
		return sum(Object.values(this.book).map(({ boundUsd }) => parseUsd(boundUsd)));
	}

	/** What a failed call of an agent has submitted belongs to the next one that asks for the same. */
	takeOver(submissions: readonly string[]): void {
		const left = this.isTool ? this.all[UNDELIVERED] : undefined;
		for (const submission of submissions) {
			const submitted = left?.[submission];
			if (submitted !== undefined) this.book[submission] = submitted;
			delete left?.[submission];
		}
	}

	find(submission: string): Submitted | null {
		return this.book[submission] ?? null;
	}

	/** @param batch `null` = it is not known whether there is one */
	add(submission: string, batch: Batch | null, name: string, bound: Picodollars): void {
		this.book[submission] = { batch, name, boundUsd: toExactUsd(bound) };
	}

	/** Once every item is in a batch, nobody will ask again. Nobody asks an agent's call again whose items came out. */
	delivered(isComplete: boolean): void {
		if (isComplete || this.isTool) delete this.all[this.run];
	}

	/** The run ends with an error. */
	failed(): void {
		if (!this.isTool) return;
		Object.assign((this.all[UNDELIVERED] ??= {}), this.book);
		delete this.all[this.run];
	}
}
