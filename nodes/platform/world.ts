import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import type { RunWorld } from '../core/run/runRequests';

/** Real time, real chance and n8n's cancel button, for the pure code in core/run. */
export function realWorld(context: IExecuteFunctions): RunWorld {
	const signal = context.getExecutionCancelSignal();
	return {
		now: () => performance.now(),
		random: Math.random,
		cancelled: () => signal?.aborted ?? false,
		sleep: async (ms) => {
			await Promise.race([sleep(ms), cancellation(signal)]);
		},
	};
}

async function cancellation(signal: AbortSignal | undefined): Promise<void> {
	await new Promise<void>((resolve) => {
		if (signal?.aborted) resolve();
		signal?.addEventListener('abort', () => resolve(), { once: true });
	});
}
