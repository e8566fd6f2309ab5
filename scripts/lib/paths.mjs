import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The Node that n8n needs, from this package's devDependencies: everything but set-up runs on it. */
export const node24 = join(root, 'node_modules', '.bin', 'node');

/** Where n8n and the lint tools live, outside the checkout, so that several checkouts share them. */
export function cacheFolder() {
	const { GPT_IMAGE_CACHE, XDG_CACHE_HOME } = process.env;
	return (
		GPT_IMAGE_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-gpt-image')
	);
}

/**
 * The folder of one set of tools. It is named after the lock file and the Node version, so a change of either
 * installs anew and an old folder is never mistaken for a new one.
 *
 * @param {string} name - the folder below test/ that holds its package.json
 */
export function toolFolder(name) {
	const lock = readFileSync(join(root, 'test', name, 'package-lock.json'));
	const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	const hash = createHash('sha256').update(lock).update(devDependencies.node).digest('hex');
	return join(cacheFolder(), `${name}-${hash.slice(0, 16)}`);
}

/** The folder with Node 24's `include/`, from which native modules are compiled without a download. */
export function nodeHeaders() {
	const places = [join(root, 'node_modules', 'node', 'node_modules'), join(root, 'node_modules')];
	for (const place of places.filter((folder) => existsSync(folder))) {
		const name = readdirSync(place).find((entry) =>
			existsSync(join(place, entry, 'include', 'node', 'node.h')),
		);
		if (name) return join(place, name);
	}
	throw new Error(
		'The headers of Node 24 are not in node_modules: delete node_modules and run this again.',
	);
}
