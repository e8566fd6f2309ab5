import { isoFromUnix } from '../util/time';
import { type Batch, isFinished } from './batch';

/** What OpenAI grants a batch, in seconds. */
const WINDOW_S = 24 * 60 * 60;

/** "The batch … is not finished: its status is in_progress, 57 of 200 requests are done". */
export function unfinishedWords({
	id,
	status,
	counts: { completed, failed, total },
}: Batch): string {
	return `The batch ${id} is not finished: its status is ${status}, ${completed + failed} of ${total} requests are done`;
}

/** Until when the last of them is done at the latest; `null` = all are. */
export function doneBy(batches: readonly Batch[]): string | null {
	const open = batches.filter((batch) => !isFinished(batch));
	const last = open
		.flatMap(({ expiresAt, createdAt }) => isoFromUnix(expiresAt ?? createdAt + WINDOW_S) ?? [])
		.sort()
		.at(-1);
	return last === undefined ? null : `${minute(last)} UTC`;
}

/** What to do about a batch that goes on; `null` = it does not. */
export function waitWords(batch: Batch): string | null {
	if (isFinished(batch)) return null;
	return `${unfinishedWords(batch)}. It ends by ${doneBy([batch])} at the latest. There is nothing to collect yet: run this again later, or start a workflow with the GPT Image Batch Trigger.`;
}

const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');
