import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES } from './exampleFor.mts';
import type { WorkflowJson } from './harness/index.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

const FILES = readdirSync(join(EXAMPLES, 'workflows'));
const read = (file: string): WorkflowJson =>
	JSON.parse(readFileSync(join(EXAMPLES, 'workflows', file), 'utf8')) as WorkflowJson;

const NO_CREDENTIAL = /^Node does not have any credentials set$/;
const NO_ROWS =
	/^No rows with a column 'prompt' were found in \S+prompts\.csv\. Put examples\/data\/prompts\.csv where n8n may read files, and correct the path in 'Read CSV'\.$/;

/** What a run says, and the node that says it; `null` where n8n starts nothing and names the nodes. */
type Said = [message: RegExp, node: string | null];

/** Those that need more than our credential. The others make images. */
const MISSING: Readonly<Record<string, Said>> = {
	'agent-with-image-tool.json': [
		/^The agent made no image\. Choose a credential in 'Chat Model'\.$/,
		'No Image',
	],
	'airtable-attachments.json': [
		/^3 nodes have issues:.*'Records to Do': Parameter "Base" is required\. Parameter "Table" is required\./s,
		null,
	],
	'generate-from-csv.json': [NO_ROWS, 'No Rows'],
	'google-sheets-to-drive.json': [
		/^3 nodes have issues:.*'Rows to Do': Parameter "Document" is required\. Parameter "Sheet" is required\./s,
		null,
	],
	'nightly-catalogue-collect.json': [
		/^There is no finished batch with the label 'nightly-catalogue' to test with$/,
		'Batch Has Finished',
	],
	'nightly-catalogue-submit.json': [NO_ROWS, 'No Rows'],
	'product-photo-edits.json': [
		/^These files were not found: photo, brand, mask\. Put those of examples\/data where n8n may read files, and correct the paths in/,
		'Files Missing',
	],
	'product-shots-in-one-brand.json': [
		/^These files were not found: photo, brand\. Put those of examples\/data where n8n may read files, and correct the paths in/,
		'Files Missing',
	],
	'resubmit-failed.json': [/^OpenAI has no batch batch_paste-the-id-here/, 'Failed Ones'],
	'review-link-by-mail.json': [NO_CREDENTIAL, 'Say It Starts'],
	'review-link-by-slack.json': [NO_CREDENTIAL, 'Say It Starts'],
	'rows-in-a-table.json': [
		/^No image could be kept, so none is made: The file or directory does not exist\. Correct the folder in/,
		'No Folder',
	],
	'rows-stay-in-n8n.json': [
		/^The Data Table 'Products' has no row\. Put rows into it, each with an SKU and a prompt\.$/,
		'Nothing to Do',
	],
	'sheet-of-links.json': [
		/^3 nodes have issues:.*'Rows to Do': Parameter "Document" is required\. Parameter "Sheet" is required\./s,
		null,
	],
	'slices-that-survive-a-crash.json': [NO_ROWS, 'No Rows'],
	'submit-wait-collect.json': [NO_ROWS, 'No Rows'],
	'woocommerce-product-scenes.json': [NO_CREDENTIAL, 'Products'],
	'wordpress-featured-images.json': [NO_CREDENTIAL, 'Drafts'],
};

/** Without any credential these say something else than above, or than nothing. */
const NO_CREDENTIAL_AT_ALL: Readonly<Record<string, Said>> = {
	'a-b-within-budget.json': [NO_CREDENTIAL, 'A and B, Final'],
	'animated-banner.json': [NO_CREDENTIAL, 'Banner'],
	'any-provider.json': [NO_CREDENTIAL, 'Drafts'],
	'brief-to-final.json': [
		/^None of the drafts was made\. The first: Node does not have any credentials set$/,
		'No Drafts',
	],
	'draft-then-edit.json': [NO_CREDENTIAL, 'Drafts'],
	'logo-as-svg.json': [NO_CREDENTIAL, 'Logos'],
	'nightly-catalogue-collect.json': [NO_CREDENTIAL, 'Batch Has Finished'],
	'resubmit-failed.json': [NO_CREDENTIAL, 'Failed Ones'],
};

/** It waits for somebody who fills in the form, and n8n does not publish it as long as something is missing. */
const FORM = 'form-photo-edit-by-mail.json';

const withOurs = (workflow: WorkflowJson, id: string): WorkflowJson => {
	for (const node of workflow.nodes)
		if (node.type.startsWith('n8n-nodes-gpt-image.'))
			node.credentials = { gptImageApi: { id, name: 'mine' } };
	return workflow;
};

describe('an example that is imported into an empty n8n and run', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		// Files as n8n's default has it.
		workshop = await openWorkshop({
			engine: 'vm',
			env: { GENERIC_TIMEZONE: 'UTC', N8N_RESTRICT_FILE_ACCESS_TO: '~/.n8n-files' },
		});
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => await workshop.close());

	/** Runs it, or tries to. @returns what came of it, without what only n8n's log needs */
	const outcomeOf = async (workflow: WorkflowJson) => {
		const execution = await workshop.n8n.waitForExecution(
			await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(workflow)),
		);
		const error = execution.data.resultData.error as
			{ message: string; node?: { name: string } } | undefined;
		return {
			status: execution.status,
			message: error?.message,
			node: error?.node?.name ?? null,
			billed: workshop.simulator.billed.length,
		};
	};
	const saying = ([message, node]: Said) => ({
		status: 'error',
		message: expect.stringMatching(message) as string,
		node,
		billed: 0,
	});

	const started = FILES.filter((file) => file !== FORM);

	it.each(started)(
		'%s, with our credential chosen and nothing else: makes images, or says what is missing before anything is paid',
		async (file) => {
			const outcome = await outcomeOf(withOurs(read(file), workshop.credentialId));

			const missing = MISSING[file];
			if (missing !== undefined) expect(outcome).toEqual(saying(missing));
			else {
				expect(['success', 'waiting']).toContain(outcome.status);
				expect(outcome.billed).toBeGreaterThan(0);
			}
		},
	);

	it.each(started)('%s, with nothing chosen: says what is missing', async (file) => {
		expect(await outcomeOf(read(file))).toEqual(
			saying((NO_CREDENTIAL_AT_ALL[file] ?? MISSING[file])!),
		);
	});

	it(`${FORM} can't be published before mail and our credential are connected`, async () => {
		const publish = async (workflow: WorkflowJson): Promise<string> =>
			await workshop.n8n
				.activateWorkflow(await workshop.n8n.createWorkflow(workflow))
				.then(() => 'published', String);

		expect(await publish(withOurs(read(FORM), workshop.credentialId))).toMatch(
			/2 nodes have configuration issues:.*Send Photo.*Missing required credential: smtp/,
		);
		expect(await publish(read(FORM))).toMatch(
			/Edit Photo.*Missing required credential: gptImageApi/,
		);
	});
});
