import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkshop, type Workshop } from './workshop.mts';

/** One n8n for all of them, because they don't meet. */
describe('an n8n that is set up otherwise', () => {
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-loaded-'));
	const [hook, loaded] = [join(folder, 'hook.cjs'), join(folder, 'loaded.txt')];
	let workshop: Workshop;
	let isLoadedAtStart: boolean;
	beforeAll(async () => {
		writeFileSync(
			hook,
			`const Module = require('node:module'); const load = Module._extensions['.js'];
			 Module._extensions['.js'] = function (module, file) {
				if (/dist.vendor/.test(file)) require('node:fs').appendFileSync(${JSON.stringify(loaded)}, file + '\\n');
				return load.apply(this, arguments);
			 };`,
		);
		workshop = await openWorkshop({
			binaryMode: 'database',
			env: { NODE_OPTIONS: `--require "${hook}"`, N8N_LOG_FORMAT: 'json' },
		});
		isLoadedAtStart = existsSync(loaded);
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => {
		await workshop.close();
		rmSync(folder, { recursive: true, force: true });
	});

	it('images are kept in n8n’s database when n8n is set to that, as they are on workers', async () => {
		const { output } = await workshop.run([{}], {
			prompt: 'a lighthouse',
			options: { outputFormat: 'png', addLink: true },
		});
		const { url, sha256 } = output.items[0]!.json['image'] as Record<string, string>;
		const behind = Buffer.from(await (await fetch(url!)).arrayBuffer());

		expect(output.items[0]!.binary!['data']!.id).toMatch(/^database:/);
		expect((await workshop.bytesOf(output.items[0]!)).subarray(1, 4).toString()).toBe('PNG');
		expect(createHash('sha256').update(behind).digest('hex')).toBe(sha256);
	});

	it('the bundles of openai and zod are loaded by the first run, not when n8n starts', async () => {
		await workshop.run([{}], { prompt: 'a' });

		expect(isLoadedAtStart).toBe(false);
		expect(
			readFileSync(loaded, 'utf8')
				.trim()
				.split('\n')
				.map((file) => file.replace(/^.*[\\/]/, ''))
				.sort(),
		).toEqual(['openai.js', 'zod.js']);
	});

	it('lines of the log have ids and figures as fields, in the format json', async () => {
		const { execution } = await workshop.run([{}], { prompt: 'a' });
		const written = workshop.n8n
			.log()
			.split('\n')
			.filter((line) => line.includes('GPT Image: 1 image'))
			.map((line) => JSON.parse(line) as { metadata: { executionId: string } });

		expect(written.filter(({ metadata }) => metadata.executionId === execution.id)).toEqual([
			expect.objectContaining({
				level: 'info',
				metadata: expect.objectContaining({ node: 'GPT Image', waitedMs: 0 }),
			}),
		]);
	});
});
