import { execFileSync, spawnSync } from 'node:child_process';
import {
	appendFileSync,
	cpSync,
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { place, projectRoot } from '../n8n/harness/environment.mts';

interface Manifest {
	version: string;
	author: { name: string; email: string };
	repository: { url: string };
}

/** What names a repository, an author or an address, and is published. */
const IDENTIFIED = [
	'package/LICENSE.md',
	'package/README.md',
	'package/dist/credentials/GptImageApi.credentials.js',
	...['GptImage', 'GptImageBatchTrigger', 'GptImageReview', 'GptImageWebhookTrigger'].map(
		(name) => `package/dist/nodes/${name}/${name}.node.json`,
	),
	'package/package.json',
];

/** A copy of this checkout, as it is now, in a repository of its own. */
class Copy {
	readonly folder = mkdtempSync(join(tmpdir(), 'gpt-image-release-'));

	constructor() {
		const files = execFileSync(
			'git',
			['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
			{ cwd: projectRoot, encoding: 'utf8' },
		);
		for (const file of files
			.split('\0')
			.filter((name) => name !== '' && existsSync(join(projectRoot, name)))) {
			cpSync(join(projectRoot, file), join(this.folder, file));
		}
		this.#git('init', '--quiet');
		this.commit();
		this.#git('tag', 'start');
	}

	#git(...args: string[]): void {
		execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], {
			cwd: this.folder,
		});
	}

	commit(): void {
		this.#git('add', '--all');
		this.#git('commit', '--quiet', '--allow-empty', '--message', 'Test');
	}

	/** As it was at first. */
	reset(): void {
		this.#git('reset', '--quiet', '--hard', 'start');
	}

	read(file: string): string {
		return readFileSync(join(this.folder, file), 'utf8');
	}

	replace(file: string, from: string | RegExp, to: string): void {
		const text = this.read(file);
		expect(text.replace(from, to)).not.toBe(text);
		writeFileSync(join(this.folder, file), text.replace(from, to));
	}

	/** Puts a maintainer's own into package.json. */
	identify(): void {
		const manifest = JSON.parse(this.read('package.json')) as Manifest;
		manifest.repository.url = 'git+https://github.com/nathan-smith/n8n-nodes-gpt-image.git';
		manifest.author = { name: 'Nathan Smith', email: 'nathan@images.test' };
		writeFileSync(join(this.folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
	}

	check(...args: string[]): { lines: string[]; passed: boolean } {
		const { status, stdout } = spawnSync(
			process.execPath,
			[join(projectRoot, 'scripts/releaseCheck.mjs'), ...args],
			{ cwd: this.folder, encoding: 'utf8' },
		);
		return { lines: stdout.trim().split('\n'), passed: status === 0 };
	}
}

describe('npm run release:check', () => {
	const { version } = JSON.parse(
		readFileSync(join(projectRoot, 'package.json'), 'utf8'),
	) as Manifest;
	let copy: Copy;
	beforeAll(() => {
		copy = new Copy();
	});
	beforeEach(() => copy.reset());
	afterAll(() => rmSync(copy.folder, { recursive: true, force: true }));

	/** Everything that a maintainer has to do before the first release. */
	const makeReady = (): void => {
		copy.identify();
		copy.replace(
			'CHANGELOG.md',
			new RegExp(`^## ${version}.*$`, 'm'),
			`## ${version} - 2026-12-24`,
		);
		copy.check('--no-build', '--write');
		copy.commit();
	};

	it('says no while repository, author and mail are placeholders', () => {
		const { lines, passed } = copy.check('--no-build');

		expect(passed).toBe(false);
		for (const field of ['repository.url', 'author.name', 'author.email'])
			expect(lines).toContain(`package.json: ${field} is still a placeholder`);
	});

	it('names each place that says something else than package.json', () => {
		copy.identify();
		const { lines } = copy.check('--no-build');

		expect(lines.join('\n')).not.toContain('placeholder');
		for (const file of [
			'LICENSE.md',
			'README.md',
			'SECURITY.md',
			'package.json',
			'credentials/GptImageApi.credentials.ts',
			'nodes/GptImage/GptImage.node.json',
		]) {
			expect(lines).toContainEqual(
				expect.stringMatching(new RegExp(`^${file}:\\d+: ".+" is not what package.json has as`)),
			);
		}
	});

	it('puts it everywhere, and then says yes', () => {
		makeReady();

		expect(copy.check('--no-build', '--tag', version)).toEqual({
			lines: ['Ready to be published.'],
			passed: true,
		});
		expect(copy.read('SECURITY.md')).toContain('nathan@images.test');
		expect(copy.read('LICENSE.md')).toMatch(/^Copyright \(c\) \d{4} Nathan Smith$/m);
		expect(copy.read('nodes/GptImage/GptImage.node.json')).toContain(
			'https://github.com/nathan-smith/n8n-nodes-gpt-image#readme',
		);
	});

	it.each([
		[
			'another tag',
			() => undefined,
			['--tag', '9.9.9'],
			`the tag is 9.9.9 and the version in package.json ${version}`,
		],
		[
			'a tag with a v',
			() => undefined,
			['--tag', `v${version}`],
			`the tag is v${version} and the version in package.json ${version}`,
		],
		[
			'a version that the changelog does not have',
			() => copy.replace('CHANGELOG.md', `## ${version}`, '## 0.0.9'),
			[],
			`CHANGELOG.md has no entry for ${version}`,
		],
		[
			'a version that is not released',
			() => copy.replace('CHANGELOG.md', '- 2026-12-24', '- Unreleased'),
			[],
			/^CHANGELOG\.md: ".+ - Unreleased" has no date/,
		],
		[
			'a day that the calendar lacks',
			() => copy.replace('CHANGELOG.md', '- 2026-12-24', '- 2026-02-30'),
			[],
			/^CHANGELOG\.md: ".+ - 2026-02-30" has no date/,
		],
		[
			'a lock file of another version',
			() => copy.replace('package-lock.json', `"version": "${version}"`, '"version": "0.0.9"'),
			[],
			`package-lock.json does not have the version ${version}`,
		],
		[
			'something that is not committed',
			() => appendFileSync(join(copy.folder, 'README.md'), '\n'),
			[],
			'not committed: M README.md',
		],
	])('says no to %s', (_, change, args, problem) => {
		makeReady();
		change();
		const { lines, passed } = copy.check('--no-build', ...args);

		expect(passed).toBe(false);
		expect(lines).toContainEqual(
			typeof problem === 'string' ? problem : expect.stringMatching(problem),
		);
	});

	it('finds links, files that may be run and names that come twice in a tarball', () => {
		const folder = mkdtempSync(join(tmpdir(), 'gpt-image-tarballs-'));
		const pack = (name: string, ...commands: string[]): string => {
			execFileSync(
				'sh',
				[
					'-ec',
					[
						'mkdir package',
						'echo 1 > package/a.js',
						'echo 1 > package/b.js',
						'tar -cf t.tar package',
						...commands,
						`gzip t.tar`,
						`mv t.tar.gz ${name}.tgz`,
						'rm -r package',
					].join('\n'),
				],
				{ cwd: folder },
			);
			return join(folder, `${name}.tgz`);
		};
		const ours = pack('ours');
		const script = `import { differences } from ${JSON.stringify(join(projectRoot, 'scripts', 'lib', 'release.mjs'))}; console.log(JSON.stringify(await differences(...process.argv.slice(1))));`;
		const found = (name: string, ...commands: string[]): unknown =>
			JSON.parse(
				execFileSync(
					process.execPath,
					['--input-type=module', '--eval', script, ours, pack(name, ...commands), folder],
					{ encoding: 'utf8' },
				),
			);

		expect(found('same')).toEqual([]);
		expect(found('link', 'ln -s a.js package/c.js', 'tar -rf t.tar package/c.js')).toEqual([
			'differs between the tarballs: package/c.js',
		]);
		expect(found('run', 'rm t.tar', 'chmod +x package/a.js', 'tar -cf t.tar package')).toEqual([
			'differs between the tarballs: package/a.js',
		]);
		expect(found('twice', 'tar -rf t.tar package/a.js')).toEqual([
			'differs between the tarballs: package/a.js',
		]);
		rmSync(folder, { recursive: true });
	});

	it('builds the committed source twice, to the same byte, and finds each file by which a tarball differs from it', () => {
		makeReady();
		const { lines, passed } = copy.check('--tag', version, '--tarball', place('GPT_IMAGE_TARBALL'));

		expect(passed).toBe(false);
		expect(lines.filter((line) => line.includes('differ') || line.includes('same'))).toEqual(
			IDENTIFIED.map((file) => `differs between the tarballs: ${file}`),
		);
		expect(lines.at(-1)).toBe(`Not to be published: ${IDENTIFIED.length} problems.`);
	});
});
