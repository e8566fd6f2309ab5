// npm run bench: sets up, packs, measures against a real n8n and a simulator, writes docs/benchmarks.md (10 minutes).
// npm run bench -- limit retry   measures these parts alone, and only prints them.
import { chmodSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { endGroupsOnSignal, runGroup } from './lib/group.mjs';
import { build, pack } from './lib/pack.mjs';
import { node24, root } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { findServers } from './servers.mjs';
import { checkTools, installN8n, installProject } from './setup.mjs';

let tarball = '';
try {
	await checkTools();
	await installProject();
	const n8n = await installN8n();
	await step('building the package', build);
	tarball = await step('packing it, as for publishing', pack);
	const servers = await findServers();
	// All that it writes goes with the tarball. PostgreSQL doesn't run as root, and has to get there.
	const folder = dirname(tarball);
	chmodSync(folder, 0o711);
	const env = {
		...process.env,
		...servers,
		TMPDIR: folder,
		GPT_IMAGE_N8N: n8n,
		GPT_IMAGE_TARBALL: tarball,
	};
	const program = join(root, 'test', 'bench', 'main.mts');
	endGroupsOnSignal();
	process.exitCode =
		(await runGroup(node24, [program, ...process.argv.slice(2)], { cwd: root, env })) ?? 1;
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
} finally {
	if (tarball) rmSync(dirname(tarball), { recursive: true, force: true });
}
