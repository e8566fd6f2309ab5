import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../n8n/harness/environment.mts';

interface Step {
	uses?: string;
	run?: string;
	with?: Record<string, unknown>;
}

interface Job {
	needs?: string | string[];
	environment?: string;
	permissions?: Record<string, string>;
	steps: Step[];
}

interface Workflow {
	on: Record<string, { tags?: string[]; branches?: string[] } | null>;
	permissions: Record<string, string>;
	jobs: Record<string, Job>;
}

const folder = join(projectRoot, '.github', 'workflows');
const names = readdirSync(folder);
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const workflow = (name: string): Workflow => parse(text(name)) as Workflow;
const uses = ({ steps }: Job): string[] => steps.flatMap(({ uses: action }) => action ?? []);
const runs = ({ steps }: Job): string[] => steps.flatMap(({ run }) => run ?? []);

describe.each(names)('the workflow %s', (name) => {
	it('names each action by its commit, with its version beside it', () => {
		const lines = text(name)
			.split('\n')
			.filter((line) => /\buses:/.test(line));

		expect(lines.length).toBeGreaterThan(1);
		expect(
			lines.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
		).toEqual([]);
	});

	it('has no token that may write to the repository, and leaves none behind', () => {
		const { permissions, jobs } = workflow(name);
		const granted = [
			permissions,
			...Object.values(jobs).map((job) => job.permissions ?? {}),
		].flatMap((grants) => Object.entries(grants));
		const checkouts = Object.values(jobs).flatMap(({ steps }) =>
			steps.filter((step) => step.uses?.startsWith('actions/checkout@')),
		);

		expect(granted.filter(([scope, access]) => access !== 'read' && scope !== 'id-token')).toEqual(
			[],
		);
		expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
	});

	it('puts nothing that others choose into a command', () => {
		const commands = Object.values(workflow(name).jobs).flatMap(runs);

		expect(commands.filter((command) => command.includes('${{'))).toEqual([]);
	});
});

describe('publishing', () => {
	const { on, permissions, jobs } = workflow('publish.yml');
	const job = (name: string): Job => jobs[name] ?? { steps: [] };

	it('starts by a tag, and only for a commit on main', () => {
		expect(on).toEqual({ push: { tags: ['*.*.*'] } });
		expect(runs(job('pack'))).toContain('git merge-base --is-ancestor "$GITHUB_SHA" origin/main');
	});

	it('is allowed to one job, which waits for the others and for a person', () => {
		expect(permissions).toEqual({});
		expect(
			Object.entries(jobs)
				.filter(([, { permissions: own }]) => own?.['id-token'] !== undefined)
				.map(([name]) => name),
		).toEqual(['publish']);
		expect(job('publish').permissions).toEqual({ 'id-token': 'write' });
		expect(job('publish').needs).toEqual(['pack', 'test']);
		expect(job('publish').environment).toBe('npm');
	});

	it('that job installs and builds nothing, and takes no source and no cache', () => {
		expect(uses(job('publish')).map((action) => action.split('@')[0])).toEqual([
			'actions/setup-node',
			'actions/download-artifact',
		]);
		expect(
			runs(job('publish')).filter((command) =>
				/\bnpm (?:ci|i|install|run|test|exec)\b|\bnpx\b/.test(command),
			),
		).toEqual([]);
		expect(runs(job('publish')).at(-1)).toBe(
			'npm publish --ignore-scripts --provenance --access public ./*.tgz',
		);
		expect(runs(job('publish'))[0]).toContain('sha256sum --check');
	});

	it('the tarball is made without install scripts, and checked', () => {
		expect(runs(job('pack'))).toContain('npm ci --ignore-scripts');
		expect(runs(job('pack')).join('\n')).toContain(
			'npm run release:check -- --tag "$GITHUB_REF_NAME" --out release',
		);
		expect(runs(job('test')).at(-1)).toContain('--tarball release/*.tgz');
	});

	it('uses no cache, which another workflow could have filled', () => {
		const steps = Object.values(jobs).flatMap((each) => each.steps);
		const setups = steps.filter((step) => step.uses?.startsWith('actions/setup-node@'));

		expect(steps.filter((step) => step.uses?.startsWith('actions/cache'))).toEqual([]);
		expect(
			setups.filter(
				(step) => step.with?.cache !== undefined || step.with?.['package-manager-cache'] !== false,
			),
		).toEqual([]);
	});

	it('builds on the Node that the tests use', () => {
		const { devDependencies } = JSON.parse(
			readFileSync(join(projectRoot, 'package.json'), 'utf8'),
		) as { devDependencies: { node: string } };
		const versions = Object.values(jobs).flatMap(({ steps }) =>
			steps.flatMap((step) => step.with?.['node-version'] ?? []),
		);

		expect(new Set(versions)).toEqual(new Set([devDependencies.node]));
	});
});
