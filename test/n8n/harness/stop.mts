import { readFileSync } from 'node:fs';
import { until } from './until.mts';

/** How long n8n gets to finish what it does, in ms; n8n's own limit is 30 s. */
const GRACE_MS = 35_000;

/** Whether it has ended, and only nobody asked for its exit code: in a container the first process may be one that never asks. */
function isDefunct(pid: number): boolean {
	try {
		return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
	} catch {
		// No Linux, or it is gone by now.
		return false;
	}
}

export function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return !isDefunct(pid);
	} catch {
		return false;
	}
}

async function ended(pid: number, timeoutMs: number): Promise<void> {
	await until(`process ${pid} has ended`, () => (isRunning(pid) ? undefined : true), { timeoutMs });
}

/** Kills at once, as a power cut would: nothing is saved. */
export async function killProcess(pid: number): Promise<void> {
	if (!isRunning(pid)) return;
	process.kill(pid, 'SIGKILL');
	await ended(pid, GRACE_MS);
}

/** Asks n8n to end, and kills it when it doesn't. */
export async function stopProcess(pid: number): Promise<void> {
	if (!isRunning(pid)) return;
	process.kill(pid, 'SIGTERM');
	await ended(pid, GRACE_MS).catch(async () => await killProcess(pid));
}
