import type { Batch } from '../../core/batch/batch';
import { isRoomRefusal, roomFailureOf } from '../../core/batch/queueRoom';
import type { Failure } from '../../core/failures/failure';
import type { Ledger, Reservation } from '../../core/scheduler/ledger';
import type { SendResult } from '../../core/scheduler/outcome';
import type { Picodollars } from '../../core/util/money';
import type { PreparedLine } from './preparedLine';
import { untilValidated } from './queueWait';
import type { Submissions } from './submissions';
import { type GroupAttempt, submitGroup, type Submitter } from './submitGroup';
import { olderTwin } from './twin';

/** Lines that became a batch, or did not for the same reason. */
export interface SubmittedGroup {
	lines: readonly PreparedLine[];
	result: SendResult<Batch>;
	/** Submitted by an earlier attempt of this execution. */
	reused: boolean;
	/** It failed, and there may be a batch all the same. */
	isUnclear?: boolean;
	/** Batches of other retries with some of the same lines; `null` = that can't be told. */
	alsoIn?: Batch[] | null;
}

/** Batches of other retries. */
export const takenFrom = (groups: readonly SubmittedGroup[]): Batch[] =>
	groups.flatMap(({ result, reused }) => (result.ok && reused ? result.value : []));

/** Lines that are to become a batch. */
export interface ReservedGroup {
	lines: readonly PreparedLine[];
	/** `null` = it is settled. */
	reservation: Reservation | null;
	/** Another retry has submitted it. */
	hasTwin?: boolean;
	/** Other retries have submitted some of it; `null` = that can't be told. */
	alsoIn?: Batch[] | null;
}

/** What an execution remembers of its batches. */
export interface Bookkeeping {
	submissions: Submissions;
	ledger: Ledger;
	/** The most that lines may cost which no earlier attempt has counted. */
	boundOf(lines: readonly PreparedLine[]): Picodollars;
}

/** Lines that the account's queue has no room for, and the API's words. */
export interface NoRoom {
	group: ReservedGroup;
	failure: Failure;
}

export function reserveGroup(
	lines: PreparedLine[],
	{ ledger, boundOf }: Bookkeeping,
): ReservedGroup {
	return {
		lines,
		reservation: ledger.reserve({ amount: boundOf(lines), priceKey: 'batch', isCertain: true }),
	};
}

/** What a batch costs is known once it is done; until then its bound counts. */
export function settle(
	group: ReservedGroup,
	counted: 'bound' | 'nothing',
	{ ledger, boundOf }: Bookkeeping,
): void {
	const { reservation, lines } = group;
	if (reservation === null) return;
	group.reservation = null;
	if (counted === 'bound') ledger.settle(reservation, boundOf(lines));
	else ledger.release(reservation);
}

/** A batch that OpenAI has yet to check. */
interface Followed {
	group: ReservedGroup;
	attempt: GroupAttempt;
	batch: Batch;
}

/** Submits groups one by one and keeps the books of them. Nothing here throws. */
export class Submitting {
	/** What became of the lines so far. */
	readonly ended: SubmittedGroup[] = [];

	private readonly submitter: Submitter;

	private readonly books: Bookkeeping;

	/** Batches that OpenAI had not yet checked when they were left. */
	private validating: Followed[] = [];

	constructor(submitter: Submitter, books: Bookkeeping) {
		this.submitter = submitter;
		this.books = books;
	}

	get requestsSubmitted(): number {
		const submitted = [
			...this.ended.filter(({ result }) => result.ok),
			...this.validating.map(({ group }) => group),
		];
		return submitted.reduce((sum, { lines }) => sum + lines.length, 0);
	}

	get hasFailed(): boolean {
		return this.ended.some(({ result }) => !result.ok);
	}

	/** @returns a batch that is to be followed, or lines that there is no room for; `null` = the lines are done with */
	async create(group: ReservedGroup): Promise<Followed | NoRoom | null> {
		const { submitter, books } = this;
		const attempt = await submitGroup(submitter, group.lines);
		for (const { line, failure } of attempt.failed)
			this.ended.push({ lines: [line], result: { ok: false, failure }, reused: false });
		group.lines = attempt.lines;
		const { result, isUnclear } = attempt;
		if (!result.ok && isRoomRefusal(result.failure)) return { group, failure: result.failure };
		if (result.ok || isUnclear)
			books.submissions.add(
				attempt.name,
				result.ok ? result.value : null,
				keysOf(group),
				attempt.fileIds,
			);
		if (result.ok)
			return { group, attempt, batch: await this.onlyOne(group, attempt.name, result.value) };
		this.end(group, result, isUnclear);
		return null;
	}

	/** The batch that its lines are in, or the one that another retry has made of them. */
	private async onlyOne(group: ReservedGroup, name: string, batch: Batch): Promise<Batch> {
		const { submitter, books } = this;
		if (!submitter.mayHaveTwin) return batch;
		const { twin, alsoIn } = await olderTwin(submitter, books.submissions, batch, keysOf(group));
		Object.assign(group, { hasTwin: twin !== null, alsoIn });
		if (twin === null) return batch;
		books.submissions.update(name, twin);
		return twin;
	}

	/**
	 * Follows the batches that are still checked for longer.
	 * @returns those that there was no room for
	 */
	async followAll(watchMs: number): Promise<NoRoom[]> {
		const left = this.validating;
		this.validating = [];
		const found = await Promise.all(left.map(async (one) => await this.follow(one, watchMs)));
		return found.flatMap((one) => one ?? []);
	}

	end(group: ReservedGroup, result: SendResult<Batch>, isUnclear = false): void {
		settle(group, result.ok || isUnclear ? 'bound' : 'nothing', this.books);
		const { lines, hasTwin = false, alsoIn = [] } = group;
		this.ended.push({ lines, result, reused: hasTwin, isUnclear, alsoIn });
	}

	/** Batches that are still checked count as submitted: for want of room they would have failed by now, most likely. */
	endValidating(): void {
		for (const { group, batch } of this.validating.splice(0))
			this.end(group, { ok: true, value: batch });
	}

	/**
	 * @param watchMs how long the batch is followed at most
	 * @returns `null` = its lines are done with, or it is still checked
	 */
	async follow(
		{ group, attempt, batch: created }: Followed,
		watchMs: number,
	): Promise<NoRoom | null> {
		const { api, runtime } = this.submitter;
		const batch = await untilValidated(api, created, watchMs, runtime);
		const failure = roomFailureOf(batch);
		if (failure !== null) {
			this.books.submissions.drop(attempt.name);
			// Else whoever collects that batch would find these requests among the failed ones, and submit them, too.
			for (const id of attempt.fileIds) await api.deleteFile(id);
			return { group, failure };
		}
		this.books.submissions.update(attempt.name, batch);
		if (batch.status === 'validating') this.validating.push({ group, attempt, batch });
		else this.end(group, { ok: true, value: batch });
		return null;
	}
}

const keysOf = ({ lines }: ReservedGroup): string[] => lines.map(({ key }) => key);
