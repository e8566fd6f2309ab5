// Installs what the tests and the demo need, once. Plain JavaScript without dependencies: it runs on a fresh clone.
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readFileSync,
	readdirSync,
	renameSync,
	rmSync,
} from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lib/lock.mjs';
import { node24, nodeHeaders, root, toolFolder } from './lib/paths.mjs';
import { npmEnv, run } from './lib/process.mjs';
import { step } from './lib/progress.mjs';

const OLDEST_NODE = 20;

/** Below n8n's folder. */
const NEW_DATABASE = 'new-database';

/** @throws when this Node is too old or npm is missing */
export async function checkTools() {
	if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
		throw new Error(`Node ${OLDEST_NODE} or newer is needed to start; this is ${process.version}.`);
	}
	await run('npm', ['--version']).catch(() => {
		throw new Error('npm is needed and was not found on the PATH; it comes with Node.');
	});
}

/** @param {string} file */
function lockedPackages(file) {
	return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/**
 * Whether node_modules is what package-lock.json asks for. npm writes node_modules/.package-lock.json when it has
 * finished, so this also recognises an install that somebody made by hand, and one that was interrupted.
 */
function projectIsInstalled() {
	const stamp = join(root, 'node_modules', '.package-lock.json');
	if (!existsSync(stamp) || !existsSync(node24)) return false;
	const installed = lockedPackages(stamp);
	const wanted = Object.entries(lockedPackages(join(root, 'package-lock.json')));
	return wanted.every(
		([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version,
	);
}

/** The project's own devDependencies, among them Node 24. */
export async function installProject() {
	if (projectIsInstalled()) return;
	await step('installing devDependencies (npm ci, about 1 minute)', () =>
		run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
			cwd: root,
			env: npmEnv(),
		}),
	);
}

/** @param {string} target - what other installs of the same folder left behind when they were interrupted */
function removePartials(target) {
	if (!existsSync(dirname(target))) return;
	for (const name of readdirSync(dirname(target))) {
		if (name.startsWith(`${basename(target)}.partial`))
			rmSync(join(dirname(target), name), { recursive: true });
	}
}

/**
 * Installs test/<name> into the cache folder. The folder gets its name when it is complete, so an interrupted
 * install is never taken for a good one.
 *
 * @param {string} name
 * @param {string} title - what the progress line says
 * @param {(folder: string) => Promise<void>} finish - what is left to do after npm ci
 * @returns {Promise<string>} the folder that holds node_modules
 */
async function installTool(name, title, finish) {
	const target = toolFolder(name);
	if (existsSync(target)) return target;
	await step(title, () =>
		withLock(`${target}.lock`, async () => {
			if (existsSync(target)) return;
			removePartials(target);
			const partial = `${target}.partial-${process.pid}`;
			mkdirSync(partial, { recursive: true });
			for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
				copyFileSync(join(root, 'test', name, file), join(partial, file));
			}
			const args = [
				'ci',
				'--ignore-scripts',
				'--legacy-peer-deps',
				'--no-audit',
				'--no-fund',
				'--loglevel=error',
			];
			await run('npm', args, { cwd: partial, env: npmEnv() });
			await finish(partial);
			renameSync(partial, target);
		}),
	);
	return target;
}

/** SQLite is the one native module n8n needs that has no prebuilt binary inside. @param {string} folder */
async function buildSqlite(folder) {
	const env = npmEnv({
		npm_config_nodedir: nodeHeaders(),
		PATH: [dirname(node24), process.env.PATH].join(delimiter),
	});
	await run('npm', ['rebuild', 'sqlite3', '--loglevel=error'], { cwd: folder, env }).catch(
		(error) => {
			throw new Error(
				`sqlite3 could not be built; it needs python3, make and a C++ compiler.\n${error.message}`,
			);
		},
	);
}

/** Older ones that the package is tried on: the last n8n 1, and an early n8n 2. */
export const OLDER = ['n8n-1.123', 'n8n-2.0'];

/** @param {string} name - one of OLDER @returns {Promise<string>} the folder that holds node_modules */
export function installOlder(name) {
	return installTool(name, `installing ${name} (1.4 GB, once, about 4 minutes)`, buildSqlite);
}

/** The real n8n that the tests and the demo run. @returns {Promise<string>} the folder that holds node_modules */
export async function installN8n() {
	const folder = await installTool(
		'n8n',
		'installing n8n (2.2 GB, once, about 4 minutes)',
		buildSqlite,
	);
	await makeDatabase(folder);
	return folder;
}

/**
 * A new database takes n8n hundreds of migrations. Each n8n of the tests starts with a copy of one that has them behind it.
 *
 * @param {string} folder - of n8n
 */
async function makeDatabase(folder) {
	const target = join(folder, NEW_DATABASE);
	if (existsSync(target)) return;
	await step('making a database for n8n (once)', () =>
		withLock(`${target}.lock`, async () => {
			if (existsSync(target)) return;
			const home = `${target}.partial-${process.pid}`;
			const env = npmEnv({
				HOME: home,
				N8N_USER_FOLDER: home,
				N8N_ENCRYPTION_KEY: 'only-for-tests-and-demo',
				N8N_DIAGNOSTICS_ENABLED: 'false',
				NODE_ENV: 'production',
			});
			mkdirSync(home);
			try {
				await run(node24, [join(folder, 'node_modules', 'n8n', 'bin', 'n8n'), 'list:workflow'], {
					cwd: home,
					env,
				});
				mkdirSync(join(home, NEW_DATABASE));
				// What is in the second file is part of it: n8n doesn't put it into the first one when it ends.
				for (const file of ['database.sqlite', 'database.sqlite-wal'])
					copyFileSync(join(home, '.n8n', file), join(home, NEW_DATABASE, file));
				renameSync(join(home, NEW_DATABASE), target);
			} finally {
				rmSync(home, { recursive: true, force: true });
			}
		}),
	);
}

/** n8n's linter and package scanner. @returns {Promise<string>} the folder that holds node_modules */
export function installLint() {
	return installTool('lint', "installing n8n's lint tools (once, about 1 minute)", async () => {});
}

/**
 * Everything. @returns {Promise<{ n8n: string, lint: string }>} the folders that hold node_modules
 */
export async function setup() {
	await checkTools();
	await installProject();
	return { lint: await installLint(), n8n: await installN8n() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	setup().catch((error) => {
		console.error(error.message);
		process.exitCode = 1;
	});
}
