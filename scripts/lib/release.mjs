// What has to be true of the checkout and the tarball before a version is published.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { npmEnv, run } from './process.mjs';

/**
 * @param {{ version: string }} manifest
 * @param {{ version: string, packages: Record<string, { version?: string }> }} lock
 * @param {string} changelog
 * @param {string | undefined} tag - the one that the version is published from, where there is one yet
 * @returns {string[]}
 */
export function versionProblems({ version }, lock, changelog, tag) {
	const problems = [];
	if (tag !== undefined && tag !== version)
		problems.push(`the tag is ${tag} and the version in package.json ${version}`);
	if (lock.version !== version || lock.packages['']?.version !== version)
		problems.push(`package-lock.json does not have the version ${version}`);
	const heading = changelog
		.split('\n')
		.find((line) => line.startsWith(`## ${version} `) || line === `## ${version}`);
	if (heading === undefined) problems.push(`CHANGELOG.md has no entry for ${version}`);
	else if (!isDay(/ - (\d{4}-\d{2}-\d{2})$/.exec(heading)?.[1] ?? ''))
		problems.push(
			`CHANGELOG.md: "${heading}" has no date; it has to be "## ${version} - YYYY-MM-DD"`,
		);
	return problems;
}

/** @param {string} text @returns {boolean} whether the calendar has it */
function isDay(text) {
	const day = new Date(`${text}T00:00:00Z`);
	return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** @param {string} folder - a checkout @returns {Promise<string[]>} */
export async function uncommitted(folder) {
	const status = await run('git', ['status', '--porcelain'], { cwd: folder });
	return status
		.split('\n')
		.filter(Boolean)
		.map((line) => `not committed: ${line.trim()}`);
}

/**
 * Builds and packs what is committed, away from the checkout: what lies about in it has no part in the result.
 *
 * @param {string} checkout
 * @param {string} folder - an empty one, for the result
 * @returns {Promise<string>} the tarball
 */
export async function packCommitted(checkout, folder) {
	const archive = join(folder, 'source.tar');
	const source = join(folder, 'source');
	mkdirSync(source);
	await run('git', ['archive', '--format=tar', '--output', archive, 'HEAD'], { cwd: checkout });
	await run('tar', ['-xf', archive, '-C', source]);
	symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'));
	await run('npm', ['run', 'build', '--loglevel=error'], { cwd: source, env: npmEnv() });
	await run('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder], {
		cwd: source,
		env: npmEnv(),
	});
	return join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
}

/** @param {string} file @returns {string} */
export function sha256(file) {
	return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** @param {string} tarball @param {string} folder - to unpack it in @returns {Promise<Map<string, string>>} what each entry is, by its path */
async function contents(tarball, folder) {
	const place = mkdtempSync(join(folder, 'unpacked-'));
	await run('tar', ['-xzf', tarball, '-C', place]);
	const entries = readdirSync(place, { recursive: true, withFileTypes: true }).filter(
		(entry) => !entry.isDirectory(),
	);
	/** @type {Map<string, string>} */
	const found = new Map(
		entries.map((entry) => {
			const path = join(entry.parentPath, entry.name);
			return [
				path.slice(place.length + 1),
				entry.isFile()
					? `${sha256(path)} ${(statSync(path).mode & 0o111) === 0 ? '' : 'executable'}`
					: 'a link',
			];
		}),
	);
	// Of two entries with one name only the last is unpacked.
	const names = (await run('tar', ['-tzf', tarball]))
		.split('\n')
		.filter((name) => name !== '' && !name.endsWith('/'));
	for (const name of names)
		if (names.indexOf(name) !== names.lastIndexOf(name)) found.set(name, 'twice');
	return found;
}

/**
 * @param {string} ours - a tarball
 * @param {string} other - another
 * @param {string} folder - for what they hold
 * @returns {Promise<string[]>} a line for each file that isn't the same in both
 */
export async function differences(ours, other, folder) {
	const [a, b] = [await contents(ours, folder), await contents(other, folder)];
	const files = new Set([...a.keys(), ...b.keys()]);
	return [...files]
		.filter((file) => a.get(file) !== b.get(file))
		.sort()
		.map((file) => `differs between the tarballs: ${file}`);
}
