import type { Batch } from './batch';
import { readMetadata } from './metadata';

/**
 * One of a batch's two files of results: the batch counts nothing for it; all of it came; it ended before its last line;
 * it is not there yet; it is not there any more.
 */
export type FileState = 'absent' | 'whole' | 'cut' | 'notReady' | 'gone';

export type Billed = 'yes' | 'no' | 'unknown';

/** Where a request of a batch stands, as far as its files have been read. */
export type RequestState =
	| { is: 'delivered' }
	| { is: 'failed'; billed: Billed }
	/** Its result may still come. */
	| { is: 'notReady' }
	/** It may have been made and billed. */
	| { is: 'unknown' };

/** What a line of a file says of its request. */
export interface LineFacts {
	/** It has at least one image. */
	hasImages: boolean;
	/** Status 200: it counts as completed, with or without an image. */
	saysSuccess: boolean;
	billed: Billed;
}

/** Requests by their state; together they are `total`. */
interface AccountSums {
	total: number;
	delivered: number;
	failed: Record<Billed, number>;
	notReady: number;
	unknown: number;
}

/** What became of each request of a batch. Whatever deletes files, or says that something was not billed, asks here. */
export class BatchAccount {
	readonly files: Record<'output' | 'errors', FileState> = { output: 'absent', errors: 'absent' };

	/** Lines that could not be read, so that nobody knows whose they are. */
	damaged = 0;

	/** Ids of which there was more than one line. */
	readonly doubled = new Set<string>();

	private readonly batch: Batch;

	private readonly read = new Map<string, LineFacts>();

	private readonly ids: Set<string>;

	/** @param ids of all requests, as far as they are known */
	constructor(batch: Batch, ids: Iterable<string>) {
		this.batch = batch;
		this.ids = new Set(ids);
	}

	/** @returns whether the line counts: the first one of its id does, but what was made, and paid for, comes before a failure */
	add(lineId: string, line: LineFacts): boolean {
		const first = this.read.get(lineId);
		if (first !== undefined) this.doubled.add(lineId);
		if (first !== undefined && rankOf(line) <= rankOf(first)) return false;
		this.read.set(lineId, line);
		this.ids.add(lineId);
		return true;
	}

	stateOf(lineId: string): RequestState {
		const line = this.read.get(lineId);
		if (line === undefined) return this.missing();
		return line.hasImages ? { is: 'delivered' } : { is: 'failed', billed: line.billed };
	}

	/** Whether a file has as many lines as the batch counts for it. */
	isComplete(file: 'output' | 'errors'): boolean {
		const { completed, failed } = this.batch.counts;
		return file === 'output'
			? this.successes >= completed
			: this.read.size - this.successes >= failed;
	}

	/** Requests that nothing is known of, not even their id. */
	get nameless(): number {
		return this.total - this.ids.size;
	}

	get sums(): AccountSums {
		const sums: AccountSums = {
			total: this.total,
			delivered: 0,
			failed: { yes: 0, no: 0, unknown: 0 },
			notReady: 0,
			unknown: 0,
		};
		const count = (state: RequestState, requests: number): void => {
			if (state.is === 'failed') sums.failed[state.billed] += requests;
			else sums[state.is] += requests;
		};
		for (const lineId of this.read.keys()) count(this.stateOf(lineId), 1);
		count(this.missing(), this.total - this.read.size);
		return sums;
	}

	/** Each request is delivered or has failed for certain, so that the files are not needed any more. */
	get isSettled(): boolean {
		const { notReady, unknown } = this.sums;
		return (
			notReady + unknown === 0 &&
			this.expected > 0 &&
			this.total === this.expected &&
			this.isComplete('output')
		);
	}

	/** Of requests that stand in no file. */
	private missing(): RequestState {
		const { status, counts } = this.batch;
		const states = Object.values(this.files);
		if (status === 'failed' && counts.completed === 0) return { is: 'failed', billed: 'no' };
		if (states.includes('notReady')) return { is: 'notReady' };
		const isWhole = !states.includes('cut') && !states.includes('gone') && this.damaged === 0;
		const hasAllResults =
			this.successes >= counts.completed && this.read.size >= counts.completed + counts.failed;
		const hasEnded = status === 'expired' || status === 'cancelled';
		// What neither file has was never worked on.
		return isWhole && hasAllResults && hasEnded
			? { is: 'failed', billed: 'no' }
			: { is: 'unknown' };
	}

	private get successes(): number {
		let successes = 0;
		for (const { saysSuccess } of this.read.values()) if (saysSuccess) successes += 1;
		return successes;
	}

	/** A batch that was refused as a whole has counted nothing. */
	private get expected(): number {
		return (
			this.batch.counts.total || (readMetadata(this.batch.metadata).requestCount ?? this.ids.size)
		);
	}

	private get total(): number {
		return Math.max(this.expected, this.ids.size);
	}
}

const rankOf = ({ hasImages, saysSuccess }: LineFacts): number =>
	Number(hasImages) + Number(saysSuccess);

/** @param counted results that the batch counts for a file that it does not name */
export const unnamedFile = (counted: number, mayCome: boolean): FileState =>
	counted === 0 ? 'absent' : mayCome ? 'notReady' : 'gone';

/** The account for people; `null` = each request is delivered or has failed for certain. */
export function accountWords(
	{ id }: Pick<Batch, 'id'>,
	{ sums, isSettled, damaged }: BatchAccount,
): string | null {
	if (isSettled) return null;
	const { total, delivered, failed, notReady, unknown } = sums;
	const parts = [`${delivered} delivered`, `${failed.yes + failed.no + failed.unknown} failed`];
	if (notReady > 0) parts.push(`${notReady} not available yet`);
	if (unknown > 0) parts.push(`${unknown} without a result`);
	const late = notReady > 0 ? ' Collect again later.' : '';
	const lines = damaged > 0 ? ` Unreadable lines: ${damaged}.` : '';
	const lost =
		unknown > 0
			? ' Requests without a result may have been made and billed, so collect again before you submit them again.'
			: '';
	return `Requests of ${id}: ${total}, of which ${parts.join(', ')}.${late}${lines}${lost}`;
}
