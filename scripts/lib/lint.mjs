import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { basename, delimiter, dirname, join, sep } from 'node:path';
import { node24, root, toolFolder } from './paths.mjs';
import { CommandError, npmEnv, run } from './process.mjs';

/** What is not part of the source: installed, built or made by a run. */
const NOT_SOURCE = new Set(['node_modules', '.git', 'dist', 'coverage', 'demo-output', '.tmp']);

/**
 * A copy of the source inside the folder of the lint tools. eslint.config.mjs has to be n8n's template to the
 * letter, which imports @n8n/node-cli: there it resolves, without the tool being a dependency of this package.
 *
 * @param {string} tools - the folder that holds the lint tools' node_modules
 * @param {string} source
 */
function stage(tools, source) {
	const copy = mkdtempSync(join(tools, 'checkout-'));
	cpSync(source, copy, {
		recursive: true,
		filter: (path) => !NOT_SOURCE.has(basename(path)) || path === source,
	});
	symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
	return copy;
}

/** @param {string} output - of ESLint, with colours */
function countProblems(output) {
	const plain = output.replace(/\u001b\[[0-9;]*m/g, '');
	const found = /(\d+) problems? \((\d+) errors?, (\d+) warnings?\)/.exec(plain);
	return { errors: Number(found?.[2] ?? 0), warnings: Number(found?.[3] ?? 0) };
}

/**
 * Runs `n8n-node lint` on the whole checkout, or on the source of a build of its own.
 *
 * @param {string} source
 * @returns {Promise<{ errors: number, warnings: number, output: string }>} with the checkout's own paths
 * @throws {CommandError} when the linter itself failed
 */
export async function lintCheckout(source = root) {
	const tools = toolFolder('lint');
	const copy = stage(tools, source);
	const binaries = join(tools, 'node_modules', '.bin');
	// With NODE_ENV=test the rules of eslint-plugin-n8n-nodes-base take every file for their own test file.
	const env = npmEnv({
		NODE_ENV: 'production',
		PATH: [binaries, dirname(node24), process.env.PATH].join(delimiter),
	});
	try {
		const shown = (/** @type {string} */ text) =>
			text.replaceAll(copy + sep, '').replaceAll(copy, '.');
		const output = await run(join(binaries, 'n8n-node'), ['lint'], { cwd: copy, env }).catch(
			(error) => {
				if (error instanceof CommandError && countProblems(error.output).errors > 0)
					return error.output;
				throw error;
			},
		);
		return { ...countProblems(output), output: shown(output) };
	} finally {
		rmSync(copy, { recursive: true, force: true });
	}
}
