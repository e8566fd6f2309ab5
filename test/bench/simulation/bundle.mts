import { join } from 'node:path';
import { build } from 'esbuild';

type Simulation = typeof import('./simulate.mts');

/** The nodes' source is written for a bundler: Node alone does not find what it imports. */
export async function loadSimulation(): Promise<Simulation> {
	const { outputFiles } = await build({
		entryPoints: [join(import.meta.dirname, 'simulate.mts')],
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node24',
		write: false,
	});
	const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
	return (await import(`data:text/javascript;base64,${code}`)) as Simulation;
}
