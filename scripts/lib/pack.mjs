import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { node24, root } from './paths.mjs';
import { npmEnv, run } from './process.mjs';

/** An environment in which npm scripts run on Node 24. */
function env24() {
	return npmEnv({ PATH: [dirname(node24), process.env.PATH].join(delimiter) });
}

/** Builds dist/. @throws with the compiler's output */
export async function build() {
	await run('npm', ['run', 'build', '--loglevel=error'], { cwd: root, env: env24() });
}

/**
 * Packs what would be published, from the dist/ that is there.
 *
 * @returns {Promise<string>} the tarball, in a temporary folder of its own that the caller removes
 */
export async function pack() {
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-pack-'));
	await run('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder], {
		cwd: root,
		env: env24(),
	});
	const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
	if (!tarball) throw new Error('npm pack made no tarball');
	return join(folder, tarball);
}
