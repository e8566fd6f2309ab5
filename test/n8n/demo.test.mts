import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importExamples } from '../../scripts/demo/examples.mts';
import { DATA } from '../../scripts/demo/paths.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

/** Those that read files or need a set-up: each has to find what it needs. */
const READY = [
	'generate-from-csv.json',
	'product-photo-edits.json',
	'resubmit-failed.json',
	'rows-in-a-table.json',
	'rows-stay-in-n8n.json',
	'slices-that-survive-a-crash.json',
	'submit-wait-collect.json',
];

describe('the examples, as the demo imports them', () => {
	let workshop: Workshop;
	let ids: Map<string, string>;
	const lines: string[] = [];
	beforeAll(async () => {
		const folder = mkdtempSync(join(tmpdir(), 'gpt-image-demo-'));
		cpSync(DATA, folder, { recursive: true });
		// An n8n of its own: the demo makes Data Tables, which another test may have made in a shared one.
		workshop = await openWorkshop({ engine: 'vm', env: { N8N_RESTRICT_FILE_ACCESS_TO: folder } });
		const log = jest
			.spyOn(console, 'log')
			.mockImplementation((line: string) => void lines.push(line));
		const credential = { id: workshop.credentialId, name: 'OpenAI (simulator)' };
		ids = await importExamples(workshop.n8n, {
			credential,
			filesFolder: folder,
			budgetUsd: 0,
			simulator: workshop.simulator,
		});
		log.mockRestore();
	});
	afterAll(async () => await workshop.close());

	it.each(READY)('%s makes images at once', async (file) => {
		const before = workshop.simulator.billed.length;
		const execution = await workshop.n8n.waitForExecution(
			await workshop.n8n.runWorkflow(ids.get(file)!),
			{ finished: true },
		);
		await workshop.simulator.settled();

		expect(execution.status).toBe('success');
		expect(workshop.simulator.billed.length).toBeGreaterThan(before);
	});

	// What the editor sends for "Execute step" after a run. n8n (2.41) fails with "Cannot read properties of null" if a workflow
	// is stored without pinned data, as one is that the API or the command line imports from a file that has none.
	it('a step can be executed again by itself', async () => {
		const { n8n } = workshop;
		const id = ids.get('generate-from-csv.json')!;
		const first = await n8n.waitForExecution(await n8n.runWorkflow(id));
		const { runData } = first.data.resultData;
		const destinationNode = { nodeName: 'GPT Image', mode: 'inclusive' };
		const workflowData = await n8n.request<object>('GET', `/rest/workflows/${id}`);
		const { executionId } = await n8n.request<{ executionId: string }>(
			'POST',
			`/rest/workflows/${id}/run`,
			{ workflowData, runData, destinationNode, dirtyNodeNames: [] },
			{ 'push-ref': n8n.push.ref },
		);

		expect((await n8n.waitForExecution(executionId)).status).toBe('success');
	});

	it('says of each other one that is not started by hand alone what it needs', () => {
		const about = (file: string): string => lines.find((line) => line.includes(file))!;
		expect(about('google-sheets-to-drive.json')).toContain(
			'needs your credential for Google Sheets and Google Drive',
		);
		expect(about('agent-with-image-tool.json')).toContain('needs your credential for a chat model');
		expect(about('nightly-catalogue-collect.json')).toContain('activate it');
		expect(about('rows-in-a-table.json')).toContain('with rows in the Data Table "Image rows"');
		expect(about('resubmit-failed.json')).toContain('with a finished batch');
	});
});
