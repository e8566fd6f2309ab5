import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXAMPLES, exampleFor } from './exampleFor.mts';
import { nodeOutput, type Execution } from './harness/index.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

describe('the examples', () => {
	let workshop: Workshop;
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-files-'));
	beforeAll(async () => {
		copyFileSync(join(EXAMPLES, 'data', 'prompts.csv'), join(folder, 'prompts.csv'));
		workshop = await openWorkshop({ env: { N8N_RESTRICT_FILE_ACCESS_TO: folder } });
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => {
		await workshop.close();
		rmSync(folder, { recursive: true, force: true });
	});

	const run = async (file: string): Promise<Execution> =>
		await workshop.n8n.waitForExecution(await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(exampleFor(file, workshop.credentialId, folder))));

	const billed = () => Number(workshop.simulator.billedPicodollars()) / 1e12;

	it('there is no example that is not run here or in crash.test.mts', () => {
		expect(readdirSync(join(EXAMPLES, 'workflows')).sort()).toEqual(['draft-then-edit.json', 'generate-from-csv.json', 'slices-that-survive-a-crash.json']);
	});

	it('generate-from-csv: each row becomes an image named by its id, and the total is what was billed', async () => {
		const execution = await run('generate-from-csv.json');

		const images = nodeOutput(execution, 'GPT Image').items;
		expect(execution.status).toBe('success');
		expect(images.map(({ json, binary }) => [json['id'], binary!['data']!.fileName])).toEqual(
			images.map(({ json }) => [json['id'], `${json['id']}.jpg`]),
		);
		expect(images).toHaveLength(10);
		expect(new Set(images.map(({ json }) => json['size']))).toEqual(new Set(['1024x1024', '1024x1536', '1536x1024']));
		const [total] = nodeOutput(execution, 'Total Cost').items;
		expect(total!.json['sum_cost_usd']).toBeCloseTo(billed(), 12);
		expect(total!.json['count_id']).toBe(10);
	});

	it('generate-from-csv: a row that is blocked goes to the error branch with its own fields, the others are not affected', async () => {
		workshop.simulator.failNext('nullMessage');
		const execution = await run('generate-from-csv.json');

		expect(nodeOutput(execution, 'GPT Image').items).toHaveLength(9);
		const [failed] = nodeOutput(execution, 'What Failed').items;
		expect(failed!.json).toMatchObject({ id: expect.any(String), channel: expect.any(String), httpStatus: 400, cost: { usd: null }, request: { id: expect.stringMatching(/^req_/) } });
	});

	it('draft-then-edit: each draft is edited by the final model', async () => {
		const execution = await run('draft-then-edit.json');

		const drafts = nodeOutput(execution, 'Drafts').items;
		const finals = nodeOutput(execution, 'Finals').items;
		expect(finals.map(({ json }) => json['model'])).toEqual(Array(3).fill('gpt-image-2.5-sunburst'));
		expect(finals.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		const edits = workshop.simulator.requests.filter(({ path }) => path.endsWith('/edits'));
		expect(edits.map(({ files }) => files[0]!.bytes).sort()).toEqual(drafts.map(({ binary }) => binary!['data']!.bytes).sort());
	});
});
