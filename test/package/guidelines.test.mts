import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type {
	ICredentialType,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { place, projectRoot } from '../n8n/harness/environment.mts';
import { filesBelow } from './files.mts';

// n8n's documented rules for community nodes that its released linter doesn't have, or checks only where a field is written
// in the node's own file. docs/publishing.md says of each how it is met.

interface Manifest {
	version: string;
	license: string;
	keywords: string[];
	repository: { directory?: string };
	n8n: { nodes: string[]; credentials: string[] };
}

interface Codex {
	node: string;
	nodeVersion: string;
	codexVersion: string;
	categories: string[];
	resources: {
		primaryDocumentation: { url: string }[];
		credentialDocumentation: { url: string }[];
	};
	alias: string[];
}

/** One choice of a list, or one field of a collection. */
type Entry = NonNullable<INodeProperties['options']>[number];

const load = createRequire(join(projectRoot, 'package.json'));
const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const guide = read('docs/publishing.md');

/** What the only class of a built file makes. */
function made<T>(file: string): { name: string; instance: T } {
	const [[name, Type] = ['', Object]] = Object.entries(
		load(`./${file}`) as Record<string, new () => T>,
	);
	return { name, instance: new Type() as T };
}

const nodes = manifest.n8n.nodes.map((file) => {
	const source = file.replace(/^dist\//, '').replace(/\.js$/, '.ts');
	const codexFile = source.replace(/\.ts$/, '.json');
	return { file, source, codexFile, description: made<INodeType>(file).instance.description };
});
const each = nodes.map((node) => ({ ...node, codex: JSON.parse(read(node.codexFile)) as Codex }));

/** All fields, also those in collections and the ways to name something in a list, with their places. */
function fieldsOf(description: INodeTypeDescription): { path: string; field: INodeProperties }[] {
	const walk = (entries: Entry[], parent: string): { path: string; field: INodeProperties }[] =>
		entries.flatMap((entry) => {
			const path = `${parent}.${entry.name}`;
			if ('values' in entry) return walk(entry.values, path);
			if (!('type' in entry)) return [];
			return [
				{ path, field: entry },
				...(/ollection$/.test(entry.type) ? walk(entry.options ?? [], path) : []),
			];
		});
	return walk(description.properties, description.name);
}

const fields = each.flatMap(({ description }) => fieldsOf(description));
const lists = fields.flatMap(({ path, field }) =>
	/^(?:multiO|o)ptions$/.test(field.type) && field.options
		? [{ path, options: field.options as { name: string; value: unknown }[] }]
		: [],
);
const upperFirst = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

it('each documented rule is one of the released linter, or one that docs/publishing.md accounts for', () => {
	const released = readdirSync(
		join(place('GPT_IMAGE_LINT'), 'node_modules/@n8n/eslint-plugin-community-nodes/dist/rules'),
	)
		.filter((file) => file.endsWith('.js') && file !== 'index.js')
		.map((file) => basename(file, '.js'));
	const accounted = Array.from(guide.matchAll(/^\| `([a-z0-9-]+)` \|/gm), ([, rule]) => rule ?? '');

	expect(released.length).toBeGreaterThanOrEqual(44);
	expect(accounted.filter((rule) => released.includes(rule))).toEqual([]);
	// As many as were documented when this was written.
	expect(new Set([...released, ...accounted]).size).toBeGreaterThanOrEqual(71);
});

describe('package.json', () => {
	it('has the keyword, the licence and a repository of its own (require-community-node-keyword, require-mit-license, no-monorepo)', () => {
		expect(manifest.keywords).toContain('n8n-community-node-package');
		expect(manifest.license).toBe('MIT');
		expect(manifest.repository.directory).toBeUndefined();
	});
});

describe.each(each)('the node $description.name', ({ file, source, codex, description }) => {
	it('is named like its file and its folder (node-class-description-name-camelcase, node-filename-against-convention)', () => {
		expect(description.name).toMatch(/^[a-z][a-zA-Z0-9]*$/);
		expect(basename(source)).toBe(`${upperFirst(description.name)}.node.ts`);
		expect(basename(dirname(source))).toBe(upperFirst(description.name));
		expect(made<INodeType>(file).name).toBe(upperFirst(description.name));
	});

	it("is found under n8n's own categories (valid-node-categories, valid-codex-categories, no-ai-codex-category, no-codex-subcategories, no-logic-or-flow-nodes)", () => {
		const allowed = [
			'Data & Storage',
			'Finance & Accounting',
			'Marketing & Content',
			'Productivity',
			'Miscellaneous',
			'Sales',
			'Development',
			'Analytics',
			'Communication',
			'Utility',
		];

		expect(Object.keys(codex).toSorted()).toEqual([
			'alias',
			'categories',
			'codexVersion',
			'node',
			'nodeVersion',
			'resources',
		]);
		expect(codex.categories.length).toBeGreaterThan(0);
		expect(codex.categories.filter((category) => !allowed.includes(category))).toEqual([]);
		expect(description.codex).toBeUndefined();
		expect(codex.nodeVersion).toBe(`${String(description.version)}.0`);
		expect(new Set(codex.alias).size).toBe(codex.alias.length);
		expect(new Set(codex.alias.map((alias) => alias.toLowerCase()))).toEqual(new Set(codex.alias));
	});

	it('has one credential at the most, of its own package (single-credential-per-node)', () => {
		const credentials = (description.credentials ?? []).map(({ name }) => name);

		expect(new Set(credentials).size).toBe(credentials.length);
		expect(credentials.filter((name) => name !== 'gptImageApi')).toEqual([]);
	});

	it("has no colour of n8n's own, and a trigger is no tool (node-class-description-non-core-color, node-usable-as-tool)", () => {
		expect(JSON.stringify({ ...description, properties: [] }).toUpperCase()).not.toContain(
			'#FF6D5A',
		);
		expect(description.usableAsTool).toBe(description.group.includes('trigger') ? undefined : true);
	});

	it('hears of On Error: Continue where it runs (require-continue-on-fail)', () => {
		const [, body] = /\n\tasync execute\(.*?\{\n(.*?)\n\t\}\n/s.exec(read(source)) ?? [];

		expect(body?.includes('this.continueOnFail()')).toBe(
			description.group.includes('trigger') ? undefined : true,
		);
	});
});

describe('the credential', () => {
	it.each(manifest.n8n.credentials)(
		'%s is named as n8n wants it (cred-class-name-suffix, cred-class-name-field-conventions, cred-filename-against-convention)',
		(file) => {
			const { name, instance } = made<ICredentialType>(file);

			expect(name).toMatch(/Api$/);
			expect(basename(file)).toBe(`${name}.credentials.js`);
			expect(upperFirst(instance.name)).toBe(name);
			expect(instance.name).toMatch(/^[a-z].*Api$/);
		},
	);
});

describe('the fields', () => {
	it('are many enough for these checks to see them', () => {
		expect(fields.length).toBeGreaterThan(150);
		expect(lists.length).toBeGreaterThan(30);
	});

	it('have a default each (require-param-default)', () => {
		expect(fields.filter(({ field }) => !('default' in field)).map(({ path }) => path)).toEqual([]);
	});

	it('have hints of 120 characters at the most (hint-max-length)', () => {
		expect(
			fields.filter(({ field }) => (field.hint?.length ?? 0) > 120).map(({ path }) => path),
		).toEqual([]);
	});

	it('have choices without a double, an asterisk or a picture (no-duplicate-param-options, no-asterisk-in-option-names, no-emoji-in-options)', () => {
		const doubled = lists.filter(
			({ options }) =>
				new Set(options.map(({ name }) => name)).size < options.length ||
				new Set(options.map(({ value }) => value)).size < options.length,
		);
		const odd = lists.filter(({ options }) =>
			options.some(({ name }) => /\*|\p{Extended_Pictographic}/u.test(name)),
		);

		expect(doubled.map(({ path }) => path)).toEqual([]);
		expect(odd.map(({ path }) => path)).toEqual([]);
	});

	it('have choices by the alphabet, but for those that docs/publishing.md gives a reason for (options-sorted-alphabetically)', () => {
		const sorted = (names: string[]): string[] =>
			names.toSorted((a, b) => a.localeCompare(b, undefined, { sensitivity: 'base' }));
		const others = lists.filter(
			({ options }) =>
				sorted(options.map(({ name }) => name)).join() !== options.map(({ name }) => name).join(),
		);

		expect(
			others
				.filter(({ path }) => !guide.includes(`\`${path.split('.').at(-1)}\``))
				.map(({ path }) => path),
		).toEqual([]);
		expect(others.filter(({ path }) => /\.(?:resource|operation)$/.test(path))).toEqual([]);
	});

	it('stand in a collection unless they are required, or docs/publishing.md gives a reason (non-required-fields-in-collection, open-ended-node-fields)', () => {
		const exempt = ['resource', 'operation', 'authentication'];
		const holders = ['collection', 'fixedCollection', 'notice', 'callout', 'hidden', 'curlImport'];
		const optional = each.flatMap(({ description }) =>
			description.properties.filter(
				({ name, type, required }) =>
					!required && !exempt.includes(name) && !holders.includes(type),
			),
		);

		expect(
			optional.filter(({ name }) => !guide.includes(`\`${name}\``)).map(({ name }) => name),
		).toEqual([]);
		expect(optional.filter(({ type }) => type === 'json').map(({ name }) => name)).toEqual([]);
	});
});

/** The luminance of a colour by WCAG, from 0 to 1. @param hex such as #1f2a37 */
function luminance(hex: string): number {
	const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
		const share = parseInt(hex.slice(at, at + 2), 16) / 255;
		return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('the icons', () => {
	const icons = ['nodes', 'credentials'].flatMap((folder) =>
		filesBelow(join(projectRoot, folder))
			.filter((file) => file.endsWith('.svg'))
			.map((file) => `${folder}/${file}`),
	);

	it.each(icons)(
		'%s stands out from the ground of its theme, three to one (icon-contrast)',
		(file) => {
			const ground = luminance(file.endsWith('.dark.svg') ? '#2b2b2b' : '#ffffff');
			const contrasts = Array.from(read(file).matchAll(/#[0-9a-f]{6}/gi), ([colour]) => {
				const [low = 0, high = 0] = [ground, luminance(colour)].toSorted((a, b) => a - b);
				return (high + 0.05) / (low + 0.05);
			});

			expect(Math.max(...contrasts)).toBeGreaterThanOrEqual(3);
		},
	);
});

it('no account is written into the source (no-hardcoded-ids)', () => {
	const fixed =
		/\b(?:partner|affiliate|reseller|account|tenant|customer|client)_?id['"]?\s*[:=]\s*(['"`])[^'"`]+\1/i;
	const sources = ['nodes', 'credentials'].flatMap((folder) =>
		filesBelow(join(projectRoot, folder))
			.filter((file) => file.endsWith('.ts'))
			.map((file) => `${folder}/${file}`),
	);

	expect(fixed.test("qs: { partner_id: 'ours' }")).toBe(true);
	expect(sources.filter((file) => fixed.test(read(file)))).toEqual([]);
});
