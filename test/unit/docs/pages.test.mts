import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CATALOGUE } from '../../../nodes/core/catalogue/catalogue';
import { projectRoot } from '../../n8n/harness/environment.mts';
import { BLOCKS, blocksOf, withBlocks } from './blocks.mts';
import { KNOWN_CODES } from './errorTables.mts';
import { anchorOf } from './markdown.mts';

const FILES = globSync(['*.md', 'docs/*.md', 'test/*/README.md', '.github/*.md'], {
	cwd: projectRoot,
});
const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');

/** Without code, in which brackets and hashes mean something else. */
const prose = (page: string): string =>
	page.replace(/^```[^]*?^```$/gm, '').replace(/`[^`\n]*`(?!\])/g, '');

/** As GitHub makes them: an anchor that is there already gets a number. */
function anchorsOf(page: string): string[] {
	const seen = new Map<string, number>();
	return [...page.replace(/^```[^]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => {
		const anchor = anchorOf(heading!);
		const times = seen.get(anchor) ?? 0;
		seen.set(anchor, times + 1);
		return times === 0 ? anchor : `${anchor}-${times}`;
	});
}

/** Targets of links and pictures. */
const linksOf = (page: string): string[] =>
	[...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);

function isThere(file: string, link: string): boolean {
	if (/^https?:/.test(link)) return true;
	const [path, anchor] = link.split('#');
	const target = path === '' ? file : join(dirname(file), path!);
	if (!existsSync(join(projectRoot, target))) return false;
	return anchor === undefined || anchorsOf(read(target)).includes(anchor);
}

describe('the pages', () => {
	it.each(FILES)('%s: every file and every heading that it links to is there', (file) => {
		expect(linksOf(read(file)).filter((link) => !isThere(file, link))).toEqual([]);
	});

	it('are where the nodes and the credential link to', () => {
		const links = globSync('{nodes,credentials}/**/*.{ts,json}', { cwd: projectRoot }).flatMap(
			(file) => [...read(file).matchAll(/n8n-nodes-gpt-image\/n8n-nodes-gpt-image([#/][^'"\s]*)/g)],
		);
		const targets = links.map(([, link]) =>
			link!.replace(/^#readme$/, 'README.md').replace(/^\/blob\/main\//, ''),
		);

		expect(targets.length).toBeGreaterThan(5);
		expect(targets.filter((target) => !isThere('README.md', target))).toEqual([]);
	});

	it('link to each page of docs/ from the README', () => {
		const linked = linksOf(read('README.md'));
		const pages = globSync('docs/*.md', { cwd: projectRoot });

		expect(pages.length).toBeGreaterThan(10);
		expect(pages.filter((page) => !linked.includes(page))).toEqual([]);
	});

	it.each(FILES)('%s: what is made from the code is as the code has it', (file) => {
		const page = read(file);
		const made = withBlocks(page);
		if (process.env['UPDATE_DOCS'] === '1' && made !== page)
			writeFileSync(join(projectRoot, file), made);

		expect(read(file)).toBe(made);
		expect(page.match(/<!-- made from the code: /g) ?? []).toHaveLength(blocksOf(page).length);
	});

	it('have all that can be made from the code, each once', () => {
		const used = FILES.flatMap((file) => blocksOf(read(file)));

		expect(used.sort()).toEqual(Object.keys(BLOCKS).sort());
	});
});

it.each([
	['test/simulator/README.md', 'test/{simulator,fixtures}/**/*.{mts,json}'],
	['test/n8n/README.md', '{test/n8n/harness,scripts}/**/*.{mts,mjs}'],
])('%s: the names in it are in the code', (file, pattern) => {
	const code = globSync(pattern, { cwd: projectRoot }).map(read).join('\n');
	const text = read(file).replace(/^```[^]*?^```$/gm, '');
	const names = [...text.matchAll(/`(?:n8n\.)?([A-Za-z]\w+)(?![\w/])/g)].map(([, name]) => name!);

	expect(names.length).toBeGreaterThan(10);
	expect(names.filter((name) => !code.includes(name))).toEqual([]);
});

describe('docs/errors.md', () => {
	const errors = (): string => read('docs/errors.md');

	it('has each code that the nodes give', () => {
		const written = globSync('nodes/**/*.ts', { cwd: projectRoot })
			.flatMap((file) => [...read(file).matchAll(/\bcode: '([a-z_]+)'/g)])
			.map(([, code]) => code!);
		const codes = [...KNOWN_CODES, ...written];

		expect(codes.length).toBeGreaterThan(50);
		expect(codes.filter((code) => !errors().includes(`\`${code}\``))).toEqual([]);
	});

	it('quotes messages that the nodes have', () => {
		const source = globSync('nodes/**/*.ts', { cwd: projectRoot }).map(read).join('\n');
		const quoted = [...errors().matchAll(/^\| ([^|`*]+) \| .* \|$/gm)]
			.map(([, cell]) => cell!)
			.filter((cell) => !/^(?:-+|Message|The message starts with)$/.test(cell));
		/** Without names of fields, values and what stands for anything. */
		const pieces = quoted.flatMap((cell) =>
			cell.split(/<br>|…|'[^']*'(?!s )|\bOpenAI\b/).map((piece) => piece.trim()),
		);

		expect(quoted.length).toBeGreaterThan(30);
		expect(pieces.filter((piece) => piece.length > 12 && !source.includes(piece))).toEqual([]);
	});
});

describe('docs/models.md', () => {
	it('names every model, every price and every source', () => {
		const page = read('docs/models.md');
		for (const { id, prices, sources } of CATALOGUE.models) {
			expect(page).toContain(`| ${id} | ${prices?.textInput} | `);
			for (const source of sources) expect(page).toContain(source);
		}
	});
});
