// npm test: set-up, type and format checks, build, then every jest project, some side by side. The last line is "N passed, N failed".
// npm test -- unit contract        only these projects, without these checks
// npm test -- n8n -t 'budget'      everything else goes to jest
// npm test -- versions             what users do most, on older versions of n8n; not part of a full run
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { countAgain } from './lib/again.mjs';
import { endGroupsOnSignal } from './lib/group.mjs';
import { runJest } from './lib/jest.mjs';
import { failure, runLanes, sum } from './lib/jobs.mjs';
import { build, pack } from './lib/pack.mjs';
import { node24, root } from './lib/paths.mjs';
import { run } from './lib/process.mjs';
import { step } from './lib/progress.mjs';
import { findServers } from './servers.mjs';
import {
	checkTools,
	installLint,
	installN8n,
	installOlder,
	installProject,
	OLDER,
} from './setup.mjs';

/** @typedef {import('./lib/jobs.mjs').Job} Job */
/** @typedef {Record<string, string>} Environment */

/** Left out of a full run, because it installs two more n8n. */
const VERSIONS = 'versions';

/**
 * Projects of a lane run one after another, and the lanes side by side: much of what they do is wait. The longest is first.
 * What needs no n8n comes while that is being installed.
 */
const LANES = [['scale'], ['n8n'], ['browser'], ['unit', 'contract', 'package'], [VERSIONS]];
const PROJECTS = LANES.flat().filter((name) => name !== VERSIONS);

/** Where each test file at once has an n8n or two of its own, of 600 MB each. */
const MANY_N8N_BYTES = 12 * 1024 ** 3;

/** How many files of a project run at once. Each has an n8n of its own then, or a cluster. @type {Record<string, number>} */
const WORKERS = { n8n: totalmem() > MANY_N8N_BYTES ? 3 : 2, scale: 2 };

/** @param {unknown} error */
function message(error) {
	return error instanceof Error ? error.message : String(error);
}

/** What projects need beside the package: got when the first of them asks, and once. */
function createTools() {
	/** @type {Map<string, Promise<Environment>>} */
	const asked = new Map();
	/** @type {Record<string, () => Promise<Environment>>} */
	const tools = {
		n8n: async () => ({ GPT_IMAGE_N8N: await installN8n() }),
		lint: async () => ({ GPT_IMAGE_LINT: await installLint() }),
		servers: findServers,
	};
	/** @param {string} name */
	const get = (name) => {
		const tool = asked.get(name) ?? tools[name]?.() ?? Promise.resolve({});
		asked.set(name, tool);
		// Whoever needs it fails; nobody else does.
		tool.catch(() => {});
		return tool;
	};
	return get;
}

/** @type {Record<string, string[]>} */
const NEEDS = { package: ['lint'], n8n: ['n8n'], browser: ['n8n'], scale: ['n8n', 'servers'] };

/**
 * The type check of the tests and the formatter's, each as a job without a test: it fails, or it doesn't. The build has checked
 * the types of nodes and credentials.
 *
 * @returns {Job[]}
 */
function sourceChecks() {
	const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
	const prettier = join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
	return [
		{ name: 'type check of tests and scripts', args: [tsc, '--noEmit', '-p', 'test'] },
		{ name: 'format (npm run format mends it)', args: [prettier, '--check', '.'] },
	].map(({ name, args }) => ({
		name,
		run: () =>
			run(node24, args, { cwd: root }).then(
				() => ({ passed: 0, failed: 0, skipped: 0, notes: [] }),
				(error) => failure(message(error)),
			),
	}));
}

/**
 * A folder of its own for what a project's tests write. It can be passed through by others, because PostgreSQL doesn't run
 * as root.
 *
 * @param {string} folder - of this run
 * @param {string} name
 * @returns {Environment}
 */
function placeFor(folder, name) {
	const [own, temporary, state] = [
		join(folder, name),
		join(folder, name, 'tmp'),
		join(folder, name, 'state'),
	];
	for (const path of [own, temporary, state]) mkdirSync(path);
	for (const path of [folder, own, temporary]) chmodSync(path, 0o711);
	return { TMPDIR: temporary, GPT_IMAGE_TEST_STATE: state };
}

/**
 * @param {string[]} projects
 * @param {string[]} jestArgs
 * @param {{ folder: string, tarball: string }} place
 * @returns {Job[][]}
 */
function jestLanes(projects, jestArgs, { folder, tarball }) {
	const tool = createTools();
	for (const name of projects.flatMap((project) => NEEDS[project] ?? [])) tool(name);
	/** @type {(name: string, project: string, get: () => Promise<Environment>) => Job} */
	const job = (name, project, get) => ({
		name,
		run: async (onOutput) => {
			const env = { ...placeFor(folder, name), GPT_IMAGE_TARBALL: tarball, ...(await get()) };
			return await runJest([...jestArgs, '--selectProjects', project], {
				env,
				workers: WORKERS[project] ?? 1,
				...(onOutput && { onOutput }),
			});
		},
	});
	/** @type {(project: string) => Job[]} */
	const jobs = (project) => {
		if (project === VERSIONS)
			return OLDER.map((name) =>
				job(name, VERSIONS, async () => ({ GPT_IMAGE_N8N: await installOlder(name) })),
			);
		return [
			job(project, project, async () =>
				Object.assign({}, ...(await Promise.all((NEEDS[project] ?? []).map(tool)))),
			),
		];
	};
	return LANES.map((lane) =>
		lane.filter((project) => projects.includes(project)).flatMap(jobs),
	).filter((lane) => lane.length > 0);
}

/**
 * @param {string[]} projects
 * @param {string[]} jestArgs
 * @param {{ whole: boolean, interrupted: AbortSignal }} options - `whole`: with the checks of the source
 */
async function runProjects(projects, jestArgs, { whole, interrupted }) {
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-run-'));
	let tarball = '';
	try {
		await step('build', build);
		tarball = await step('npm pack', pack);
		const lanes = jestLanes(projects, jestArgs, { folder, tarball });
		if (whole) lanes.at(-1)?.unshift(...sourceChecks());
		const counts = await runLanes(lanes, interrupted);
		if (!whole || interrupted.aborted) return sum(counts);
		return await countAgain(counts, async (project, paths) => {
			const place = { folder: mkdtempSync(join(folder, 'again-')), tarball };
			const jestArgs = ['--maxWorkers=1', '--runTestsByPath', ...paths];
			return sum(await runLanes(jestLanes([project], jestArgs, place), interrupted));
		});
	} finally {
		rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
		if (tarball) rmSync(dirname(tarball), { recursive: true, force: true });
	}
}

/** @param {string[]} args @param {AbortSignal} interrupted */
async function main(args, interrupted) {
	const known = [...PROJECTS, VERSIONS];
	const named = known.filter((name) => args.includes(name));
	const jestArgs = args.filter((arg) => !known.includes(arg));
	const whole = args.length === 0;
	await checkTools();
	await installProject();
	const { passed, failed, skipped, notes } = await runProjects(
		named.length > 0 ? named : PROJECTS,
		jestArgs,
		{ whole, interrupted },
	);
	notes.forEach((note) => console.log(note));
	if (passed + failed === 0) console.log('no test ran');
	// Tests that a pattern leaves out are "skipped" to jest; in a full run nothing may be.
	const left = whole ? skipped : 0;
	if (left > 0) console.log(`${left} tests were skipped, which counts as failed`);
	return { passed, failed: failed + left + (passed + failed === 0 ? 1 : 0) };
}

const count = await main(process.argv.slice(2), endGroupsOnSignal()).catch((error) => {
	console.log(message(error));
	return { passed: 0, failed: 1 };
});
console.log(`\n${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
