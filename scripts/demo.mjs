// npm run demo: sets up, packs, starts a real n8n with the package and an API, runs an example, leaves the editor open.
// npm run demo -- --once ends by itself.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, pack } from './lib/pack.mjs';
import { node24, root } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { checkTools, installN8n, installProject } from './setup.mjs';

/** @param {NodeJS.ProcessEnv} env @returns {Promise<number>} exit code */
function runDemo(env) {
	return new Promise((resolve, reject) => {
		const program = join(root, 'scripts', 'demo', 'main.mts');
		const child = spawn(node24, [program, ...process.argv.slice(2)], {
			env: { ...process.env, ...env },
			stdio: 'inherit',
		});
		// Ctrl-C reaches the demo by itself, which then cleans up; whoever signals this process alone is passed on.
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
	process.exitCode = await runDemo({ GPT_IMAGE_N8N: n8n, GPT_IMAGE_TARBALL: tarball });
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
} finally {
	if (tarball) rmSync(dirname(tarball), { recursive: true, force: true });
}
