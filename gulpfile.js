/**
 * Builds dist: our own code by tsc, readable as it is; openai and zod as one bundle each in
 * dist/vendor, with the licences of what is in them; icons and codex files beside the nodes.
 */
const { rm, writeFile } = require('node:fs/promises');
const { execFile } = require('node:child_process');
const { dirname, join } = require('node:path');
const { promisify } = require('node:util');
const esbuild = require('esbuild');
const { analyze } = require('eslint-scope');
const espree = require('espree');
const { dest, parallel, series, src } = require('gulp');

/** Globals that the bundle may name directly: the language itself and web standards. */
const ALLOWED_GLOBALS = new Set(
	`AbortController AbortSignal Array ArrayBuffer Atomics BigInt Blob Boolean Buffer DOMException DataView Date Error EvalError
	File FinalizationRegistry Float32Array Float64Array FormData Function Headers Infinity Int16Array Int32Array
	Int8Array Intl JSON Map Math NaN Number Object Promise Proxy RangeError ReadableStream ReferenceError Reflect RegExp
	Request Response Set SharedArrayBuffer String Symbol SyntaxError TextDecoder TextEncoder TransformStream TypeError
	URIError URL URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebSocket
	atob btoa crypto decodeURIComponent encodeURIComponent decodeURI encodeURI escape exports fetch isFinite isNaN module
	parseFloat parseInt performance queueMicrotask structuredClone undefined unescape`.split(/\s+/),
);

/** Names by which the SDK tells runtimes apart; they may be absent. */
const ABSENT_GLOBALS = new Set(
	`Bun Deno EdgeRuntime WebSocketPair WorkerGlobalScope WorkerNavigator document module navigator process
	window`.split(/\s+/),
);

const clean = async () => await rm('dist', { recursive: true, force: true });

const compile = async () => {
	try {
		await promisify(execFile)(process.execPath, [
			join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc'),
			'-p',
			'tsconfig.json',
		]);
	} catch (error) {
		throw new Error(`tsc: ${error.stdout || error.message}`);
	}
};

const bundle = async () => {
	const { bundledFiles, REPLACED_GLOBALS, VENDORS, vendorOptions } =
		await import('./scripts/lib/vendor.mjs');
	const { thirdPartyNotices } = await import('./scripts/lib/notices.mjs');
	const bundled = [];
	for (const name of VENDORS) {
		const readable = await esbuild.build({ ...vendorOptions(name), write: false });
		checkGlobals(readable.outputFiles[0].text, name, REPLACED_GLOBALS.globalThis);
		// Names are kept because the SDK tells its error classes apart by them.
		const written = {
			minify: true,
			keepNames: true,
			metafile: true,
			outfile: `dist/vendor/${name}.js`,
		};
		const { metafile } = await esbuild.build({ ...vendorOptions(name), ...written });
		bundled.push(...bundledFiles(metafile));
		await writeFile(
			`dist/nodes/vendor/${name}.js`,
			`module.exports = require('../../vendor/${name}.js');\n`,
		);
	}
	await writeFile('dist/vendor/THIRD-PARTY-NOTICES.txt', thirdPartyNotices(bundled));
};

/** Fails when a bundle needs a global that neither the lists here nor nodes/vendor/globals.ts names. @param standIn what globalThis is called there */
function checkGlobals(code, name, standIn) {
	const ast = espree.parse(code, { ecmaVersion: 2022, range: true });
	const probed = new Set();
	visit(ast, null, (node) => {
		if (node.type === 'UnaryExpression' && node.operator === 'typeof')
			probed.add(node.argument.name);
	});
	const scopes = analyze(ast, { ecmaVersion: 2022, sourceType: 'script', nodejsScope: true });
	const direct = scopes.globalScope.through
		.map(({ identifier }) => identifier.name)
		.filter(
			(global) =>
				!ALLOWED_GLOBALS.has(global) && !(probed.has(global) && ABSENT_GLOBALS.has(global)),
		);
	const { read, named } = throughVendorGlobal(scopes, standIn);
	const indirect = [...read].filter((global) => !named.has(global) && !ABSENT_GLOBALS.has(global));
	const unknown = [...new Set([...direct, ...indirect])].sort();
	if (unknown.length > 0) {
		throw new Error(
			`The bundle of ${name} needs globals that nodes/vendor/globals.ts does not name: ${unknown.join(', ')}`,
		);
	}
}

/** Names that are read from what stands for globalThis, also through other names for it, and those it has. */
function throughVendorGlobal(scopes, standIn) {
	const read = new Set();
	const named = new Set();
	const follow = (variable) => {
		for (const { identifier } of variable.references) {
			const { parent } = identifier;
			if (parent.type === 'MemberExpression' && parent.object === identifier && !parent.computed) {
				read.add(parent.property.name);
			}
			if (parent.type === 'AssignmentExpression' && parent.right.type === 'ObjectExpression') {
				for (const { key } of parent.right.properties) named.add(key.name);
			}
			if (parent.type === 'VariableDeclarator' && parent.init === identifier) {
				if (parent.id.type === 'Identifier') scopes.getDeclaredVariables(parent).forEach(follow);
				else for (const { key } of parent.id.properties) read.add(key.name);
			}
		}
	};
	for (const scope of scopes.scopes) {
		const variable = scope.set.get(standIn);
		if (variable) follow(variable);
	}
	return { read, named };
}

function visit(node, parent, see) {
	if (Array.isArray(node)) node.forEach((child) => visit(child, parent, see));
	if (typeof node?.type !== 'string') return;
	node.parent = parent;
	see(node);
	for (const [key, child] of Object.entries(node)) {
		if (key !== 'parent' && typeof child === 'object' && child !== null) visit(child, node, see);
	}
}

const copyStatic = () =>
	src(['nodes/**/*.{svg,node.json}', 'credentials/**/*.svg'], { base: '.', encoding: false }).pipe(
		dest('dist'),
	);

const whole = series(clean, compile, parallel(bundle, copyStatic));

/** `npm run build -- --providers openai,compatible --without review`: a package with less in it, in .tmp/variant. */
const variant = async () => {
	const { stageVariant } = await import('./scripts/lib/variant.mjs');
	await rm('.tmp/variant', { recursive: true, force: true });
	stageVariant(LESS, '.tmp/variant');
	await promisify(execFile)(process.execPath, ['node_modules/gulp/bin/gulp.js', 'build'], {
		cwd: '.tmp/variant',
	}).catch(({ stdout }) => {
		throw new Error(stdout);
	});
};

/** @param {string} name @returns {string[]} what stands behind an option, divided at commas */
const listed = (name) =>
	process.argv.includes(name)
		? (process.argv[process.argv.indexOf(name) + 1] ?? '').split(',')
		: [];

const LESS = { providers: listed('--providers'), without: listed('--without') };

exports.build = LESS.providers.length + LESS.without.length > 0 ? variant : whole;
exports.default = exports.build;
