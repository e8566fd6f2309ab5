// n8n's own linter on the whole checkout: what n8n's reviewers run. Any error or warning is a failure.
// node scripts/lint.mjs .tmp/variant    on the source of a build with fewer providers
import { resolve } from 'node:path';
import { lintCheckout } from './lib/lint.mjs';
import { checkTools, installLint, installProject } from './setup.mjs';

try {
	await checkTools();
	await installProject();
	await installLint();
	const { errors, warnings, output } = await lintCheckout(
		process.argv[2] === undefined ? undefined : resolve(process.argv[2]),
	);
	console.log(output.trim());
	console.log(`\nn8n-node lint: ${errors} errors, ${warnings} warnings`);
	process.exitCode = errors + warnings > 0 ? 1 : 0;
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
