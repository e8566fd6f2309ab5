import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkshop } from './workshop.mts';

describe('where images are kept and when code is loaded', () => {
	it('images are kept in n8n’s database when n8n is set to that, as they are on workers', async () => {
		const workshop = await openWorkshop({ binaryMode: 'database' });
		const { output } = await workshop.run([{}], {
			prompt: 'a lighthouse',
			options: { outputFormat: 'png', addLink: true },
		});
		const { url, sha256 } = output.items[0]!.json['image'] as Record<string, string>;
		const behind = Buffer.from(await (await fetch(url!)).arrayBuffer());

		expect(output.items[0]!.binary!['data']!.id).toMatch(/^database:/);
		expect((await workshop.bytesOf(output.items[0]!)).subarray(1, 4).toString()).toBe('PNG');
		expect(createHash('sha256').update(behind).digest('hex')).toBe(sha256);
		await workshop.close();
	});

	it('the bundles of openai and zod are loaded by the first run, not when n8n starts', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'gpt-image-loaded-'));
		const [hook, log] = [join(folder, 'hook.cjs'), join(folder, 'loaded.txt')];
		writeFileSync(
			hook,
			`const Module = require('node:module'); const load = Module._extensions['.js'];
			 Module._extensions['.js'] = function (module, file) {
				if (/dist.vendor/.test(file)) require('node:fs').appendFileSync(${JSON.stringify(log)}, file + '\\n');
				return load.apply(this, arguments);
			 };`,
		);
		const workshop = await openWorkshop({ env: { NODE_OPTIONS: `--require ${hook}` } });
		const before = existsSync(log);
		await workshop.run([{}], { prompt: 'a' });

		expect(before).toBe(false);
		expect(
			readFileSync(log, 'utf8')
				.trim()
				.split('\n')
				.map((file) => file.replace(/^.*[\\/]/, ''))
				.sort(),
		).toEqual(['openai.js', 'zod.js']);
		await workshop.close();
		rmSync(folder, { recursive: true, force: true });
	});
});
