import { readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import ts from '@typescript/typescript6';
import { CATALOGUE } from '../../nodes/core/catalogue/catalogue';
import { projectRoot } from '../n8n/harness/environment.mts';
import { filesBelow } from '../package/files.mts';

interface Source {
	/** Relative to the checkout, with `/`. */
	file: string;
	text: string;
	tree: ts.SourceFile;
}

function read(folder: string): Source[] {
	return filesBelow(join(projectRoot, folder))
		.filter((name) => name.endsWith('.ts'))
		.map((name) =>
			parse(`${folder}/${name}`, readFileSync(join(projectRoot, folder, name), 'utf8')),
		);
}

const parse = (file: string, text: string): Source => ({
	file,
	text,
	tree: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true),
});

function nodesOf(tree: ts.Node): ts.Node[] {
	const found: ts.Node[] = [];
	const visit = (node: ts.Node): void => {
		found.push(node);
		ts.forEachChild(node, visit);
	};
	visit(tree);
	return found;
}

interface Import {
	/** The package, or the file relative to the checkout. */
	target: string;
	typeOnly: boolean;
	/** `import()` at run time instead of at start. */
	late: boolean;
}

function importsOf({ file, tree }: Source): Import[] {
	const resolve = (name: string): string =>
		name.startsWith('.') ? posix.normalize(posix.join(dirname(file), name)) : name;
	return nodesOf(tree).flatMap((node): Import[] => {
		if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
			if (!node.moduleSpecifier || !ts.isStringLiteral(node.moduleSpecifier)) return [];
			const clause = ts.isImportDeclaration(node) ? node.importClause : undefined;
			const typeOnly = ts.isExportDeclaration(node)
				? node.isTypeOnly
				: clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
			return [{ target: resolve(node.moduleSpecifier.text), typeOnly, late: false }];
		}
		const called = ts.isCallExpression(node) ? node.expression : undefined;
		const isImport =
			called?.kind === ts.SyntaxKind.ImportKeyword ||
			(called && ts.isIdentifier(called) && called.text === 'require');
		const [name] = ts.isCallExpression(node) ? node.arguments : [];
		return isImport && name && ts.isStringLiteral(name)
			? [{ target: resolve(name.text), typeOnly: false, late: true }]
			: [];
	});
}

/** Names that are read as globals: not properties, not keys, not declared in the file. */
function globalsOf({ tree }: Source): string[] {
	const declared = new Set(
		nodesOf(tree).flatMap((node) =>
			(ts.isVariableDeclaration(node) ||
				ts.isParameter(node) ||
				ts.isFunctionDeclaration(node) ||
				ts.isImportSpecifier(node) ||
				ts.isBindingElement(node)) &&
			node.name &&
			ts.isIdentifier(node.name)
				? [node.name.text]
				: [],
		),
	);
	return nodesOf(tree).flatMap((node) => {
		if (!ts.isIdentifier(node) || declared.has(node.text)) return [];
		const { parent } = node;
		if (ts.isPropertyAccessExpression(parent) && parent.name === node) return [];
		if (
			(ts.isPropertyAssignment(parent) ||
				ts.isPropertySignature(parent) ||
				ts.isMethodDeclaration(parent) ||
				ts.isMethodSignature(parent) ||
				ts.isPropertyDeclaration(parent)) &&
			parent.name === node
		)
			return [];
		return [node.text];
	});
}

const offences = <T,>(sources: Source[], find: (source: Source) => T[]): string[] =>
	sources.flatMap((source) =>
		find(source).map(
			(offence) =>
				`${source.file}: ${typeof offence === 'string' ? offence : JSON.stringify(offence)}`,
		),
	);

const nodes = read('nodes');
const all = [...nodes, ...read('credentials')];
const core = nodes.filter(({ file }) => file.startsWith('nodes/core/'));
const platform = nodes.filter(({ file }) => file.startsWith('nodes/platform/'));
const ours = all.filter(({ file }) => !file.startsWith('nodes/vendor/'));
/** Providers name the models that they have by ids of their own. */
const outsideModels = all.filter(
	({ file }) => !/^nodes\/core\/(?:catalogue|providers)\//.test(file),
);

/** The folders of docs/architecture.md, lowest first: each may use those before it. Folders in one line don't use each other. */
const LAYERS: Readonly<Record<string, readonly string[][]>> = {
	'nodes/core/': [
		['util'],
		['catalogue', 'failures', 'images'],
		['requests'],
		['providers'],
		['pricing'],
		['modelChoice'],
		['scheduler/rateLimit'],
		['scheduler'],
		['lineage', 'review/script'],
		['batch', 'report', 'review'],
	],
	'nodes/platform/': [
		['n8n'],
		['http'],
		['providers'],
		['api'],
		['images'],
		['batches', 'cost', 'provenance', 'references', 'review'],
		['webhookTrigger'],
	],
};

/** Where a file stands; `null` = in no layer. */
function layerOf(file: string): { base: string; folder: string; height: number } | null {
	const base = Object.keys(LAYERS).find((start) => file.startsWith(start));
	if (base === undefined) return null;
	const folder = dirname(file.slice(base.length));
	const height = (LAYERS[base] ?? []).findIndex((layer) => layer.includes(folder));
	return { base, folder, height };
}

/** The file that an import means, with its ending; `null` = it is none of nodes/. */
function fileOf({ target }: Import): string | null {
	return (
		[`${target}.ts`, `${target}/index.ts`].find((file) =>
			nodes.some((source) => source.file === file),
		) ?? null
	);
}

function isUpward(from: string, to: string): boolean {
	const [user, used] = [layerOf(from), layerOf(to)];
	if (user === null || used === null || user.base !== used.base || user.folder === used.folder)
		return false;
	return used.height >= user.height;
}

/** Files that import each other, over whatever others. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
	const reach = (start: string): Set<string> => {
		const seen = new Set<string>();
		const next = [...(graph.get(start) ?? [])];
		for (let file = next.pop(); file !== undefined; file = next.pop()) {
			if (seen.has(file)) continue;
			seen.add(file);
			next.push(...(graph.get(file) ?? []));
		}
		return seen;
	};
	return [...graph.keys()].filter((file) => reach(file).has(file)).map((file) => [file]);
}

describe('the arrows point one way', () => {
	it('there is something to look at', () => {
		expect(core.length).toBeGreaterThan(15);
		expect(platform.length).toBeGreaterThan(8);
		expect(core.flatMap(importsOf).length).toBeGreaterThan(30);
	});

	it('core imports nothing but itself, zod and types', () => {
		const allowed = ({ target, typeOnly }: Import): boolean =>
			target.startsWith('nodes/core/') || target === 'nodes/vendor/zod' || typeOnly;

		expect(offences(core, (source) => importsOf(source).filter((one) => !allowed(one)))).toEqual(
			[],
		);
	});

	it('core takes no types from n8n or platform either', () => {
		expect(
			offences(core, (source) =>
				importsOf(source).filter(
					({ target }) => target === 'n8n-workflow' || target.startsWith('nodes/platform'),
				),
			),
		).toEqual([]);
	});

	it('platform imports core, vendor and n8n, never a node', () => {
		const allowed = ({ target }: Import): boolean =>
			/^(?:nodes\/(?:core|platform|vendor)\/|n8n-workflow$|crypto$)/.test(target);

		expect(
			offences(platform, (source) => importsOf(source).filter((one) => !allowed(one))),
		).toEqual([]);
	});

	it('a node and a credential reach platform and the request checks only when they run, so that n8n starts without the SDK', () => {
		const heavy = ({ target, typeOnly, late }: Import): boolean =>
			!typeOnly && !late && /^nodes\/(?:platform|vendor)\//.test(target);
		const users = all.filter(({ file }) => !/^nodes\/(?:core|platform|vendor)\//.test(file));

		expect(users.length).toBeGreaterThan(5);
		expect(offences(users, (source) => importsOf(source).filter(heavy))).toEqual([]);
	});

	it('nothing but vendor and what n8n provides comes from outside', () => {
		const outside = ({ target }: Import): boolean => !/^(?:nodes|credentials)\//.test(target);

		expect(
			[
				...new Set(
					ours
						.flatMap(importsOf)
						.filter(outside)
						.map(({ target }) => target),
				),
			].sort(),
		).toEqual(['crypto', 'n8n-workflow']);
	});
});

describe('folders are layers', () => {
	const graph = new Map(
		nodes.map((source) => [source.file, importsOf(source).flatMap((one) => fileOf(one) ?? [])]),
	);

	it('every file of core and platform is in one', () => {
		expect(
			[...core, ...platform]
				.filter(({ file }) => (layerOf(file)?.height ?? -1) < 0)
				.map(({ file }) => file),
		).toEqual([]);
	});

	it('no import points up or sideways', () => {
		const wrong = [...graph].flatMap(([from, targets]) =>
			targets.filter((to) => isUpward(from, to)).map((to) => `${from} -> ${to}`),
		);

		expect(wrong).toEqual([]);
	});

	it('no files import each other in a circle, not even types', () => {
		expect(circles(graph)).toEqual([]);
	});

	it('the search finds both', () => {
		expect(isUpward('nodes/core/util/money.ts', 'nodes/core/pricing/price.ts')).toBe(true);
		expect(isUpward('nodes/core/report/report.ts', 'nodes/core/review/page.ts')).toBe(true);
		expect(
			circles(
				new Map([
					['a', ['b']],
					['b', ['c']],
					['c', ['a']],
					['d', ['a']],
				]),
			),
		).toEqual([['a'], ['b'], ['c']]);
	});

	it('docs/architecture.md names every folder', () => {
		const page = readFileSync(join(projectRoot, 'docs/architecture.md'), 'utf8');
		const folders = Object.values(LAYERS).flat(2);

		expect(folders.filter((folder) => !page.includes(`\`${folder}\``))).toEqual([]);
	});

	it('every file that docs/architecture.md names is there', () => {
		const page = readFileSync(join(projectRoot, 'docs/architecture.md'), 'utf8');
		const named = [...page.matchAll(/`((?:[\w/]+\/)?[\w.]+\.ts)`/g)].map(([, name]) => name ?? '');

		expect(named.length).toBeGreaterThan(20);
		expect(named.filter((name) => !nodes.some(({ file }) => file.endsWith(`/${name}`)))).toEqual(
			[],
		);
	});
});

describe("n8n's rules for verified nodes", () => {
	it('no Node built-in but crypto is imported', () => {
		const builtIn =
			/^(?:node:)?(?:assert|async_hooks|buffer|child_process|cluster|dgram|dns|events|fs|http2?|https|inspector|module|net|os|path|perf_hooks|process|querystring|readline|repl|stream|timers|tls|tty|url|util|v8|vm|worker_threads|zlib)(?:\/.*)?$/;

		expect(
			offences(all, (source) => importsOf(source).filter(({ target }) => builtIn.test(target))),
		).toEqual([]);
	});

	it('no timer, process, console or global object is used', () => {
		const forbidden = [
			'setTimeout',
			'setInterval',
			'setImmediate',
			'clearTimeout',
			'clearInterval',
			'clearImmediate',
			'process',
			'console',
			'globalThis',
			'global',
			'__dirname',
			'__filename',
			'eval',
			'Function',
		];

		expect(
			offences(all, (source) => globalsOf(source).filter((name) => forbidden.includes(name))),
		).toEqual([]);
	});

	it('the search for globals does find one', () => {
		const source = parse(
			'x.ts',
			'const a = { process: 1 }; a.process; setTimeout(() => process.exit(), 1);',
		);

		expect(globalsOf(source).filter((name) => ['setTimeout', 'process'].includes(name))).toEqual([
			'setTimeout',
			'process',
		]);
	});
});

describe('time, chance and the network are passed in', () => {
	it('core has no clock, no chance and no network of its own', () => {
		const impure = ({ tree }: Source): string[] =>
			nodesOf(tree).flatMap((node) => {
				if (
					ts.isNewExpression(node) &&
					node.expression.getText() === 'Date' &&
					(node.arguments?.length ?? 0) === 0
				)
					return [node.getText()];
				if (
					ts.isPropertyAccessExpression(node) &&
					/^(?:Date\.now|Math\.random|performance\.now|crypto\..+)$/.test(node.getText())
				)
					return [node.getText()];
				return ts.isIdentifier(node) && ['fetch', 'XMLHttpRequest', 'WebSocket'].includes(node.text)
					? [node.text]
					: [];
			});

		expect(offences(core, impure)).toEqual([]);
	});
});

describe('model facts are data in core/catalogue', () => {
	const ids = CATALOGUE.models.flatMap(({ id, aliases }) => [id, ...aliases]);

	it('no other file holds a model id as a value', () => {
		const literals = ({ tree }: Source): string[] =>
			nodesOf(tree).flatMap((node) =>
				ts.isStringLiteralLike(node) && /^(?:chat)?gpt-image(?:-|$)|^dall-e/.test(node.text)
					? [node.text]
					: [],
			);

		expect(ids.every((id) => /^(?:chat)?gpt-image-/.test(id))).toBe(true);
		expect(offences(outsideModels, literals)).toEqual([]);
	});

	it('no other file asks which model it is', () => {
		const asks = ({ tree }: Source): string[] =>
			nodesOf(tree).flatMap((node) => {
				if (
					ts.isBinaryExpression(node) &&
					/^[!=]==?$/.test(node.operatorToken.getText()) &&
					/\bmodel(?:\.id|Name|Id)?$/i.test(node.left.getText())
				) {
					return /^(?:null|undefined|''|"")$/.test(node.right.getText()) ? [] : [node.getText()];
				}
				return ts.isRegularExpressionLiteral(node) && /gpt-?image|dall-?e/i.test(node.text)
					? [node.text]
					: [];
			});

		expect(offences(outsideModels, asks)).toEqual([]);
	});
});

describe('files', () => {
	it('are under 200 lines, and functions under 40', () => {
		const lines = (text: string): number => text.trimEnd().split('\n').length;
		const long = ({ text, tree }: Source): string[] => [
			...(lines(text) > 200 ? [`${lines(text)} lines`] : []),
			...nodesOf(tree).flatMap((node) =>
				ts.isFunctionLike(node) && 'body' in node && node.body && lines(node.getText()) >= 40
					? [`${lines(node.getText())} lines from ${node.getText().split('\n', 1)[0]}`]
					: [],
			),
		];

		expect(offences(all, long)).toEqual([]);
	});

	it('name no folder outside the checkout', () => {
		expect(
			offences(all, ({ text, file }) =>
				text.includes(projectRoot) || /(?:^|['"`\s])\/(?:home|root|tmp|work|Users)\//.test(text)
					? [relative('.', file)]
					: [],
			),
		).toEqual([]);
	});
});
