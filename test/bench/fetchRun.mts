import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainEnvironment } from '../n8n/harness/environment.mts';
import type { Done, Task } from './bareFetch.mts';
import type { PeerRun } from './n8nRun.mts';
import { CONCURRENCY, REQUEST } from './peers.mts';

/** Runs the bare script on these prompts. @param reference a file that goes with each, for an edit */
export async function runBareFetch(
	baseUrl: string,
	apiKey: string,
	prompts: string[],
	concurrency = CONCURRENCY,
	reference: string | null = null,
): Promise<PeerRun> {
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-bench-'));
	const child = fork(join(import.meta.dirname, 'bareFetch.mts'), { env: plainEnvironment() });
	try {
		const task: Task = {
			baseUrl,
			apiKey,
			request: REQUEST,
			prompts,
			concurrency: concurrency || prompts.length,
			folder,
			reference,
		};
		child.send(task);
		const answer = once(child, 'message') as Promise<[Done]>;
		const crash = once(child, 'exit').then(([code]) =>
			Promise.reject(new Error(`the fetch script ended with ${code}`)),
		);
		const [done] = await Promise.race([answer, crash]);
		return { ...done, dataBytes: 0 };
	} finally {
		child.kill();
		rmSync(folder, { recursive: true, force: true });
	}
}
