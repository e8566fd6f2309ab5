import {
	ExecutionCancelledError,
	type INodeExecutionData,
	type IPollFunctions,
	type IRun,
	sleep,
} from 'n8n-workflow';
import { wordsOf } from '../../core/util/text';

/**
 * `started` = it has been, and may have ended; `dropped` = n8n did not start it, because another process has taken
 * over this poll (n8n 2.41 with its durable scheduler); otherwise why n8n could not store it.
 */
export type StartOutcome = 'started' | 'dropped' | { failed: string };

/** Storing an execution takes n8n some milliseconds. It tells when one has ended, not when one is stored. */
const STORED_AFTER_MS = 100;

/**
 * Starts one execution, and waits until it is likely to be stored.
 * @param onOutcome called once n8n says what has become of it, which may be when the execution has ended, hours later
 */
export async function startExecution(
	context: IPollFunctions,
	items: INodeExecutionData[],
	onOutcome: (outcome: StartOutcome) => void,
): Promise<void> {
	const ended = context.helpers.createDeferredPromise<IRun | undefined>();
	const outcome = ended.promise
		.then(
			(run): StartOutcome => (run === undefined ? 'dropped' : 'started'),
			(error: unknown): StartOutcome =>
				wasStarted(error) ? 'started' : { failed: wordsOf(error) },
		)
		.then(onOutcome);
	try {
		context.__emit([items], undefined, ended);
	} catch (error) {
		ended.reject(error as Error);
	}
	await Promise.race([outcome, sleep(STORED_AFTER_MS)]);
}

/** It was cancelled, or had ended before n8n began to wait for its end ("No active execution found"). */
function wasStarted(error: unknown): boolean {
	return (
		error instanceof ExecutionCancelledError || /active execution|cancelled/i.test(wordsOf(error))
	);
}
