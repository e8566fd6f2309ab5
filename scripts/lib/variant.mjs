// A package with fewer providers, or without the review: its source, made from ours. docs/publishing.md says what for.
import {
	cpSync,
	existsSync,
	readFileSync,
	readdirSync,
	rmSync,
	rmdirSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './paths.mjs';

/** @typedef {{ providers: string[], without: string[] }} Variant `without` names nodes as people do: "review" */

const PROVIDERS = 'nodes/core/providers';
const APIS = 'nodes/platform/providers/registry.ts';
/** The default of the credential, which every build has. */
const ALWAYS = 'openai';

/** What a package is built from. */
const SOURCES = [
	'nodes',
	'credentials',
	'scripts/lib',
	'gulpfile.js',
	'tsconfig.json',
	'eslint.config.mjs',
	'package.json',
	'README.md',
	'LICENSE.md',
];

/** @param {string} folder @returns {string[]} the TypeScript files in it */
function typeScriptIn(folder) {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => join(folder, file));
}

/** @param {string} file @param {string} text */
const write = (file, text) => writeFileSync(file, text);

/** @param {string | undefined} list - as it stands in the code, on one line or several @returns {string[]} */
const namesIn = (list = '') =>
	list
		.split(',')
		.map((name) => name.trim())
		.filter(Boolean);

/** @param {string} folder @param {string[]} kept @returns {string[]} how those that are kept are spoken to */
function keepProviders(folder, kept) {
	const registry = join(folder, PROVIDERS, 'registry.ts');
	const text = readFileSync(registry, 'utf8');
	const known = namesIn(/= \[([^\]]+)\];/.exec(text)?.[1]);
	const unknown = kept.filter((id) => !known.includes(id));
	if (unknown.length > 0)
		throw new Error(
			`--providers: ${unknown.join(', ')} is not known. There are ${known.join(', ')}.`,
		);
	if (!kept.includes(ALWAYS))
		throw new Error(
			`--providers: ${ALWAYS} has to be one of them, because a new credential starts with it.`,
		);
	const left = known.filter((id) => !kept.includes(id));
	const imports = left.reduce(
		(current, id) => current.replace(`import { ${id} } from './${id}';\n`, ''),
		text,
	);
	write(
		registry,
		imports.replace(/= \[[^\]]+\];/, `= [${known.filter((id) => kept.includes(id)).join(', ')}];`),
	);
	return kept.map(
		(id) =>
			/style: '(\w+)'/.exec(readFileSync(join(folder, PROVIDERS, `${id}.ts`), 'utf8'))?.[1] ?? '',
	);
}

/** @param {string} folder @param {string[]} styles */
function keepApis(folder, styles) {
	const registry = join(folder, APIS);
	const text = readFileSync(registry, 'utf8');
	const [whole = '', list = ''] = /\{\s*(\w+: \w+(?:,\s*\w+: \w+)*),?\s*\}/.exec(text) ?? [];
	const [kept, left] = [true, false].map((wanted) =>
		namesIn(list).filter((entry) => styles.includes(entry.split(': ')[0] ?? '') === wanted),
	);
	const imports = (left ?? []).reduce(
		(current, entry) =>
			current.replace(new RegExp(`import \\{ ${entry.split(': ')[1]} \\} from .+;\\n`), ''),
		text,
	);
	write(registry, imports.replace(whole, kept?.length ? `{ ${kept.join(', ')} }` : '{}'));
}

/** @param {string} folder @param {string} name */
function leaveOutNode(folder, name) {
	const node = readdirSync(join(folder, 'nodes')).find(
		(entry) => entry.toLowerCase() === `gptimage${name.toLowerCase()}`,
	);
	if (node === undefined) throw new Error(`--without: there is no node "${name}".`);
	rmSync(join(folder, 'nodes', node), { recursive: true });
}

/** Removes what no node and no credential needs any more. @param {string} folder */
function prune(folder) {
	const all = [
		...typeScriptIn(join(folder, 'nodes')),
		...typeScriptIn(join(folder, 'credentials')),
	];
	const needed = new Set(
		all.filter(
			(file) =>
				/\.(?:node|credentials)\.ts$/.test(file) ||
				relative(folder, file).startsWith(join('nodes', 'vendor')),
		),
	);
	for (const file of needed) {
		for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(
			/(?:from |import\()'(\.[^']+)'/g,
		)) {
			const target = join(dirname(file), from);
			const found = [`${target}.ts`, join(target, 'index.ts')].find((path) => existsSync(path));
			if (found) needed.add(found);
		}
	}
	for (const file of all) if (!needed.has(file)) rmSync(file);
	const folders = readdirSync(join(folder, 'nodes'), {
		recursive: true,
		withFileTypes: true,
	}).filter((entry) => entry.isDirectory());
	// The deepest first.
	for (const { parentPath, name } of folders.reverse())
		if (readdirSync(join(parentPath, name)).length === 0) rmdirSync(join(parentPath, name));
}

/**
 * Makes the source of a package with less in it.
 *
 * @param {Variant} variant
 * @param {string} folder - a new one
 * @throws when a name is not known
 */
export function stageVariant({ providers, without }, folder) {
	for (const source of SOURCES)
		cpSync(join(root, source), join(folder, source), { recursive: true });
	symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
	if (providers.length > 0) keepApis(folder, keepProviders(folder, providers));
	for (const name of without) leaveOutNode(folder, name);
	prune(folder);
	const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	/** @param {string} file - of dist */
	const isThere = (file) =>
		existsSync(join(folder, file.replace(/^dist\//, '').replace(/\.js$/, '.ts')));
	manifest.n8n.nodes = manifest.n8n.nodes.filter(isThere);
	write(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
