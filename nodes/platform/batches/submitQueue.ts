import { requestsThatFit } from '../../core/batch/queueRoom';
import { CANCELLED, STOPPED } from '../../core/scheduler/outcome';
import { sideBySide } from '../../core/scheduler/semaphore';
import { pause } from '../../core/scheduler/sync';
import { livingBatches, LONG_WATCH_MS, MOST_FOLLOWED, untilOneEnds, WATCH_MS } from './queueWait';
import type { Submitter } from './submitGroup';
import {
	type Bookkeeping,
	type NoRoom,
	type ReservedGroup,
	reserveGroup,
	settle,
	type SubmittedGroup,
	Submitting,
} from './submitting';

/** Batches that are made at once: each uploads its files, and a large one takes seconds. */
const MOST_AT_ONCE = 4;

/** Between two attempts where the queue has no other batch: for a smaller one, and for one that can't be smaller, ever longer. */
const SMALLER_AFTER_MS = 2000;
const AGAIN_AFTER_MS = 60_000;
const LONGEST_AGAIN_MS = 30 * 60_000;

/**
 * Submits groups of lines side by side as long as OpenAI takes them. Once its queue has no room, one after the other
 * as earlier batches end; and in smaller batches, where even an empty queue has no room for one.
 */
export class SubmitQueue {
	private readonly submitter: Submitter;

	private readonly books: Bookkeeping;

	private readonly maxWaitMs: number;

	private readonly submitting: Submitting;

	private readonly total: number;

	private waiting: ReservedGroup[];

	private againAfter = AGAIN_AFTER_MS;

	/** When a batch was taken last, or the run began. */
	private lastTaken: number;

	/** @param maxWaitMs how long to wait for room without a batch being taken */
	constructor(
		submitter: Submitter,
		groups: readonly ReservedGroup[],
		books: Bookkeeping,
		maxWaitMs: number,
	) {
		this.submitter = submitter;
		this.books = books;
		this.maxWaitMs = maxWaitMs;
		this.submitting = new Submitting(submitter, books);
		this.waiting = [...groups];
		this.total = groups.reduce((sum, { lines }) => sum + lines.length, 0);
		this.lastTaken = submitter.runtime.now();
	}

	/**
	 * Never throws.
	 * @returns what became of each line
	 */
	async run(): Promise<SubmittedGroup[]> {
		const { runtime } = this.submitter;
		let noRoom = await this.round(MOST_AT_ONCE);
		while (noRoom !== null && !this.isStopping()) {
			this.tell(", the others wait until OpenAI's queue has room");
			if (!(await this.makeRoom(noRoom))) break;
			noRoom = await this.round(1);
		}
		this.submitting.endValidating();
		const failure = runtime.cancelled()
			? CANCELLED
			: this.isStopping() || noRoom === null
				? STOPPED
				: noRoom.failure;
		for (const group of this.takeWaiting()) this.submitting.end(group, { ok: false, failure });
		return this.submitting.ended;
	}

	/**
	 * Submits what waits until there is no room.
	 * @returns the largest that there was none for; `null` = there was for all
	 */
	private async round(concurrency: number): Promise<NoRoom | null> {
		const groups = this.takeWaiting();
		const outcomes = new Map<ReservedGroup, NoRoom | null>();
		const full = new Set<string>();
		const following = new Set<Promise<void>>();
		const learn = (group: ReservedGroup, noRoom: NoRoom | null): void => {
			outcomes.set(group, noRoom);
			if (noRoom === null) this.lastTaken = this.submitter.runtime.now();
			else full.add(modelOf(group));
			this.tell('');
		};
		const isOver = (group: ReservedGroup): boolean => full.has(modelOf(group)) || this.isStopping();
		const work = async (group: ReservedGroup): Promise<void> => {
			while (!isOver(group) && following.size >= MOST_FOLLOWED) await Promise.race(following);
			if (isOver(group)) return;
			const made = await this.submitting.create(group);
			if (made === null || !('batch' in made)) return learn(group, made);
			const followed = this.submitting.follow(made, this.watchMs(concurrency)).then((noRoom) => {
				following.delete(followed);
				learn(group, noRoom);
			});
			following.add(followed);
			// One by one, what comes of it decides what comes next.
			if (concurrency === 1) await followed;
		};
		await sideBySide(groups, concurrency, work, () => this.isStopping());
		await Promise.all(following);
		const late = await this.late(groups.length > 1);
		this.waiting = [
			...late.map(({ group }) => group),
			...groups.filter((group) => outcomes.get(group) !== null),
		];
		const refused = [...late, ...[...outcomes.values()].flatMap((noRoom) => noRoom ?? [])];
		return refused.reduce<NoRoom | null>(
			(most, one) => (most !== null && sizeOf(most) >= sizeOf(one) ? most : one),
			null,
		);
	}

	private watchMs(concurrency: number): number {
		return concurrency === 1 && this.maxWaitMs > 0 ? LONG_WATCH_MS : WATCH_MS;
	}

	/** The last batches of several are followed for longer: they are the ones that there may be no room for. */
	private async late(areSeveral: boolean): Promise<NoRoom[]> {
		const isWorthIt = areSeveral && this.maxWaitMs > 0 && !this.isStopping();
		return isWorthIt ? await this.submitting.followAll(LONG_WATCH_MS) : [];
	}

	/** @returns whether to try again: there may be room, or a smaller batch may fit */
	private async makeRoom({ group, failure }: NoRoom): Promise<boolean> {
		const { api, runtime } = this.submitter;
		const until = this.lastTaken + this.maxWaitMs;
		const fit = requestsThatFit(failure.message);
		if (fit !== null && fit < group.lines.length) return this.divide(group, fit);
		const living = await livingBatches(api);
		if (living === null || living.size > 0) {
			if (runtime.now() >= until) return false;
			await untilOneEnds(api, living ?? new Set(), until, runtime);
			return !runtime.cancelled();
		}
		if (group.lines.length > 1) {
			await pause(runtime, SMALLER_AFTER_MS, runtime.cancelled);
			return this.divide(group, Math.ceil(group.lines.length / 2));
		}
		const wait = Math.min(this.againAfter, until - runtime.now());
		if (wait <= 0) return false;
		this.againAfter = Math.min(2 * this.againAfter, LONGEST_AGAIN_MS);
		await pause(runtime, wait, runtime.cancelled);
		return !runtime.cancelled();
	}

	/** No batch of this kind has more lines from now on. */
	private divide({ lines: [first] }: ReservedGroup, most: number): true {
		const kind = first?.kind ?? '';
		this.waiting = this.waiting.flatMap((group) => {
			if (group.lines.length <= most || group.lines[0]?.kind !== kind) return [group];
			settle(group, 'nothing', this.books);
			const parts = Math.ceil(group.lines.length / most);
			return Array.from({ length: parts }, (_, part) =>
				reserveGroup(group.lines.slice(part * most, (part + 1) * most), this.books),
			);
		});
		return true;
	}

	private takeWaiting(): ReservedGroup[] {
		const taken = this.waiting;
		this.waiting = [];
		return taken;
	}

	private isStopping(): boolean {
		const { context, runtime } = this.submitter;
		return runtime.cancelled() || (this.submitting.hasFailed && !context.continueOnFail());
	}

	private tell(more: string): void {
		this.submitter.context.sendMessageToUI(
			`GPT Image: ${this.submitting.requestsSubmitted} of ${this.total} requests submitted${more}`,
		);
	}
}

/** The queue's room is that of a model. */
const modelOf = ({ lines: [first] }: ReservedGroup): string => first?.item.model.id ?? '';

const sizeOf = ({ group }: NoRoom): number => group.lines.length;
