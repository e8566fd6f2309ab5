// npm test: set-up, type check, build, then every jest project. The last line is "N passed, N failed".
// npm test -- unit contract        only these projects, without the type check
// npm test -- n8n -t 'budget'      everything else goes to jest
// npm test -- versions             what users do most, on older versions of n8n; not part of a full run
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runJest } from './lib/jest.mjs';
import { build, pack } from './lib/pack.mjs';
import { node24, root } from './lib/paths.mjs';
import { run } from './lib/process.mjs';
import { step } from './lib/progress.mjs';
import { findServers } from './servers.mjs';
import { checkTools, installLint, installN8n, installOlder, installProject, OLDER } from './setup.mjs';

/** Left out of a full run, because it installs two more n8n. */
const VERSIONS = 'versions';
const PROJECTS = ['unit', 'contract', 'package', 'n8n', 'browser', 'scale'];

/** @param {unknown} error */
function message(error) {
	return error instanceof Error ? error.message : String(error);
}

/** Both type checks. @returns {Promise<number>} how many failed */
async function typeCheck() {
	const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
	let failed = 0;
	for (const [title, args] of /** @type {const} */ ([
		['type check of nodes and credentials', ['--noEmit']],
		['type check of tests and scripts', ['--noEmit', '-p', 'test']],
	])) {
		await step(title, () => run(node24, [tsc, ...args], { cwd: root })).catch((error) => {
			failed += 1;
			console.log(message(error));
		});
	}
	return failed;
}

/** Ends what a jest that crashed left running. @param {string} state - the folder with a file for every n8n */
function killLeftovers(state) {
	for (const name of readdirSync(state)) {
		const { pid, userFolder } = JSON.parse(readFileSync(join(state, name), 'utf8'));
		try {
			process.kill(pid, 'SIGKILL');
		} catch {
			// It has ended already.
		}
		rmSync(userFolder, { recursive: true, force: true });
	}
}

/**
 * @param {string[]} projects
 * @param {string[]} jestArgs
 */
async function runProjects(projects, jestArgs) {
	const state = mkdtempSync(join(tmpdir(), 'gpt-image-state-'));
	/** @type {NodeJS.ProcessEnv} */
	const env = { GPT_IMAGE_TEST_STATE: state };
	const needs = (/** @type {string[]} */ names) => names.some((name) => projects.includes(name));
	let tarball;
	try {
		if (needs(['n8n', 'browser', 'scale'])) env.GPT_IMAGE_N8N = await installN8n();
		if (needs(['scale'])) Object.assign(env, await findServers());
		if (needs(['package'])) env.GPT_IMAGE_LINT = await installLint();
		await step('build', build);
		tarball = env.GPT_IMAGE_TARBALL = await step('npm pack', pack);
		if (projects.includes(VERSIONS)) return await runVersions(jestArgs, env);
		return await runJest([...jestArgs, '--selectProjects', ...projects], env);
	} finally {
		killLeftovers(state);
		rmSync(state, { recursive: true, force: true });
		if (tarball) rmSync(dirname(tarball), { recursive: true, force: true });
	}
}

/**
 * The same tests on each older n8n.
 *
 * @param {string[]} jestArgs
 * @param {NodeJS.ProcessEnv} env
 */
async function runVersions(jestArgs, env) {
	const count = { passed: 0, failed: 0, skipped: 0, notes: /** @type {string[]} */ ([]) };
	for (const name of OLDER) {
		const one = await runJest([...jestArgs, '--selectProjects', VERSIONS], { ...env, GPT_IMAGE_N8N: await installOlder(name) });
		count.passed += one.passed;
		count.failed += one.failed;
		count.skipped += one.skipped;
		count.notes.push(...one.notes);
	}
	return count;
}

/** @param {string[]} args */
async function main(args) {
	const known = [...PROJECTS, VERSIONS];
	const named = known.filter((name) => args.includes(name));
	const jestArgs = args.filter((arg) => !known.includes(arg));
	await checkTools();
	await installProject();
	const failedChecks = args.length === 0 ? await typeCheck() : 0;
	const { passed, failed, skipped, notes } = await runProjects(named.length > 0 ? named : PROJECTS, jestArgs);
	notes.forEach((note) => console.log(note));
	// Tests that a pattern leaves out are "skipped" to jest; in a full run nothing may be.
	const left = args.length === 0 ? skipped : 0;
	if (left > 0) console.log(`${left} tests were skipped, which counts as failed`);
	return { passed, failed: failed + failedChecks + left };
}

// Ctrl-C reaches jest and n8n as well; this waits for them, so that nothing is left behind.
process.on('SIGINT', () => {});

const count = await main(process.argv.slice(2)).catch((error) => {
	console.log(message(error));
	return { passed: 0, failed: 1 };
});
console.log(`\n${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
