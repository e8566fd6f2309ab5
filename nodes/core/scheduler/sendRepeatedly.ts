import { CANCELLED, type SendResult } from './outcome';
import { isWorthRetrying, waitBeforeRetry } from './retry';
import { pause } from './sync';
import type { RunOptions, Runtime } from './types';

export type AttemptOptions = Pick<RunOptions, 'maxAttempts' | 'maxWaitMs'>;

/**
 * Sends one request that makes no image, and again where that is worth it. Waiting for a rate limit uses
 * up no attempts; `maxWaitMs` bounds all waits together that the API asks for.
 */
export async function sendRepeatedly<T>(
	send: (attempt: number) => Promise<SendResult<T>>,
	options: AttemptOptions,
	runtime: Runtime,
): Promise<SendResult<T>> {
	let waited = 0;
	for (let attempts = 1, sent = 1; ; sent++) {
		if (runtime.cancelled()) return { ok: false, failure: CANCELLED };
		const result = await send(sent);
		if (result.ok) return result;
		const isLimit = result.failure.kind === 'rateLimit';
		const left = { ...options, maxWaitMs: options.maxWaitMs - waited };
		if (!isWorthRetrying(result.failure, isLimit ? 0 : attempts, left)) return result;
		const wait = waitBeforeRetry(result.failure, attempts, runtime.random());
		if (isLimit || result.failure.retryAfterMs !== null) waited += wait;
		if (!isLimit) attempts += 1;
		if (waited > options.maxWaitMs) return result;
		await pause(runtime, wait, runtime.cancelled);
	}
}
