import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ICredentialType, INodeType } from 'n8n-workflow';
import { PROVIDERS } from '../../nodes/core/providers/find';
import { projectRoot } from '../n8n/harness/environment.mts';
import { filesBelow } from './files.mts';
import { scan, SOURCE_PATTERNS, TARBALL_PATTERNS } from './scanner.mts';

/** What n8n's verification takes: one service, and no node that only makes a workflow wait. */
const LESS = ['--providers', 'openai,compatible', '--without', 'review'];
/** The beginning of the names of all other providers: "Azure" of "Azure OpenAI". */
const OTHERS = PROVIDERS.filter(({ id }) => !['openai', 'compatible'].includes(id)).map(
	({ id, name }) => ({ id, word: name.split(' ')[0]!.replaceAll('.', '\\.') }),
);
const LARGEST_TARBALL_BYTES = 360_000;

const built = join(projectRoot, '.tmp', 'variant');
const build = (...args: string[]) =>
	spawnSync('npm', ['run', 'build', '--silent', '--', ...args], {
		cwd: projectRoot,
		encoding: 'utf8',
	});

describe('a build with fewer providers and without the review', () => {
	let folder: string;
	let tarball: string;
	const made = (file: string): unknown => {
		const [Type = Object] = Object.values(
			createRequire(join(built, 'package.json'))(`./${file}`) as Record<string, new () => unknown>,
		);
		return new Type();
	};
	const manifest = (): { n8n: { nodes: string[]; credentials: string[] } } =>
		JSON.parse(readFileSync(join(built, 'package.json'), 'utf8')) as never;

	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'gpt-image-variant-'));
		const { status, stdout, stderr } = build(...LESS);
		if (status !== 0) throw new Error(`${stdout}${stderr}`);
		execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
			cwd: built,
			stdio: 'ignore',
		});
		tarball = join(folder, filesBelow(folder).find((file) => file.endsWith('.tgz')) ?? '');
		execFileSync('tar', ['-xzf', tarball, '-C', folder]);
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('has the nodes and the providers that are wanted, and no other', () => {
		const [credential] = manifest().n8n.credentials.map((file) => made(file) as ICredentialType);
		const names = manifest().n8n.nodes.map((file) => (made(file) as INodeType).description.name);

		expect(names).toEqual(['gptImage', 'gptImageBatchTrigger', 'gptImageWebhookTrigger']);
		expect(credential?.properties.find(({ name }) => name === 'provider')?.options).toEqual([
			{ name: 'OpenAI', value: 'openai' },
			{ name: 'OpenAI-Compatible', value: 'compatible' },
		]);
	});

	it('shows people no name of what is left out, and holds no file of it', () => {
		const shown = JSON.stringify([
			...manifest().n8n.nodes.map((file) => (made(file) as INodeType).description),
			...manifest().n8n.credentials.map(made),
		]);
		const left = filesBelow(join(folder, 'package', 'dist')).filter((file) =>
			new RegExp(`review|(?:${OTHERS.map(({ id }) => id).join('|')})\\b`, 'i').test(file),
		);

		expect(shown.length).toBeGreaterThan(50_000);
		const names = new RegExp(
			[...OTHERS.map(({ word }) => word), 'GPT Image Review'].join('|'),
			'i',
		);
		expect(OTHERS.length).toBeGreaterThan(0);
		expect(shown.match(names)).toBeNull();
		expect(left).toEqual([]);
	});

	it("passes n8n's linter as the whole one does", () => {
		const { stdout, stderr } = spawnSync(process.execPath, ['scripts/lint.mjs', built], {
			cwd: projectRoot,
			encoding: 'utf8',
		});

		expect(`${stdout}${stderr}`).toContain('n8n-node lint: 0 errors, 0 warnings');
	});

	it('passes the scanner as the whole one does, and is small', () => {
		for (const result of scan(
			{ folder: built, patterns: SOURCE_PATTERNS },
			{ folder: join(folder, 'package'), patterns: TARBALL_PATTERNS },
		)) {
			expect(result.problems).toEqual([]);
			expect(result.passed).toBe(true);
			expect(result.files).toBeGreaterThan(100);
		}
		expect(statSync(tarball).size).toBeLessThanOrEqual(LARGEST_TARBALL_BYTES);
	});

	it('sends the key of a provider that it does not have nowhere', async () => {
		const { authenticate } = made('dist/credentials/GptImageApi.credentials.js') as {
			authenticate(credential: object, request: object): Promise<object>;
		};
		const request = { url: 'https://api.openai.com/v1/models' };

		await expect(
			authenticate(
				{ provider: 'openai', apiKey: 'one', baseUrl: 'https://api.openai.com/v1' },
				request,
			),
		).resolves.toMatchObject({ headers: { Authorization: 'Bearer one' } });
		await expect(
			authenticate(
				{ provider: 'fal', apiKey: 'two', baseUrl: 'https://api.openai.com/v1' },
				request,
			),
		).rejects.toThrow("'Provider' is 'fal'");
		await expect(
			authenticate(
				{ provider: 'azure', apiKey: 'two', baseUrl: 'https://my.openai.azure.com/openai/v1' },
				{ url: 'https://my.openai.azure.com/openai/v1/models' },
			),
		).rejects.toThrow("'Provider' is 'azure'");
	});

	it.each([
		[['--providers', 'openai,other'], 'other is not known. There are openai, azure,'],
		[['--providers', 'compatible'], 'openai has to be one of them'],
		[['--without', 'everything'], 'there is no node "everything"'],
	])('%j is refused by name', (args, message) => {
		const { status, stdout, stderr } = build(...args);

		expect(status).not.toBe(0);
		expect(`${stdout}${stderr}`).toContain(message);
	});
});
