// How openai and zod are bundled into dist/vendor.
import { readFile } from 'node:fs/promises';

export const VENDORS = ['openai', 'zod'];

/** The parts of the API that the nodes use. The SDK's client imports all of them, which makes its bundle three times as large. */
export const USED_RESOURCES = ['batches', 'files', 'images', 'models', 'webhooks'];

/** What n8n's rules forbid in a verified node, and the name in nodes/vendor/globals.ts that stands for it. */
export const REPLACED_GLOBALS = {
	globalThis: 'vendorGlobal',
	setTimeout: 'vendorSetTimeout',
	clearTimeout: 'vendorClearTimeout',
	process: 'vendorProcess',
	console: 'vendorConsole',
};

/** Puts empty classes in the place of the SDK's other parts. @type {import('esbuild').Plugin} */
const leaveOutUnused = {
	name: 'leave out unused resources',
	setup: (build) =>
		build.onLoad({ filter: /openai[\\/]resources[\\/].*\.mjs$/ }, async ({ path }) => {
			const resource = /resources[\\/]([\w-]+)/.exec(path)?.[1] ?? '';
			if (USED_RESOURCES.includes(resource) || path.endsWith('index.mjs')) return undefined;
			const classes = (await readFile(path, 'utf8')).matchAll(/^export class (\w+)/gm);
			return { contents: Array.from(classes, ([, name]) => `export class ${name} {}`).join('\n') };
		}),
};

/** @param {string} name - one of VENDORS @returns {import('esbuild').BuildOptions} */
export function vendorOptions(name) {
	return {
		entryPoints: [`nodes/vendor/${name}.ts`],
		bundle: true,
		format: 'cjs',
		platform: 'browser',
		target: 'es2022',
		legalComments: 'none',
		define: REPLACED_GLOBALS,
		inject: ['nodes/vendor/globals.ts'],
		plugins: [leaveOutUnused],
		logLevel: 'warning',
	};
}

/** @param {import('esbuild').Metafile} metafile @returns {string[]} the files whose code is in what was written */
export function bundledFiles({ outputs }) {
	const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
	return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
}
