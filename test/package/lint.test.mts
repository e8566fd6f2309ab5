import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../n8n/harness/environment.mts';
import { unpackPackage } from '../n8n/harness/pack.mts';
import { scan, SOURCE_PATTERNS, TARBALL_PATTERNS, type Scan } from './scanner.mts';

describe("n8n's own checks", () => {
	let folder: string;
	let source: Scan;
	let tarball: Scan;
	let bad: Scan;

	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'gpt-image-scan-'));
		const unpacked = join(folder, 'unpacked');
		unpackPackage(unpacked);
		const other = join(folder, 'bad');
		mkdirSync(join(other, 'dist'), { recursive: true });
		writeFileSync(
			join(other, 'package.json'),
			'{ "name": "n8n-nodes-bad", "dependencies": { "openai": "1.0.0" } }',
		);
		writeFileSync(join(other, 'dist', 'bad.js'), 'setTimeout(() => console.log(1), 1);');
		[source, tarball, bad] = scan(
			{ folder: projectRoot, patterns: SOURCE_PATTERNS },
			{ folder: unpacked, patterns: TARBALL_PATTERNS },
			{ folder: other, patterns: TARBALL_PATTERNS },
		) as [Scan, Scan, Scan];
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('n8n-node lint finds nothing in the whole checkout', () => {
		const lint = spawnSync(process.execPath, ['scripts/lint.mjs'], {
			cwd: projectRoot,
			encoding: 'utf8',
		});

		expect(`${lint.stdout}${lint.stderr}`).toContain('n8n-node lint: 0 errors, 0 warnings');
		expect(lint.status).toBe(0);
	});

	it('the package scanner finds nothing in the source', () => {
		expect(source.problems).toEqual([]);
		expect(source.passed).toBe(true);
		expect(source.files).toBeGreaterThan(10);
	});

	it('the package scanner finds nothing in the tarball', () => {
		expect(tarball.problems).toEqual([]);
		expect(tarball.passed).toBe(true);
		expect(tarball.files).toBeGreaterThan(10);
	});

	it('the package scanner does find a timer, a console message and a dependency', () => {
		expect(bad.passed).toBe(false);
		expect(bad.problems).toEqual(
			expect.arrayContaining([
				expect.stringContaining('dist/bad.js:1 error @n8n/community-nodes/no-restricted-globals'),
				expect.stringContaining('dist/bad.js:1 error no-console'),
				expect.stringContaining(
					'package.json:1 error @n8n/community-nodes/no-runtime-dependencies',
				),
			]),
		);
	});
});
