import { sleep } from 'n8n-workflow';
import type { Runtime } from '../../core/scheduler/types';

/** Longest piece of a wait: n8n's `sleep` can't be cut short, so a cancel is noticed after this many ms at the latest. */
export const CANCEL_CHECK_MS = 250;

/** A node that runs, or one that only listens and can't be cancelled. */
interface Cancellable {
	getExecutionCancelSignal?: () => AbortSignal | undefined;
}

/** Real time, real chance and n8n's cancel button, for the pure code in core. */
export function n8nRuntime(context: Cancellable): Runtime {
	const signal = context.getExecutionCancelSignal?.();
	const cancelled = () => signal?.aborted ?? false;
	const now = () => performance.now();
	return {
		now,
		random: Math.random,
		cancelled,
		onCancel: (listener) => {
			signal?.addEventListener('abort', listener);
			return () => signal?.removeEventListener('abort', listener);
		},
		sleep: async (ms) => {
			const end = now() + ms;
			for (let left = ms; left > 0 && !cancelled(); left = end - now()) {
				await sleep(Math.min(left, CANCEL_CHECK_MS));
			}
		},
	};
}
