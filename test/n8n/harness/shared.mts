import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { place } from './environment.mts';
import type { LaunchOptions } from './launch.mts';
import { connectN8n, launchHandle, type N8n, type N8nHandle } from './startN8n.mts';
import { isRunning, stopProcess } from './stop.mts';

/** One file for every n8n of this run: test files have no memory in common, but they have a folder. */
function stateFolder(): string {
	const folder = place('GPT_IMAGE_TEST_STATE');
	mkdirSync(folder, { recursive: true });
	return folder;
}

function readHandle(file: string): N8nHandle | undefined {
	if (!existsSync(file)) return undefined;
	const handle = JSON.parse(readFileSync(file, 'utf8')) as N8nHandle;
	return isRunning(handle.pid) ? handle : undefined;
}

/**
 * The n8n that all test files of a run share, started by the first that asks. Call `disconnect()` in `afterAll`,
 * not `stop()`; a test that kills or stops its n8n takes one of its own with `startN8n`.
 *
 * @param options - tests that ask for the same options get the same n8n; each of jest's workers has its own
 */
export async function sharedN8n(options: LaunchOptions = {}): Promise<N8n> {
	// Jest numbers its workers: those that work side by side would get into each other's way.
	const worker = process.env['JEST_WORKER_ID'];
	const key = createHash('sha256')
		.update(JSON.stringify({ worker, options }))
		.digest('hex')
		.slice(0, 12);
	const file = join(stateFolder(), `${key}.json`);
	const running = readHandle(file);
	if (running) return await connectN8n(running);
	const handle = await launchHandle(options);
	writeFileSync(file, JSON.stringify(handle));
	return await connectN8n(handle);
}

/** Ends every shared n8n and removes its folder. */
export async function stopSharedN8ns(): Promise<void> {
	await Promise.all(
		readdirSync(stateFolder()).map(async (name) => {
			const handle = JSON.parse(readFileSync(join(stateFolder(), name), 'utf8')) as N8nHandle;
			await stopProcess(handle.pid);
			rmSync(handle.userFolder, { recursive: true, force: true });
			rmSync(join(stateFolder(), name));
		}),
	);
}
