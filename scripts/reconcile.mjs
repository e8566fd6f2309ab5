// npm run reconcile -- items.json --day 2026-11-25 [--project proj_…]
// Compares what the items say that their images cost (JSON or CSV, as they come out of the node, or one item of Cost: Report) with what OpenAI bills for that day.
// Needs OPENAI_ADMIN_KEY. Exit code: 0 the same, 1 something differs, 2 nothing was compared.
//
// A script and no operation of the node: OpenAI gives costs to admin keys only, which may also make keys and add people. Such a key has no place in a workflow,
// where whoever may use a credential can send it requests of their own, and a second credential would be asked of everyone who only wants images.
import { join, resolve } from 'node:path';
import { endGroupsOnSignal, runGroup } from './lib/group.mjs';
import { build } from './lib/pack.mjs';
import { node24, root } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { checkTools, installProject } from './setup.mjs';

try {
	if (process.argv.length < 3)
		throw new Error(
			'Name the file with the items: npm run reconcile -- items.json --day 2026-11-25 [--project proj_…]',
		);
	if (!process.env.OPENAI_ADMIN_KEY)
		throw new Error(
			'OPENAI_ADMIN_KEY is empty: OpenAI gives costs to admin keys only (platform.openai.com/settings/organization/admin-keys).',
		);
	await checkTools();
	await installProject();
	await step('building the package', build);
	endGroupsOnSignal();
	// npm starts us in the package's folder; the file is named from where npm was called.
	const [file, ...rest] = process.argv.slice(2);
	const args =
		file === undefined
			? []
			: [file.startsWith('-') ? file : resolve(process.env.INIT_CWD ?? '.', file), ...rest];
	process.exitCode =
		(await runGroup(node24, [join(root, 'test', 'live', 'reconcileMain.mts'), ...args], {
			cwd: root,
			env: process.env,
		})) ?? 2;
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 2;
}
