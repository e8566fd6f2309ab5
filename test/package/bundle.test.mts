import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../n8n/harness/environment.mts';
import { unpackPackage } from '../n8n/harness/pack.mts';
import { filesBelow } from './files.mts';

const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');
const version = (name: string): string =>
	(JSON.parse(read(`node_modules/${name}/package.json`)) as { version: string }).version;

/** Whose licence a bundled file has, as somebody found who read the packages: its heading, and the file that says so. */
const LICENCES: [where: RegExp, heading: string, licence: string][] = [
	[
		/^node_modules\/openai\/internal\/qs\//,
		`openai ${version('openai')}, internal/qs`,
		'openai/src/internal/qs/LICENSE.md',
	],
	[
		/^node_modules\/openai\/(?!_vendor\/)/,
		`openai ${version('openai')} (Apache-2.0)`,
		'openai/LICENSE',
	],
	[/^node_modules\/zod\//, `zod ${version('zod')} (MIT)`, 'zod/LICENSE'],
];

/** What esbuild puts into the bundles. */
function bundledModules(): string[] {
	const program = `
		import { build } from 'esbuild';
		import { bundledFiles, VENDORS, vendorOptions } from './scripts/lib/vendor.mjs';
		const files = [];
		for (const name of VENDORS) files.push(...bundledFiles((await build({ ...vendorOptions(name), write: false, metafile: true })).metafile));
		console.log(JSON.stringify(files));
	`;
	return JSON.parse(
		execFileSync(process.execPath, ['--input-type=module', '-e', program], {
			cwd: projectRoot,
			encoding: 'utf8',
		}),
	) as string[];
}

describe('the third-party notices in the tarball', () => {
	let folder: string;
	let notices: string;
	const modules = bundledModules().filter((file) => !file.startsWith('nodes/vendor/'));

	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'gpt-image-notices-'));
		unpackPackage(folder);
		notices = readFileSync(join(folder, 'dist/vendor/THIRD-PARTY-NOTICES.txt'), 'utf8');
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('hold the licence of each file that is bundled, whole', () => {
		const unknown = modules.filter((file) => !LICENCES.some(([where]) => where.test(file)));

		expect(modules.length).toBeGreaterThan(50);
		expect(unknown).toEqual([]);
		for (const [, heading, licence] of LICENCES) {
			expect(notices).toContain(`\n${heading}\n`);
			expect(notices).toContain(read(`node_modules/${licence}`).trim());
		}
	});

	it('name nothing that is not bundled', () => {
		const headings = Array.from(
			notices.matchAll(/^={80}\n(.+)\n={80}$/gm),
			([, heading]) => heading,
		);
		const bundled = LICENCES.filter(([where]) => modules.some((file) => where.test(file))).map(
			([, heading]) => heading,
		);

		expect(headings.toSorted()).toEqual(bundled.toSorted());
	});

	it('stand beside each bundle', () => {
		expect(filesBelow(join(folder, 'dist/vendor'))).toEqual([
			'THIRD-PARTY-NOTICES.txt',
			'openai.js',
			'zod.js',
		]);
	});

	it('a bundled package without a licence stops the build', () => {
		mkdirSync(join(folder, 'node_modules/bare'), { recursive: true });
		writeFileSync(
			join(folder, 'node_modules/bare/package.json'),
			'{ "name": "bare", "version": "1.0.0" }',
		);
		const program = `
			import { thirdPartyNotices } from './scripts/lib/notices.mjs';
			thirdPartyNotices([process.argv[1]]);
		`;
		const { status, stderr } = spawnSync(
			process.execPath,
			['--input-type=module', '-e', program, join(folder, 'node_modules/bare/index.js')],
			{
				cwd: projectRoot,
				encoding: 'utf8',
			},
		);

		expect(stderr).toContain('bare is bundled and has no licence file');
		expect(status).not.toBe(0);
	});
});

describe("the SDK's bundle", () => {
	it('has the parts of the API that the nodes use, and no other', async () => {
		const { OpenAI } = createRequire(join(projectRoot, 'package.json'))(
			'./dist/vendor/openai.js',
		) as typeof import('openai');
		const client = new OpenAI({
			apiKey: 'none',
			fetch: async () => await Promise.resolve(Response.json({ data: [{ id: 'gpt-image-2' }] })),
		});
		const sources = filesBelow(join(projectRoot, 'nodes'))
			.filter((file) => file.endsWith('.ts'))
			.map((file) => read(`nodes/${file}`));
		const used = new Set(
			sources.flatMap((text) =>
				Array.from(
					text.matchAll(/\bclient\.([a-z]+)\.([a-zA-Z]+)\(/g),
					([, part, method]) => `${part}.${method}`,
				),
			),
		);

		expect((await client.models.list()).data).toEqual([{ id: 'gpt-image-2' }]);
		expect(used.size).toBeGreaterThan(8);
		for (const call of used) {
			const [part = '', method = ''] = call.split('.');
			expect([
				call,
				typeof (client as unknown as Record<string, Record<string, unknown>>)[part]?.[method],
			]).toEqual([call, 'function']);
		}
		expect(Object.keys(client.chat)).toEqual([]);
	});
});
