import type { IDataObject } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import type { NodeMemory } from '../nodeContext';
import { unixNow } from './createOnce';

/** Lines that were submitted together. Plain data: it survives JSON. */
export interface Submitted {
	/** `null` = whether there is one is not known, because no answer came. */
	batch: Batch | null;
	/** By which the batch is found at the provider. */
	name: string;
	/** Keys of its lines, with a space between them: one text, because there may be 50,000. */
	lines: string;
	/** Its input file and its manifest. */
	fileIds: string[];
	/** Unix seconds. */
	at: number;
}

/** By name. */
type Book = Record<string, Submitted>;

/** Each call of an agent is a run of its own: what one that failed has submitted stands here for the next. */
const UNDELIVERED = 'undelivered';

/** The execution in which a run has begun last. */
const BEGUN_IN = 'submittingIn';

export const keysOf = ({ lines }: Submitted): string[] => lines.split(' ');

/**
 * Which lines this node has submitted in this execution, so that n8n's Retry On Fail and the retry of a failed
 * execution submit only the others, however they are divided. Kept as images/receipts.ts keeps images.
 */
export class Submissions {
	private readonly book: Book;

	private readonly all: Record<string, Book>;

	private readonly isTool: boolean;

	private readonly data: IDataObject;

	private readonly executionId: string;

	private readonly run: string;

	constructor({ data, run, isTool }: NodeMemory, executionId: string) {
		this.data = data;
		this.executionId = executionId;
		this.run = run;
		this.isTool = isTool;
		this.all = (data['submissions'] ??= {} as IDataObject) as unknown as Record<string, Book>;
		this.book = this.all[run] ?? {};
	}

	/**
	 * Whether the books are there of all that was submitted: those of an earlier try, which n8n has saved, or none, because this
	 * run is the first one. Where n8n was killed they are lost, and stay so where a retry could not find out what was submitted.
	 * Runs of a loop come one after the other: behind the one that is tried again there was none.
	 */
	get isBegun(): boolean {
		return (
			this.all[this.run] !== undefined || (!this.isTool && this.data[BEGUN_IN] === this.executionId)
		);
	}

	begin(): void {
		this.all[this.run] = this.book;
		this.data[BEGUN_IN] = this.executionId;
	}

	/** What a failed call of an agent has submitted belongs to the next one that asks for the same. */
	takeOver(lines: ReadonlySet<string>): void {
		const left = this.isTool ? this.all[UNDELIVERED] : undefined;
		for (const submitted of Object.values(left ?? {})) {
			if (!keysOf(submitted).some((key) => lines.has(key))) continue;
			this.book[submitted.name] = submitted;
			delete left?.[submitted.name];
		}
	}

	get known(): Submitted[] {
		return Object.values(this.book);
	}

	/** @param batch `null` = it is not known whether there is one */
	add(name: string, batch: Batch | null, lines: readonly string[], fileIds: string[]): void {
		this.book[name] = { batch, name, lines: lines.join(' '), fileIds, at: unixNow() };
	}

	/** There is no such batch, or nothing will come of it. */
	drop(name: string): void {
		delete this.book[name];
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
