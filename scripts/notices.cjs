/**
 * The licences of what is bundled into dist/vendor, each once, with the modules that it is for. A module's licence is the
 * nearest one above it in its package; openai keeps those of code that it has copied beside its sources, in src/.
 */
const { readFileSync, readdirSync } = require('node:fs');
const { posix } = require('node:path');

const IS_LICENCE = /^licen[cs]e(?:\.(?:md|txt))?$/i;

/** @param module path from the checkout: node_modules/openai/internal/qs/utils.mjs */
function licenceOf(module) {
	const [, root, inside] = /^(node_modules\/(?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(module) ?? [];
	if (root === undefined) throw new Error(`${module} is in no package`);
	for (let folder = posix.dirname(inside); ; folder = posix.dirname(folder)) {
		const file = [folder, posix.join('src', folder)].map((place) => licenceIn(posix.join(root, place))).find(Boolean);
		if (file !== undefined) return file;
		if (folder === '.') throw new Error(`${root} has no licence for ${module}`);
	}
}

function licenceIn(folder) {
	try {
		const name = readdirSync(folder).find((file) => IS_LICENCE.test(file));
		return name && posix.join(folder, name);
	} catch (error) {
		if (error.code === 'ENOENT') return undefined;
		throw error;
	}
}

/** @param modules paths of all that is bundled, as esbuild's metafile has them */
function noticesOf(modules) {
	const licences = new Map();
	for (const module of modules) {
		if (!module.startsWith('node_modules/')) continue;
		const file = licenceOf(module);
		licences.set(file, [...(licences.get(file) ?? []), module]);
	}
	const parts = [...licences].sort(([a], [b]) => a.localeCompare(b, 'en')).map(([file]) => section(file));
	return ['Licences of the code that is bundled in this folder.', ...parts].join(`\n\n${'='.repeat(100)}\n\n`);
}

function section(file) {
	const [, name, inside] = /^node_modules\/((?:@[^/]+\/)?[^/]+)\/(?:src\/)?(.*)$/.exec(file);
	const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));
	const folder = posix.dirname(inside);
	return `${name} ${version}${folder === '.' ? '' : `, ${folder}`}\n\n${readFileSync(file, 'utf8').trim()}`;
}

module.exports = { noticesOf };
