import type { Outcome } from '../../core/scheduler/outcome';
import type { Operation } from '../n8n/items';
import type { RunTally } from './progress';
import type { Delivered, ImageCall, ImageJob, PlannedItem } from './types';

export interface FinishedRun {
	operation: Operation;
	/** Which of the node's runs it is. */
	run: string;
	items: PlannedItem[];
	jobs: ImageJob[];
	outcomes: Array<Outcome<Delivered, ImageCall>>;
	/** By time; `null` = none in this run. */
	firstFailure: Outcome<Delivered, ImageCall> | null;
	tally: RunTally;
	/** What all runs of the same session have spent, in USD; `null` = not all of it is known, absent = it belongs to none. */
	sessionUsd?: number | null;
	/** Whether a second try finds what this one has made. */
	isKept: boolean;
	now: Date;
}

/** A request that has ended, in this run or in an earlier one. */
export type Ended = Outcome<Delivered, ImageCall> & { key: string; reused: boolean };
