/** What the pages set in italics is what the editor calls it: a field that gets another name has it in the pages, too. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { GptImageApi } from '../../../credentials/GptImageApi.credentials';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { GptImageReview } from '../../../nodes/GptImageReview/GptImageReview.node';
import { ROLE_NAMES } from '../../../nodes/core/catalogue/resolve';
import { FIELD_LABELS } from '../../../nodes/core/requests/parameters';
import { projectRoot } from '../../n8n/harness/environment.mts';
import { ACTIONS, NODE_TEXTS, NODES } from './nodeActions.mts';

/** Any entry of a description: a field, a choice or a list of fields. */
interface Entry {
	name: string;
	displayName?: string;
	options?: Entry[];
	values?: Entry[];
}

const allOf = (entries: readonly Entry[]): Entry[] =>
	entries.flatMap((entry) => [entry, ...allOf(entry.options ?? []), ...allOf(entry.values ?? [])]);

const PROPERTIES: INodeProperties[] = [
	...new GptImage().description.properties,
	...Object.values(NODES).flat(),
	...new GptImageApi().properties,
];
const ENTRIES = allOf(PROPERTIES as Entry[]);

const OURS = new Set([
	...ENTRIES.map(({ name, displayName }) => displayName ?? name),
	...ACTIONS.map(({ action }) => action),
	...NODE_TEXTS.map(({ displayName }) => displayName),
	...Object.values(ROLE_NAMES),
	// A list that the node fills, the outputs of the review, a button of its page, and the nodes' short names.
	'Next Model',
	...new GptImageReview().description.outputNames!,
	'None of these',
	'Review',
]);

/** Names in n8n's editor, of its nodes, at GitHub, npm and OpenAI. */
const THEIRS = new Set([
	'Access Tokens → Generate New Token → Granular',
	'Actions',
	'Actions → General',
	'Allowed models',
	'Analyze',
	'Always Output Data',
	'Automatically Passthrough Binary Images',
	'Back',
	'Binary',
	'Canceled',
	'Code',
	'Content not viewable',
	'Continue',
	'Continue (using error output)',
	'Crashed',
	'Data Table',
	'Download',
	'Deployment branches and tags',
	'Edit Fields',
	'Edit Image',
	'Exclude Byte Order Mark',
	'Execute Sub-workflow',
	'Execute step',
	'Expression',
	'Extract from File',
	'Form Trigger',
	'Google Sheets',
	'HTTP Request',
	'IF',
	'Ignore SSL Issues',
	'Loop Over Items',
	'Manual Trigger',
	'Merge',
	'On Error',
	'On Error: Continue',
	'On Error: Continue (using error output)',
	'On Error: Stop',
	'On Error: Stop Workflow',
	'Publishing access',
	'Read and write',
	'Read/Write Files',
	'Require actions to be pinned to a full-length commit SHA',
	'Require two-factor authentication and disallow tokens',
	'Required reviewers',
	'Resize',
	'Retry',
	'Retry On Fail',
	'Rules → Rulesets',
	'SSL Certificates',
	'Save execution progress',
	'Schedule Trigger',
	'Settings',
	'Settings → Community nodes',
	'Settings → Environments',
	'Settings → Environments → npm → Environment secrets',
	'Settings → Migration Report',
	'Settings → Trusted publisher',
	'Stop Workflow',
	'Test',
	'Timeout Workflow',
	'View',
	'Wait',
]);

/** A path such as "Options → Background" is known by its steps, and "Budget (USD)" without its unit, too. */
const isKnown = (name: string): boolean =>
	name
		.split(' → ')
		.every(
			(step) =>
				OURS.has(step) || THEIRS.has(step) || [...OURS].some((own) => own.startsWith(`${step} (`)),
		);

/** All but what a program measured and wrote. */
const PAGES = globSync(['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'docs/*.md'], {
	cwd: projectRoot,
	exclude: ['docs/benchmarks.md', 'docs/verified.md'],
});

const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');

/** Italics that begin with a capital and are no sentence. */
const namesIn = (page: string): string[] =>
	[
		...page
			.replace(/^```[^]*?^```$/gm, '')
			.replace(/`[^`\n]*`/g, '')
			.matchAll(/(?<![*\w])(?:\*\*)?\*(?=[A-Z])([^*]+?)\*(?![*\w])/g),
	].map(([, name]) => name!.replace(/\s+/g, ' ').replace(/^On Error\*: \*/, 'On Error: '));

describe('names in italics', () => {
	it.each(PAGES)('%s: are those of the editor', (file) => {
		const unknown = namesIn(read(file)).filter(
			(name) => !THEIRS.has(name) && !isKnown(name) && !/[.!?]$/.test(name),
		);

		expect(unknown).toEqual([]);
	});

	it('are found at all', () => {
		expect(namesIn(read('docs/drafts.md'))).toEqual(
			expect.arrayContaining(['How to Make It', 'Access Code', 'Form Trigger']),
		);
	});
});

describe('names in messages', () => {
	it('are those of the fields', () => {
		const shown = new Map(ENTRIES.map(({ name, displayName }) => [name, displayName ?? name]));
		/** What is read from several fields at once. */
		const { inputImages: _, ...fields } = FIELD_LABELS;

		for (const [name, label] of Object.entries(fields))
			expect([name, label]).toEqual([name, shown.get(name)]);
	});

	it('of docs/errors.md are those of the fields', () => {
		const first = [...read('docs/errors.md').matchAll(/^\| ([^|`]+) \|/gm)].map(
			([, cell]) => cell!,
		);
		const labels = first.flatMap((cell) =>
			[...cell.matchAll(/'([A-Z][^']+)'/g)].map(([, label]) => label!),
		);

		expect(labels.length).toBeGreaterThan(10);
		expect(labels.filter((label) => !OURS.has(label))).toEqual([]);
	});
});
