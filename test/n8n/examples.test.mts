import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { LLMock } from '@copilotkit/aimock';
import { EXAMPLES, exampleFor } from './exampleFor.mts';
import { nodeOutput, until, type Execution } from './harness/index.mts';
import { API_KEY, openWorkshop, type Workshop } from './workshop.mts';

const rowOf = (json: IDataObject) => json['input'] as IDataObject;

describe('the examples', () => {
	let workshop: Workshop;
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-files-'));
	beforeAll(async () => {
		cpSync(join(EXAMPLES, 'data'), folder, { recursive: true });
		workshop = await openWorkshop({ env: { N8N_RESTRICT_FILE_ACCESS_TO: folder } });
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => {
		await workshop.close();
		rmSync(folder, { recursive: true, force: true });
	});

	const run = async (file: string): Promise<Execution> =>
		await workshop.n8n.waitForExecution(
			await workshop.n8n.runWorkflow(
				await workshop.n8n.createWorkflow(exampleFor(file, workshop.credentialId, folder)),
			),
		);

	const billed = () => Number(workshop.simulator.billedPicodollars()) / 1e12;

	it('there is no example that is not run here, in exampleServices.test.mts, crash.test.mts, providers.test.mts or test/scale', () => {
		expect(readdirSync(join(EXAMPLES, 'workflows')).sort()).toEqual([
			'a-b-within-budget.json',
			'agent-with-image-tool.json',
			'airtable-attachments.json',
			'any-provider.json',
			'brief-to-final.json',
			'draft-then-edit.json',
			'form-photo-edit-by-mail.json',
			'generate-from-csv.json',
			'google-sheets-to-drive.json',
			'nightly-catalogue-collect.json',
			'nightly-catalogue-submit.json',
			'product-photo-edits.json',
			'resubmit-failed.json',
			'review-link-by-slack.json',
			'rows-in-a-table.json',
			'rows-stay-in-n8n.json',
			'slices-that-survive-a-crash.json',
			'submit-wait-collect.json',
			'wordpress-featured-images.json',
		]);
	});

	it('generate-from-csv: each row becomes an image named by its id, and the total is what was billed', async () => {
		const execution = await run('generate-from-csv.json');

		const images = nodeOutput(execution, 'GPT Image').items;
		expect(execution.status).toBe('success');
		expect(
			images.map(({ json, binary }) => [rowOf(json)['id'], binary!['data']!.fileName]),
		).toEqual(images.map(({ json }) => [rowOf(json)['id'], `${String(rowOf(json)['id'])}.jpg`]));
		expect(images).toHaveLength(10);
		expect(new Set(images.map(({ json }) => json['size']))).toEqual(
			new Set(['1024x1024', '1024x1536', '1536x1024']),
		);
		const [total] = nodeOutput(execution, 'Total Cost').items;
		expect(total!.json['sum_cost_usd']).toBeCloseTo(billed(), 12);
		expect(total!.json['count_image_id']).toBe(10);
	});

	it('generate-from-csv: a row that is blocked goes to the error branch with its own fields, the others are not affected', async () => {
		workshop.simulator.failNext('nullMessage');
		const execution = await run('generate-from-csv.json');

		expect(nodeOutput(execution, 'GPT Image').items).toHaveLength(9);
		const [failed] = nodeOutput(execution, 'What Failed').items;
		expect(failed!.json).toMatchObject({
			input: { id: expect.any(String), channel: expect.any(String) },
			httpStatus: 400,
			cost: { usd: null },
			request: { id: expect.stringMatching(/^req_/) },
		});
	});

	it('draft-then-edit: each draft is edited by the final model', async () => {
		const execution = await run('draft-then-edit.json');

		const drafts = nodeOutput(execution, 'Drafts').items;
		const finals = nodeOutput(execution, 'Finals').items;
		expect(finals.map(({ json }) => json['model'])).toEqual(
			Array(3).fill('gpt-image-2.5-sunburst'),
		);
		expect(finals.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		const edits = workshop.simulator.requests.filter(({ path }) => path.endsWith('/edits'));
		expect(edits.map(({ files }) => files[0]!.bytes).sort()).toEqual(
			drafts.map(({ binary }) => binary!['data']!.bytes).sort(),
		);
	});

	it('nightly-catalogue: rows submitted by one workflow come back in another, named by their SKU, with their own fields', async () => {
		const collecting = await workshop.n8n.createWorkflow(
			exampleFor('nightly-catalogue-collect.json', workshop.credentialId, folder),
		);
		await workshop.n8n.activateWorkflow(collecting);
		await until(
			'it has looked once',
			async () =>
				workshop.simulator.requests.some(
					({ path, endedAt }) => path === '/v1/batches' && endedAt,
				) || undefined,
		);
		const submitted = nodeOutput(await run('nightly-catalogue-submit.json'), 'Submit Batch').items;
		await workshop.simulator.settled();
		// n8n asks again whenever it activates a workflow.
		await workshop.n8n.deactivateWorkflow(collecting);
		await workshop.n8n.activateWorkflow(collecting);
		const execution = await executionOf(collecting);

		const rows = nodeOutput(await run('generate-from-csv.json'), 'One Item per Row').items.map(
			({ json }) => json,
		);
		const images = nodeOutput(execution, 'Images by SKU').items;
		expect(submitted).toMatchObject([{ json: { label: 'nightly-catalogue', requestCount: 10 } }]);
		expect(
			images.map(({ json, binary }) => [
				json['customId'],
				rowOf(json)['channel'],
				binary!['data']!.fileName,
			]),
		).toEqual(rows.map(({ id, channel }) => [id, channel, `${String(id)}.jpg`]));
		expect(
			images.every(({ json }) => (json['cost'] as { batchDiscount: boolean }).batchDiscount),
		).toBe(true);
		await workshop.n8n.deactivateWorkflow(collecting);
	});

	/** The only one of a workflow that a trigger starts. */
	const executionOf = async (workflow: string): Promise<Execution> => {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: workflow }));
		type List = { results: Array<{ id: string; stoppedAt?: string | null }> };
		const look = async () =>
			(await workshop.n8n.request<List>('GET', `/rest/executions?filter=${filter}`)).results.find(
				({ stoppedAt }) => stoppedAt,
			)?.id;
		return await workshop.n8n.getExecution(
			await until('it has been started', look, { timeoutMs: 30_000 }),
		);
	};

	it('submit-wait-collect: waits as often as needed, then brings everything', async () => {
		workshop.simulator.configure({ holdBatches: true });
		const example = exampleFor('submit-wait-collect.json', workshop.credentialId, folder);
		// Seconds instead of minutes.
		for (const node of example.nodes)
			if (node.name === 'Wait') node.parameters = { amount: 1, unit: 'seconds' };
		const id = await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(example));
		const looks = () =>
			workshop.simulator.requests.filter(
				({ path, method }) => method === 'GET' && path.startsWith('/v1/batches/'),
			).length;
		await until('it has looked twice', async () => looks() >= 2 || undefined, {
			timeoutMs: 30_000,
		});
		await workshop.simulator.finishBatch(workshop.simulator.batches[0]!.id);
		const execution = await workshop.n8n.waitForExecution(id, { finished: true });
		workshop.simulator.configure({ holdBatches: false });

		const [total] = nodeOutput(execution, 'Total Cost').items;
		expect(execution.status).toBe('success');
		expect(total!.json['count_image_id']).toBe(10);
		expect(total!.json['sum_cost_usd']).toBeCloseTo(billed(), 12);
	});

	it('rows-stay-in-n8n: OpenAI sees prompts and SKUs alone, and each image comes out with its row', async () => {
		const { n8n } = workshop;
		const { id: project } = await n8n.request<{ id: string }>('GET', '/rest/projects/personal');
		const tables = `/rest/projects/${project}/data-tables`;
		const columns = [
			['sku', 'string'],
			['prompt', 'string'],
			['supplier', 'string'],
			['price', 'number'],
		].map(([name, type]) => ({ name, type }));
		const { id: table } = await n8n.request<{ id: string }>('POST', tables, {
			name: 'Products',
			columns,
		});
		const data = [1, 2, 3].map((number) => ({
			sku: `sku-${number}`,
			prompt: `a mug, number ${number}`,
			supplier: 'Secret Supplier & Sons',
			price: number,
		}));
		await n8n.request('POST', `${tables}/${table}/insert`, { data, returnType: 'count' });
		const example = exampleFor('rows-stay-in-n8n.json', workshop.credentialId, folder);
		for (const node of example.nodes)
			if (node.name === 'Wait') node.parameters = { amount: 1, unit: 'seconds' };
		const execution = await n8n.waitForExecution(
			await n8n.runWorkflow(await n8n.createWorkflow(example)),
			{ finished: true },
		);

		const images = nodeOutput(execution, 'Images with Their Rows').items;
		expect(
			images.map(({ json, binary }) => [
				json['customId'],
				rowOf(json)['supplier'],
				rowOf(json)['price'],
				binary!['data']!.fileName,
			]),
		).toEqual(
			[1, 2, 3].map((number) => [
				`sku-${number}`,
				'Secret Supplier & Sons',
				number,
				`sku-${number}.jpg`,
			]),
		);
		for (const { input_file_id: input, metadata } of workshop.simulator.requests
			.filter(({ method, path }) => method === 'POST' && path === '/v1/batches')
			.map(
				({ parameters }) =>
					parameters as { input_file_id: string; metadata: Record<string, string> },
			)) {
			for (const file of [input, metadata['manifest_file_id']]) {
				const content = await (
					await fetch(`${workshop.simulator.baseUrl}/files/${file}/content`, {
						headers: { authorization: `Bearer ${API_KEY}` },
					})
				).text();
				expect(content).toContain('sku-1');
				expect(content).not.toContain('Secret');
			}
		}
	});

	it('resubmit-failed: what failed goes into another batch with its own fields, what was blocked does not', async () => {
		const refuse: Record<string, 'serverError' | 'moderation'> = {
			'product-ceramic-mug': 'serverError',
			'blog-header-remote-work': 'moderation',
		};
		workshop.simulator.configure({ batchLineFault: (customId) => refuse[customId] });
		const [submitted] = nodeOutput(
			await run('nightly-catalogue-submit.json'),
			'Submit Batch',
		).items;
		await workshop.simulator.settled();
		workshop.simulator.configure({ batchLineFault: undefined });
		const example = exampleFor('resubmit-failed.json', workshop.credentialId, folder);
		for (const node of example.nodes)
			if (node.name === 'Failed Ones')
				node.parameters['batchId'] = {
					__rl: true,
					mode: 'id',
					value: String(submitted!.json['batchId']),
				};
		const execution = await workshop.n8n.waitForExecution(
			await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(example)),
		);
		const [again] = nodeOutput(execution, 'Submit Again').items;
		await workshop.simulator.settled();
		const collect = {
			resource: 'batch',
			operation: 'collect',
			batchId: { __rl: true, mode: 'id', value: String(again!.json['batchId']) },
		};
		const { json } = await workshop.run([{}], collect);

		expect(again!.json).toMatchObject({ label: 'again', requestCount: 1 });
		expect(
			nodeOutput(execution, 'Change the Prompt').items.map(({ json: { customId } }) => customId),
		).toEqual(['blog-header-remote-work']);
		expect(json).toMatchObject([
			{
				customId: 'product-ceramic-mug',
				input: { id: 'product-ceramic-mug', channel: 'Shop' },
				image: { fileName: 'product-ceramic-mug.jpg' },
			},
		]);
		for (const name of ['error', 'code', 'status', 'description'])
			expect(json[0]).not.toHaveProperty(name);
		expect(json[0]!['input']).not.toHaveProperty('input');
	});

	it('brief-to-final: twelve drafts, a person picks two, those are promoted, and the report says what was billed', async () => {
		const { n8n } = workshop;
		const id = await n8n.runWorkflow(
			await n8n.createWorkflow(exampleFor('brief-to-final.json', workshop.credentialId, folder)),
		);
		const waiting = await n8n.waitForExecution(id);
		const { pathname, search } = new URL(
			String(
				waiting.data.resultData.runData['Pick the Best']?.[0]?.metadata?.['resumeUrl' as never],
			),
		);
		const answer = new URLSearchParams({
			answer: JSON.stringify([{ index: 3 }, { index: 7, prompt: 'The mug, from above' }]),
		});
		const address = new URL(pathname + search, n8n.url);
		const form =
			/<form[^>]* action="([^"]*)"/
				.exec(await (await fetch(address)).text())?.[1]
				?.replaceAll('&amp;', '&') ?? '';
		await fetch(new URL(form, address), { method: 'POST', body: answer });
		const execution = await until('it has ended', async () => {
			const now = await n8n.getExecution(id);
			return now.status === 'waiting' || now.status === 'running' ? undefined : now;
		});

		const drafts = nodeOutput(execution, '12 Drafts').items;
		const promoted = nodeOutput(execution, 'Promote').items;
		const [report] = nodeOutput(execution, 'Report').items;
		expect(execution.status).toBe('success');
		expect(new Set(drafts.map(({ json }) => json['prompt'])).size).toBe(12);
		expect(drafts[0]!.json).toMatchObject({
			variation: { count: 12, words: { table: 'light oak table', light: 'soft window light' } },
		});
		expect(promoted.map(({ json }) => json['prompt'])).toEqual([
			drafts[3]!.json['prompt'],
			'The mug, from above',
		]);
		expect(promoted.map(({ binary }) => Object.keys(binary!).sort())).toEqual([
			['data', 'draft'],
			['data', 'draft'],
		]);
		expect(report!.json).toMatchObject({
			total: { images: 14, usd: billed() },
			accepted: { by: 'promoted', images: 2, draftsPerWinner: 6 },
		});
		expect(report!.json['duplicates']).toBe(0);
	});

	it('a-b-within-budget: what is made depends on the estimate, and the budget holds', async () => {
		const rich = await run('a-b-within-budget.json');
		const spentRich = billed();
		workshop.simulator.reset();
		const example = exampleFor('a-b-within-budget.json', workshop.credentialId, folder);
		const text = JSON.stringify(example).replace('"value":0.25', '"value":0.05');
		const poor = await workshop.n8n.waitForExecution(
			await workshop.n8n.runWorkflow(
				await workshop.n8n.createWorkflow(JSON.parse(text) as typeof example),
			),
		);

		const [estimate] = nodeOutput(rich, 'Estimate').items;
		expect(estimate!.json).toMatchObject({ estimate: { basis: 'formula', total: { images: 2 } } });
		expect(
			Math.abs(
				(estimate!.json['estimate'] as { total: { usd: number } }).total.usd / spentRich - 1,
			),
		).toBeLessThan(0.05);
		expect(nodeOutput(rich, 'Report').items[0]!.json).toMatchObject({
			total: { images: 2, usd: spentRich },
			byModel: [{ model: 'gpt-image-2.5-sunburst' }],
		});
		expect(nodeOutput(poor, 'Report').items[0]!.json).toMatchObject({
			total: { images: 2, usd: billed() },
			byModel: [{ model: 'gpt-image-1-mini' }],
		});
		expect(billed()).toBeLessThanOrEqual(0.05);
	});

	it('agent-with-image-tool: the agent calls the node, and gets back what the image cost', async () => {
		const model = new LLMock({ port: 0 });
		model.on({ hasToolResult: true }, { content: 'Your poster is ready.' });
		model.on(
			{ userMessage: /harvest festival/, hasToolResult: false },
			{
				toolCalls: [
					{
						name: 'Make_Image',
						arguments: JSON.stringify({ prompt: 'a harvest festival poster' }),
					},
				],
			},
		);
		await model.start();
		const key = await workshop.n8n.request<{ id: string }>('POST', '/rest/credentials', {
			name: 'chat',
			type: 'openAiApi',
			data: { apiKey: 'sk-chat', url: `${model.url}/v1` },
		});
		const example = exampleFor('agent-with-image-tool.json', workshop.credentialId, folder);
		for (const node of example.nodes)
			if (node.name === 'Chat Model')
				node.credentials = { openAiApi: { id: key.id, name: 'chat' } };
		const execution = await workshop.n8n.waitForExecution(
			await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(example)),
		);
		await model.stop();

		const [answer] = nodeOutput(execution, 'AI Agent').items;
		expect(execution.status).toBe('success');
		expect(answer!.json['output']).toBe('Your poster is ready.');
		expect(
			workshop.simulator.requests.map(({ parameters }) => [
				parameters['prompt'],
				parameters['quality'],
			]),
		).toEqual([['a harvest festival poster', 'low']]);
		expect(JSON.stringify(answer!.json['intermediateSteps'])).toContain(`\\"usd\\":${billed()}`);
	});

	it('product-photo-edits: photo, brand reference and mask go along, and two images come back', async () => {
		const execution = await run('product-photo-edits.json');

		const [request] = workshop.simulator.requests;
		expect(
			request!.files
				.map(({ field, width, height }) => [field.replace('[]', ''), width, height])
				.sort(),
		).toEqual([
			['image', 640, 400],
			['image', 640, 640],
			['mask', 640, 640],
		]);
		expect(
			nodeOutput(execution, 'New Background').items.map(({ json, binary }) => [
				json['model'],
				binary!['data']!.fileName,
			]),
		).toEqual([
			['gpt-image-2.5-sunburst', 'product-on-brand-1.webp'],
			['gpt-image-2.5-sunburst', 'product-on-brand-2.webp'],
		]);
	});
});
