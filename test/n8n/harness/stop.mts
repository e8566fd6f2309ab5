import { until } from './until.mts';

/** How long n8n gets to finish what it does, in ms; n8n's own limit is 30 s. */
const GRACE_MS = 35_000;

export function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
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
