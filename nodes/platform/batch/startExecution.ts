import { ExecutionCancelledError, sleep, type INodeExecutionData, type IPollFunctions, type IRun } from 'n8n-workflow';

/**
 * `started` as far as could be seen; `failed` = n8n could not store the execution; `dropped` = n8n did not start
 * it, because another process has taken over this poll (n8n 2.41 with its durable scheduler).
 */
export type StartOutcome = 'started' | 'failed' | 'dropped';

/** Storing an execution takes n8n some milliseconds. It tells when one has ended, not when one is stored. */
const SETTLED_AFTER_MS = 100;

/** Starts one execution, and waits until it is likely to be stored. */
export async function startExecution(context: IPollFunctions, items: INodeExecutionData[]): Promise<StartOutcome> {
	const ended = context.helpers.createDeferredPromise<IRun | undefined>();
	const outcome = ended.promise.then(
		(run): StartOutcome => (run === undefined ? 'dropped' : 'started'),
		(error: unknown): StartOutcome => (wasStarted(error) ? 'started' : 'failed'),
	);
	context.__emit([items], undefined, ended);
	return await Promise.race([outcome, sleep(SETTLED_AFTER_MS).then((): StartOutcome => 'started')]);
}

/** It was cancelled, or had ended before n8n began to wait for its end ("No active execution found"). */
function wasStarted(error: unknown): boolean {
	return error instanceof ExecutionCancelledError || (error instanceof Error && /active execution/i.test(error.message));
}
