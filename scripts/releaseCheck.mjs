// npm run release:check                     whether this checkout can be published; each problem in a line
// npm run release:check -- --write          first puts what package.json says of repository, author and mail everywhere else
// npm run release:check -- --tag 1.2.3      the tag that a version is published from
// npm run release:check -- --tarball FILE   whether that tarball is what the committed source gives
// npm run release:check -- --out FOLDER     leaves the tarball there
// npm run release:check -- --no-build       without building: not for a release
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mentionProblems, placeholderProblems, withIdentity } from './lib/identity.mjs';
import { run } from './lib/process.mjs';
import {
	differences,
	packCommitted,
	sha256,
	uncommitted,
	versionProblems,
} from './lib/release.mjs';
import { step } from './lib/progress.mjs';

/** @typedef {{ tag?: string, tarball?: string, out?: string, write?: boolean, 'no-build'?: boolean }} Options */

/** What the licences want to be in each copy. */
const ALWAYS = ['package/LICENSE.md', 'package/dist/vendor/THIRD-PARTY-NOTICES.txt'];

/** What is checked: where npm was started, so that the check can be tried on a copy. */
const checkout = process.cwd();

/** @param {string} file */
const read = (file) => readFileSync(join(checkout, file), 'utf8');

/** @returns {Promise<import('./lib/identity.mjs').TextFile[]>} */
async function trackedTexts() {
	const listed = await run('git', ['ls-files', '-z'], { cwd: checkout });
	const files = listed
		.split('\0')
		.filter((file) => /\.(?:md|json|ts|yaml|yml)$/.test(file) && existsSync(join(checkout, file)));
	return files.map((file) => ({ file, text: read(file) }));
}

/** @param {Options} options @param {string} folder @returns {Promise<string[]>} */
async function tarballProblems({ tarball, out }, folder) {
	/** @param {string} name - two names, because a path must leave no trace in what is built */
	const packIn = (name) => {
		mkdirSync(join(folder, name));
		return step(`build and pack (${name})`, () => packCommitted(checkout, join(folder, name)));
	};
	const ours = await packIn('once');
	const again = await packIn('once more');
	const problems = await differences(ours, again, folder);
	if (problems.length === 0 && sha256(ours) !== sha256(again))
		problems.push('two tarballs of the same source are not the same to the byte');
	if (tarball) problems.push(...(await differences(ours, resolve(checkout, tarball), folder)));
	const listed = (await run('tar', ['-tzf', ours])).split('\n');
	problems.push(
		...ALWAYS.filter((file) => !listed.includes(file)).map((file) => `not in the tarball: ${file}`),
	);
	if (out && problems.length === 0) {
		mkdirSync(resolve(checkout, out), { recursive: true });
		copyFileSync(ours, join(resolve(checkout, out), basename(ours)));
	}
	console.log(`${basename(ours)} sha256 ${sha256(ours)}`);
	return problems;
}

/** @param {Options} options @returns {Promise<string[]>} */
async function problemsOf(options) {
	const manifest = JSON.parse(read('package.json'));
	const files = await trackedTexts();
	if (options.write)
		for (const { file, text } of withIdentity(manifest, files))
			writeFileSync(join(checkout, file), text);
	const problems = [
		...placeholderProblems(manifest),
		...mentionProblems(manifest, options.write ? await trackedTexts() : files),
		...versionProblems(
			manifest,
			JSON.parse(read('package-lock.json')),
			read('CHANGELOG.md'),
			options.tag,
		),
		...(await uncommitted(checkout)),
	];
	if (options['no-build']) return problems;
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-release-'));
	try {
		return [...problems, ...(await tarballProblems(options, folder))];
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const { values } = parseArgs({
	options: {
		tag: { type: 'string' },
		tarball: { type: 'string' },
		out: { type: 'string' },
		write: { type: 'boolean' },
		'no-build': { type: 'boolean' },
	},
});
const problems = await problemsOf(values).catch((error) => [
	error instanceof Error ? error.message : String(error),
]);
for (const problem of problems) console.log(problem);
console.log(
	problems.length === 0
		? 'Ready to be published.'
		: `\nNot to be published: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
