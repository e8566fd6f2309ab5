// npm run verify:live       asks the real API (OPENAI_API_KEY) about what this package believes of it, for at most $0.10, and writes docs/verified.md;
//                           without a key it asks the simulator. Exit code: 0 all as expected, 1 something is different, 2 nothing was asked, 3 not all could be told.
//                           Another provider: GPT_IMAGE_VERIFY_PROVIDER, GPT_IMAGE_VERIFY_API_KEY, GPT_IMAGE_VERIFY_BASE_URL.
// npm run verify:propose    prints what would have to change, from docs/verified.json or from the file that is named.
import { join } from 'node:path';
import { endGroupsOnSignal, runGroup } from './lib/group.mjs';
import { build } from './lib/pack.mjs';
import { node24, root } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { checkTools, installProject } from './setup.mjs';

const args = process.argv.slice(2);
try {
	await checkTools();
	await installProject();
	if (args[0] !== 'propose') await step('building the package', build);
	endGroupsOnSignal();
	process.exitCode =
		(await runGroup(node24, [join(root, 'test', 'live', 'main.mts'), ...args], {
			cwd: root,
			env: process.env,
		})) ?? 2;
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 2;
}
