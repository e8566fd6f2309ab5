import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import { connectedExample, createKeys, type Keys } from './connectedExample.mts';
import { EXAMPLES } from './exampleFor.mts';
import type { Execution } from './harness/index.mts';
import { startServices, type Services } from './services.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

const FILES = readdirSync(join(EXAMPLES, 'workflows'));

/** Those that are started by something else, that end before an image is made, or that go on with what failed before. */
const OTHERWISE_TRIED = [
	'agent-with-image-tool.json',
	'form-photo-edit-by-mail.json',
	'nightly-catalogue-collect.json',
	'nightly-catalogue-submit.json',
	'resubmit-failed.json',
];

/** What the others say when OpenAI blocks every image. */
const BLOCKED = 'The request was blocked by moderation';
const SAID: Readonly<Record<string, string>> = {
	'a-b-within-budget.json': BLOCKED,
	'airtable-attachments.json': `1 of 1 records brought no image. The reason is in their field 'Note'. The first: ${BLOCKED}`,
	'animated-banner.json': BLOCKED,
	'any-provider.json': BLOCKED,
	'brief-to-final.json': `None of the drafts was made. The first: ${BLOCKED}`,
	'draft-then-edit.json': BLOCKED,
	'generate-from-csv.json': `10 of 10 images were not made; 'What Failed' has each with its row and the reason. The first: ${BLOCKED}`,
	'google-sheets-to-drive.json': `1 of 1 rows brought no image. The reason is in their column 'note'. The first: ${BLOCKED}`,
	'logo-as-svg.json': BLOCKED,
	'product-photo-edits.json': BLOCKED,
	'product-shots-in-one-brand.json': BLOCKED,
	'review-link-by-mail.json': BLOCKED,
	'review-link-by-slack.json': BLOCKED,
	'rows-in-a-table.json': `2 of 2 rows brought no image. The reason is in their column 'note'. The first: ${BLOCKED}`,
	'rows-stay-in-n8n.json':
		"2 of 2 requests of the batch brought no image; 'Made' has each with its row and the reason. The first: ",
	'sheet-of-links.json': `1 of 1 rows brought no image. The reason is in their column 'note'. The first: ${BLOCKED}`,
	'slices-that-survive-a-crash.json': `10 of 10 rows brought no image; 'Not Made' has each with its row and the reason. The first: ${BLOCKED}`,
	'submit-wait-collect.json':
		"10 of 10 requests of the batch brought no image; 'Made' has each with its row and the reason. The first: ",
	'woocommerce-product-scenes.json': `1 of 1 products got no new image. The first: ${BLOCKED}`,
	'wordpress-featured-images.json': `1 of 1 posts got no image. The first: ${BLOCKED}`,
};

/** One row, record, post and product at once: each example reads what it knows. */
const rowFor = (url: string) => ({
	id: 'rec0',
	prompt: 'a mug',
	photo: `${url}/photos/mug.png`,
	status: 'todo',
	createdTime: '2026-11-20',
	fields: { Name: 'Mug', Prompt: 'a mug', Status: 'Todo' },
	title: { rendered: 'Mugs' },
	featured_media: 0,
	name: 'Mug',
	images: [{ id: 1, src: `${url}/photos/mug.png` }],
});

describe('an example none of whose images is made', () => {
	let workshop: Workshop;
	let services: Services;
	let keys: Keys;
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-ends-'));
	beforeAll(async () => {
		cpSync(join(EXAMPLES, 'data'), folder, { recursive: true });
		services = await startServices();
		workshop = await openWorkshop({
			engine: 'vm',
			env: { ...services.env, N8N_RESTRICT_FILE_ACCESS_TO: folder },
		});
		keys = await createKeys(workshop.n8n, services);
		await fillTable(
			'Image rows',
			['name', 'prompt', 'state', 'note'],
			['mug', 'pot'].map((name) => ({ name, prompt: `a ${name}`, state: 'todo', note: '' })),
			['usd'],
		);
		await fillTable(
			'Products',
			['sku', 'prompt', 'supplier'],
			['mug', 'pot'].map((sku) => ({ sku, prompt: `a ${sku}` })),
			['price'],
		);
	});
	beforeEach(() => {
		workshop.simulator.reset();
		services.sent.length = services.mails.length = 0;
		services.rows.splice(0, services.rows.length, rowFor(services.url));
	});
	afterAll(async () => {
		await workshop.close();
		await services.close();
		rmSync(folder, { recursive: true, force: true });
	});

	const fillTable = async (
		name: string,
		texts: string[],
		data: Array<Record<string, unknown>>,
		numbers: string[],
	): Promise<void> => {
		const { id: project } = await workshop.n8n.request<{ id: string }>(
			'GET',
			'/rest/projects/personal',
		);
		const tables = `/rest/projects/${project}/data-tables`;
		const columns = [
			...texts.map((column) => ({ name: column, type: 'string' })),
			...numbers.map((column) => ({ name: column, type: 'number' })),
		];
		const { id } = await workshop.n8n.request<{ id: string }>('POST', tables, { name, columns });
		await workshop.n8n.request('POST', `${tables}/${id}/insert`, { data, returnType: 'count' });
	};

	/** Seconds instead of minutes. */
	const hurry = (node: INode): void => {
		if (node.name === 'Wait') node.parameters = { amount: 1, unit: 'seconds' };
	};
	const run = async (file: string): Promise<Execution> => {
		const workflow = connectedExample(
			file,
			{ credentialId: workshop.credentialId, folder, services, keys },
			hurry,
		);
		const id = await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(workflow));
		return await workshop.n8n.waitForExecution(id, { finished: true });
	};

	it('all of them are tried, here or where what starts them is', () => {
		expect([...Object.keys(SAID), ...OTHERWISE_TRIED].sort()).toEqual(FILES);
	});

	it.each(Object.entries(SAID))(
		'%s does not end green, and says why there is none',
		async (file, said) => {
			workshop.simulator.failNext('published:moderated', 100, '/v1/images/');
			workshop.simulator.configure({ batchLineFault: () => 'moderation' });
			const execution = await run(file);

			expect([execution.status, String(execution.data.resultData.error?.message)]).toEqual([
				'error',
				expect.stringContaining(said),
			]);
			expect(workshop.simulator.billed).toEqual([]);
		},
	);
});
