import { readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import ts from 'typescript';
import { CATALOGUE } from '../../nodes/core/models/catalogue';
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
const outsideModels = all.filter(({ file }) => !file.startsWith('nodes/core/models/'));

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

describe('model facts are data in core/models', () => {
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
	it('are under 260 lines, and functions under 60', () => {
		const lines = (text: string): number => text.trimEnd().split('\n').length;
		const long = ({ text, tree }: Source): string[] => [
			...(lines(text) > 260 ? [`${lines(text)} lines`] : []),
			...nodesOf(tree).flatMap((node) =>
				ts.isFunctionLike(node) && 'body' in node && node.body && lines(node.getText()) >= 60
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
