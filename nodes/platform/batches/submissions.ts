import type { IDataObject } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import { asRecord, isObject } from '../../core/util/json';
import { entriesOf, keptPart } from '../n8n/kept';
import type { NodeMemory } from '../n8n/nodeContext';
import { unixNow } from './createOnce';
import { isBook, isSubmitted, keysOf, type Submitted, type SubmittedByName } from './submitted';

/** An entry that stands for what can't be read. */
const UNREADABLE = { unreadable: null };

/** Each call of an agent is a run of its own: what one that failed has submitted stands here for the next. */
const UNDELIVERED = 'undelivered';

/** The execution in which a run has begun last. */
const BEGUN_IN = 'submittingIn';

/** By run: the execution that has begun it first, of which the later ones are retries; `null` = not known. */
const FIRST_IN = 'submissionsFirstIn';

/**
 * Which lines this node has submitted in this execution, so that n8n's Retry On Fail and the retry of a failed
 * execution submit only the others, however they are divided. Kept as images/receipts.ts keeps images.
 */
export class Submissions {
	/**
	 * What was submitted is to be found out from the provider then, as where the books are lost. Of what failed calls of an agent
	 * have submitted, that holds for each call to come: which of them asks for those lines is not known.
	 */
	readonly isUnreadable: boolean;

	private readonly book: SubmittedByName;

	private readonly all: Record<string, SubmittedByName>;

	readonly isTool: boolean;

	private readonly data: IDataObject;

	private readonly executionId: string;

	private readonly run: string;

	constructor({ data, run, isTool }: NodeMemory, executionId: string) {
		this.data = data;
		this.executionId = executionId;
		this.run = run;
		this.isTool = isTool;
		const books = isTool ? [run, UNDELIVERED] : [run];
		const { submissions = {} } = data;
		if (!isObject(submissions)) data['submissions'] = { [books.at(-1) ?? run]: submissions };
		this.all = keptPart(data, 'submissions') as unknown as Record<string, SubmittedByName>;
		// As an entry that can't be read, it stays known as unreadable until what was submitted is found out.
		for (const name of books)
			if (name in this.all && !isObject(this.all[name]))
				this.all[name] = { ...UNREADABLE } as never;
		this.isUnreadable = books.some((name) => !isBook(this.all[name] ?? {}));
		this.book = isBook(this.all[run] ?? {})
			? (this.all[run] ?? {})
			: entriesOf<Submitted>(this.all[run], isSubmitted);
	}

	/**
	 * Whether the books are there of all that was submitted: those of an earlier try, which n8n has saved, or none, because this
	 * run is the first one. Where n8n was killed they are lost, and stay so where a retry could not find out what was submitted.
	 * Runs of a loop come one after the other: behind the one that is tried again there was none.
	 */
	get isBegun(): boolean {
		if (this.isUnreadable) return false;
		return (
			this.all[this.run] !== undefined || (!this.isTool && this.data[BEGUN_IN] === this.executionId)
		);
	}

	/** The execution that has begun this run first; `null` = not known. */
	get firstIn(): string | null {
		if (!this.isBegun) return null;
		const firstIn = asRecord(this.data[FIRST_IN])[this.run];
		if (typeof firstIn === 'string') return firstIn;
		return this.all[this.run] === undefined ? this.executionId : null;
	}

	/** Whether another execution may have submitted what is not in the books: one that n8n was killed in, or another retry. */
	mayLack(isRetry: boolean): boolean {
		return !this.isBegun || (isRetry && this.firstIn !== this.executionId);
	}

	/** The execution of which this one is a retry; empty = of none, or that is not known. */
	get retryOf(): string {
		const { firstIn } = this;
		return firstIn === null || firstIn === this.executionId ? '' : firstIn;
	}

	/** Of an execution that is no retry. */
	beginFirst(): void {
		keptPart(this.data, FIRST_IN)[this.run] ??= this.executionId;
		this.begin();
	}

	begin(): void {
		keptPart(this.data, FIRST_IN)[this.run] ??= this.firstIn;
		this.all[this.run] = this.book;
		this.data[BEGUN_IN] = this.executionId;
	}

	/** What a failed call of an agent has submitted belongs to the next one that asks for the same. */
	takeOver(lines: ReadonlyArray<{ key: string }>): void {
		const left = this.isTool ? this.all[UNDELIVERED] : undefined;
		if (left === undefined) return;
		const wanted = new Set(lines.map(({ key }) => key));
		for (const submitted of Object.values(entriesOf<Submitted>(left, isSubmitted))) {
			if (!keysOf(submitted).some((key) => wanted.has(key))) continue;
			this.book[submitted.name] = submitted;
			delete left[submitted.name];
		}
	}

	get known(): Submitted[] {
		return Object.values(this.book);
	}

	/** @param batch `null` = it is not known whether there is one */
	add(name: string, batch: Batch | null, lines: readonly string[], fileIds: string[]): void {
		this.book[name] = { batch, name, lines: lines.join(' '), fileIds, at: unixNow() };
	}

	/** How a batch is by now. */
	update(name: string, batch: Batch): void {
		const submitted = this.book[name];
		if (submitted !== undefined) submitted.batch = batch;
	}

	/** There is no such batch, or nothing will come of it. */
	drop(name: string): void {
		delete this.book[name];
	}

	/** Once every item is in a batch, nobody will ask again. Nobody asks an agent's call again whose items came out. */
	delivered(isComplete: boolean): void {
		if (isComplete || this.isTool) this.end();
	}

	/** The run ends with an error. */
	failed(): void {
		if (!this.isTool) return;
		const left = (this.all[UNDELIVERED] ??= {});
		if (!isBook(this.all[this.run] ?? {})) Object.assign(left, UNREADABLE);
		Object.assign(left, this.book);
		this.end();
	}

	private end(): void {
		delete this.all[this.run];
		delete keptPart(this.data, FIRST_IN)[this.run];
	}
}
