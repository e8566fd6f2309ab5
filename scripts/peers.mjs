// npm run test:peers   other people's tests and documents, run on this package and its simulator: openai-node's own tests, OpenAI's published document,
//                      vercel/ai's recorded answers. They are fetched with git, by commit, once; GPT_IMAGE_PEERS names a folder that has the repositories
//                      (openai-node, openai-openapi, ai) where there is no network.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endGroupsOnSignal, runGroup } from './lib/group.mjs';
import { build } from './lib/pack.mjs';
import { cacheFolder, node24, root } from './lib/paths.mjs';
import { run } from './lib/process.mjs';
import { step } from './lib/progress.mjs';
import { checkTools, installProject } from './setup.mjs';

/** Pinned: what is run is what was read. */
const PEERS = [
	{
		name: 'openai-node',
		owner: 'openai',
		commit: '7b7d6ca71130d37ec09792c50056b47861f2eccf',
		paths: [
			'tests/api-resources/images.test.ts',
			'tests/api-resources/files.test.ts',
			'tests/api-resources/batches.test.ts',
			'tests/api-resources/models.test.ts',
			'tests/api-resources/webhooks.test.ts',
		],
	},
	{
		name: 'openai-openapi',
		owner: 'openai',
		commit: 'f85dbe223d40e1a31cba812ab2d755c7e98a92a3',
		paths: ['openapi.json'],
	},
	{
		name: 'ai',
		owner: 'vercel',
		commit: 'ed857f50f112e23930b0c2dd8d532cc8bebbc911',
		paths: ['packages/openai/src/image/__fixtures__'],
	},
];

/**
 * The files of a peer, in the cache folder. A folder gets its name when it is complete.
 *
 * @param {typeof PEERS[number]} peer
 * @returns {Promise<string>}
 */
async function files({ name, owner, commit, paths }) {
	const target = join(cacheFolder(), 'peers', `${name}-${commit.slice(0, 12)}`);
	if (existsSync(target)) return target;
	const own = process.env.GPT_IMAGE_PEERS;
	const source = own ? join(own, name) : `https://github.com/${owner}/${name}.git`;
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-peer-'));
	const repository = own ? source : join(folder, 'git');
	const git = async (/** @type {string[]} */ ...args) =>
		await run('git', ['-C', repository, ...args]);
	try {
		if (!own) {
			await run('git', ['init', '--quiet', '--bare', repository]);
			await git('config', 'remote.origin.url', source);
			await git('config', 'remote.origin.promisor', 'true');
			// The files themselves come when they are archived, and only those.
			await git('fetch', '--quiet', '--depth', '1', '--filter=blob:none', 'origin', commit);
		}
		mkdirSync(join(folder, 'files'));
		await git('archive', '--output', join(folder, 'files.tar'), commit, ...paths);
		await run('tar', ['-xf', join(folder, 'files.tar'), '-C', join(folder, 'files')]);
		mkdirSync(join(cacheFolder(), 'peers'), { recursive: true });
		await run('cp', ['-r', join(folder, 'files'), `${target}.partial-${process.pid}`]);
		renameSync(`${target}.partial-${process.pid}`, target);
		return target;
	} catch (error) {
		throw new Error(
			`${owner}/${name} at ${commit.slice(0, 12)} can't be had from ${source}. Without a network, set GPT_IMAGE_PEERS to a folder that has its git repository as "${name}".\n${error instanceof Error ? error.message : error}`,
		);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

try {
	await checkTools();
	await installProject();
	const folders = await step("fetching other people's tests", async () =>
		Object.fromEntries(
			await Promise.all(PEERS.map(async (peer) => [peer.name, await files(peer)])),
		),
	);
	await step('building the package', build);
	endGroupsOnSignal();
	const env = { ...process.env, GPT_IMAGE_PEER_FILES: JSON.stringify(folders) };
	process.exitCode =
		(await runGroup(node24, [join(root, 'test', 'peers', 'main.mts')], { cwd: root, env })) ?? 1;
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
