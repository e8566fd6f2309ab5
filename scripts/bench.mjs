// npm run bench: sets up, packs, measures against a real n8n and a simulator, writes docs/benchmarks.md (10 minutes).
// npm run bench -- limit retry   measures these parts alone, and only prints them.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, pack } from './lib/pack.mjs';
import { node24, root } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { findServers } from './servers.mjs';
import { checkTools, installN8n, installProject } from './setup.mjs';

/** @param {NodeJS.ProcessEnv} env @returns {Promise<number>} exit code */
function runBench(env) {
	return new Promise((resolve, reject) => {
		const program = join(root, 'test', 'bench', 'main.mts');
		const child = spawn(node24, [program, ...process.argv.slice(2)], { env: { ...process.env, ...env }, stdio: 'inherit' });
		// Ctrl-C reaches it by itself; whoever signals this process alone is passed on.
		process.on('SIGINT', () => {});
		process.on('SIGTERM', () => child.kill('SIGTERM'));
		child.on('error', reject);
		child.on('close', (code) => resolve(code ?? 1));
	});
}

let tarball = '';
try {
	await checkTools();
	await installProject();
	const n8n = await installN8n();
	await step('building the package', build);
	tarball = await step('packing it, as for publishing', pack);
	const servers = await findServers();
	process.exitCode = await runBench({ ...servers, GPT_IMAGE_N8N: n8n, GPT_IMAGE_TARBALL: tarball, GPT_IMAGE_TEST_STATE: dirname(tarball) });
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
} finally {
	if (tarball) rmSync(dirname(tarball), { recursive: true, force: true });
}
