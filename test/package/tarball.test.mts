import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { place, projectRoot } from '../n8n/harness/environment.mts';
import { unpackPackage } from '../n8n/harness/pack.mts';
import { filesBelow } from './files.mts';

const LARGEST_TARBALL_BYTES = 360_000;

interface Manifest {
	dependencies?: Record<string, string>;
	n8n: { nodes: string[]; credentials: string[] };
}

describe('the tarball', () => {
	let folder: string;
	let files: string[];
	let manifest: Manifest;
	const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'gpt-image-tarball-'));
		manifest = unpackPackage(folder) as unknown as Manifest;
		files = filesBelow(folder);
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('is small', () => {
		expect(statSync(place('GPT_IMAGE_TARBALL')).size).toBeLessThanOrEqual(LARGEST_TARBALL_BYTES);
	});

	it('has no run-time dependencies', () => {
		expect(manifest.dependencies ?? {}).toEqual({});
	});

	it('holds every node and credential that package.json names', () => {
		const named = [...manifest.n8n.nodes, ...manifest.n8n.credentials];

		expect(named.length).toBeGreaterThanOrEqual(2);
		expect(files).toEqual(expect.arrayContaining(named));
	});

	it('holds the codex file of every node', () => {
		const codexFiles = manifest.n8n.nodes.map((node) => node.replace(/\.js$/, '.json'));

		expect(files).toEqual(expect.arrayContaining(codexFiles));
	});

	it('holds the licence, the readme and the vendor bundle', () => {
		expect(files).toEqual(expect.arrayContaining(['LICENSE.md', 'README.md']));
		expect(
			files.filter((file) => /^dist\/vendor\/.+\.js$|^dist\/nodes\/vendor\/.+\.js$/.test(file)),
		).not.toEqual([]);
	});

	it('holds every icon that a node or credential names, in a light and a dark theme', () => {
		for (const file of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) {
			const icons = [...read(file).matchAll(/file:([^'"`]+\.svg)/g)].map(([, icon]) => icon ?? '');
			const paths = icons.map((icon) => join(file, '..', icon).split('\\').join('/'));

			expect(new Set(paths).size).toBeGreaterThanOrEqual(2);
			expect(files).toEqual(expect.arrayContaining(paths));
		}
	});

	it('holds no source, no source map and no test', () => {
		const unwanted = files.filter((file) =>
			/\.(map|tsbuildinfo|tgz|mts)$|(?<!\.d)\.ts$|(^|\/)(test|tests|__tests__)\/|\.test\./.test(
				file,
			),
		);

		expect(unwanted).toEqual([]);
	});

	it('holds nothing but dist, package.json, the licence and the readme', () => {
		const others = files.filter((file) => !file.startsWith('dist/'));

		expect(others).toEqual(['LICENSE.md', 'README.md', 'package.json']);
	});
});

/** Any `registry.<name>.<tld>`: a lock file with one works with that registry only. */
const REGISTRY = /\bregistry\.[a-z0-9-]+\.(?:org|com|io|dev)\b/i;

/** A path of this checkout, such as a compiler leaves in its output; not the end of a longer one. */
const MACHINE = new RegExp(`(?<![\\w.-])${projectRoot.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}/`);

describe('no file names a package registry or a path of the machine that made it', () => {
	const offenders = (folder: string, skip: string[]): string[] =>
		filesBelow(folder, skip).filter((file) => {
			const text = readFileSync(join(folder, file), 'latin1');
			return REGISTRY.test(text) || MACHINE.test(text);
		});

	it('in the tarball', () => {
		const folder = mkdtempSync(join(tmpdir(), 'gpt-image-tarball-'));
		unpackPackage(folder);
		const found = offenders(folder, []);
		rmSync(folder, { recursive: true, force: true });

		expect(found).toEqual([]);
	});

	it('in the checkout', () => {
		expect(
			offenders(projectRoot, ['node_modules', '.git', 'dist', 'coverage', 'demo-output', '.tmp']),
		).toEqual([]);
	});
});
