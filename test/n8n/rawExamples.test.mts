import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES } from './exampleFor.mts';
import type { WorkflowJson } from './harness/index.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

const FILES = readdirSync(join(EXAMPLES, 'workflows')).filter((name) => name.endsWith('.json'));
const read = (file: string): WorkflowJson =>
	JSON.parse(readFileSync(join(EXAMPLES, 'workflows', file), 'utf8')) as WorkflowJson;
const isManual = ({ nodes }: WorkflowJson): boolean =>
	nodes.some(({ type }) => type === 'n8n-nodes-base.manualTrigger');

/** What those say that need more than our credential. The others make images. */
const MISSING: Readonly<Record<string, RegExp>> = {
	'agent-with-image-tool.json': /^Error in sub-node Chat Model$/,
	'airtable-attachments.json': /^3 nodes have issues:.*Records to Do/s,
	'generate-from-csv.json':
		/^No rows .* in .*prompts\.csv\. Put examples\/data\/prompts\.csv where/,
	'google-sheets-to-drive.json': /^3 nodes have issues:.*Rows to Do/s,
	'nightly-catalogue-submit.json':
		/^No rows .* in .*prompts\.csv\. Put examples\/data\/prompts\.csv where/,
	'product-photo-edits.json':
		/^These files were not found: photo, brand, mask\. Put those of examples\/data where/,
	'resubmit-failed.json': /^OpenAI knows no batch batch_paste-the-id-here/,
	'review-link-by-slack.json': /^Node does not have any credentials set$/,
	'rows-in-a-table.json': /^The Data Table 'Image rows' has no row to do\. Put rows into it/,
	'rows-stay-in-n8n.json': /^The Data Table 'Products' has no row\. Put rows into it/,
	'slices-that-survive-a-crash.json':
		/^No rows .* in .*prompts\.csv\. Put examples\/data\/prompts\.csv where/,
	'submit-wait-collect.json':
		/^No rows .* in .*prompts\.csv\. Put examples\/data\/prompts\.csv where/,
	'wordpress-featured-images.json': /^Node does not have any credentials set$/,
};

/** Those that something else starts. */
const TRIGGERED = ['form-photo-edit-by-mail.json', 'nightly-catalogue-collect.json'];

describe('an example that is imported into an empty n8n and run, with our credential chosen and nothing else', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop({ env: { GENERIC_TIMEZONE: 'UTC' } });
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => await workshop.close());

	it('they are all run here, but for those that something else starts', () => {
		expect(FILES.filter((file) => !isManual(read(file)))).toEqual(TRIGGERED);
	});

	it.each(FILES.filter((file) => isManual(read(file))))(
		'%s makes images, or says what is missing before anything is paid',
		async (file) => {
			const workflow = read(file);
			for (const node of workflow.nodes)
				if (node.type.startsWith('n8n-nodes-gpt-image.'))
					node.credentials = { gptImageApi: { id: workshop.credentialId, name: 'mine' } };
			const execution = await workshop.n8n.waitForExecution(
				await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(workflow)),
			);
			const message = String((execution.data.resultData.error as Error | undefined)?.message ?? '');

			const missing = MISSING[file];
			if (missing === undefined) {
				expect(['success', 'waiting']).toContain(execution.status);
				expect(workshop.simulator.billed.length).toBeGreaterThan(0);
			} else {
				expect(execution.status).toBe('error');
				expect(message).toMatch(missing);
				expect(workshop.simulator.billed).toEqual([]);
			}
		},
	);
});
