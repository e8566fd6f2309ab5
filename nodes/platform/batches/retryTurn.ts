import { pause } from '../../core/scheduler/sync';
import type { Submitter } from './submitGroup';

const LOOK_EVERY_MS = 250;

/** Nodes of which a retry is at work in this process. */
const busy = new Set<string>();

/**
 * Retries of an execution, one after the other, as after two clicks: so the second finds at the provider what the first
 * has submitted. Those of other processes are not known here: see twin.ts.
 * @param mayLack others may submit what is not in the books of this one
 */
export async function inTurn<T>(
	{ context, node, runtime }: Submitter,
	mayLack: boolean,
	work: () => Promise<T>,
): Promise<T> {
	if (!mayLack) return await work();
	const key = `${context.getWorkflow().id ?? ''} ${node}`;
	while (busy.has(key) && !runtime.cancelled())
		await pause(runtime, LOOK_EVERY_MS, runtime.cancelled);
	const isFirst = !busy.has(key);
	busy.add(key);
	try {
		return await work();
	} finally {
		if (isFirst) busy.delete(key);
	}
}
