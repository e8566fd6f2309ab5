import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../n8n/harness/environment.mts';

interface Manifest {
	n8n: { nodes: string[]; credentials: string[] };
}

const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Manifest;

/** Loads the given files and makes what they export, in a Node of its own, as n8n does. @returns all files that were loaded, relative to the checkout */
function loadedBy(files: string[]): string[] {
	const program = `
		const Module = require('node:module');
		const { relative, sep } = require('node:path');
		const load = Module._load;
		const loaded = new Set();
		Module._load = function (request, parent, ...rest) {
			loaded.add(relative(${JSON.stringify(projectRoot)}, Module._resolveFilename(request, parent)).split(sep).join('/'));
			return load.call(this, request, parent, ...rest);
		};
		for (const file of ${JSON.stringify(files.map((file) => join(projectRoot, file)))}) {
			for (const exported of Object.values(require(file))) if (/^class /.test(String(exported))) new exported();
		}
		console.log(JSON.stringify([...loaded]));
	`;
	return JSON.parse(
		execFileSync(process.execPath, ['-e', program], { cwd: projectRoot, encoding: 'utf8' }),
	) as string[];
}

const heavy = (file: string): boolean =>
	/^dist\/(?:nodes\/)?vendor\/|^dist\/nodes\/platform\/|^node_modules\/(?:openai|zod)\//.test(file);

describe('when n8n starts', () => {
	it('neither the SDK nor zod is loaded', () => {
		const named = [...manifest.n8n.nodes, ...manifest.n8n.credentials];
		const loaded = loadedBy(named).filter(
			(file) => file.startsWith('dist/') || file.startsWith('node_modules/'),
		);

		expect(loaded).toEqual(expect.arrayContaining(named));
		expect(loaded.filter((file) => file.startsWith('dist/')).length).toBeGreaterThan(15);
		expect(loaded.filter((file) => file.startsWith('dist/') && heavy(file))).toEqual([]);
	});

	it('loading what runs a node would be noticed', () => {
		expect(loadedBy(['dist/nodes/platform/images/run.js']).filter(heavy)).toEqual(
			expect.arrayContaining(['dist/vendor/openai.js', 'dist/vendor/zod.js']),
		);
	});
});
