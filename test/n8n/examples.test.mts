import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { LLMock } from '@copilotkit/aimock';
import sharp from 'sharp';
import { readCredentials } from '../simulator/drawing/credentials.mts';
import { EXAMPLES, exampleFor } from './exampleFor.mts';
import { nodeOutput, until, type Execution } from './harness/index.mts';
import { API_KEY, openWorkshop, type Workshop } from './workshop.mts';

const rowOf = (json: IDataObject) => json['input'] as IDataObject;

describe('the examples', () => {
	let workshop: Workshop;
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-files-'));
	beforeAll(async () => {
		cpSync(join(EXAMPLES, 'data'), folder, { recursive: true });
		// Drawn images, which are signed.
		workshop = await openWorkshop({ engine: 'vm', simulator: { imageBytes: undefined } });
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
			'animated-banner.json',
			'any-provider.json',
			'brief-to-final.json',
			'draft-then-edit.json',
			'form-photo-edit-by-mail.json',
			'generate-from-csv.json',
			'google-sheets-to-drive.json',
			'logo-as-svg.json',
			'nightly-catalogue-collect.json',
			'nightly-catalogue-submit.json',
			'product-photo-edits.json',
			'product-shots-in-one-brand.json',
			'resubmit-failed.json',
			'review-link-by-mail.json',
			'review-link-by-slack.json',
			'rows-in-a-table.json',
			'rows-stay-in-n8n.json',
			'sheet-of-links.json',
			'slices-that-survive-a-crash.json',
			'submit-wait-collect.json',
			'woocommerce-product-scenes.json',
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
		expect(total!.json['sum_costUsd']).toBeCloseTo(billed(), 12);
		expect(total!.json['count_imageId']).toBe(10);
	});

	it('generate-from-csv: a row that is refused goes to a branch of its own with its fields, the others are not affected, and the run does not end green', async () => {
		workshop.simulator.failNext('nullMessage');
		const execution = await run('generate-from-csv.json');

		const [failed, ...others] = nodeOutput(execution, 'What Failed').items;
		expect(others).toEqual([]);
		expect(failed!.json).toMatchObject({
			status: 'failed',
			input: { id: expect.any(String), channel: expect.any(String) },
			costUsd: null,
			description: expect.stringMatching(/\[status 400, .*request req_/),
		});
		expect(nodeOutput(execution, 'Total Cost').items).toMatchObject([
			{ json: { count_imageId: 9 } },
		]);
		expect(execution.data.resultData.error?.message).toMatch(
			/^1 of 10 images were not made; 'What Failed' has each with its row and the reason\. The first: The API refused the request/,
		);
	});

	it('animated-banner: one GIF of nine frames, for what it says', async () => {
		const execution = await run('animated-banner.json');

		const [banner] = nodeOutput(execution, 'Banner').items;
		const gif = await workshop.bytesOf(banner!);
		const { width, pageHeight, pages, delay } = await sharp(gif, { pages: -1 }).metadata();
		expect({ width, pageHeight, pages, delay }).toEqual({
			width: 1280,
			pageHeight: 720,
			pages: 9,
			delay: Array(9).fill(150),
		});
		expect(banner!.json).toMatchObject({ fileName: 'summer-banner.gif', costUsd: billed() });
		expect(billed()).toBeCloseTo(0.0468, 2);
	});

	it('logo-as-svg: three SVGs, and what both models cost', async () => {
		const execution = await run('logo-as-svg.json');

		const logos = nodeOutput(execution, 'Logos').items;
		const [total] = nodeOutput(execution, 'Total Cost').items;
		expect(logos.map(({ json, binary }) => [json['fileName'], binary!['data']!.mimeType])).toEqual(
			[1, 2, 3].map((number) => [`krume-${number}.svg`, 'image/svg+xml']),
		);
		// The most that the author's input may have cost, which no answer says exactly.
		const author = workshop.simulator.billed.map(
			({ svgUsage }) => svgUsage!.input_tokens * 0.025e-6,
		);
		expect(total!.json['sum_costUsd']).toBeCloseTo(
			billed() + author.reduce((sum, one) => sum + one, 0),
			12,
		);
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

	/** Both parts, until what was submitted has come back. */
	const runNightly = async () => {
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
		await workshop.n8n.deactivateWorkflow(collecting);
		return { submitted, execution };
	};

	it('nightly-catalogue: rows submitted by one workflow come back in another, named by their SKU, with their own fields', async () => {
		const { submitted, execution } = await runNightly();

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
		expect(images.every(({ json }) => json['batchDiscount'] === true)).toBe(true);
	});

	it('nightly-catalogue: a request that failed does not end green, and the others are delivered', async () => {
		workshop.simulator.configure({
			batchLineFault: (customId) => (customId === 'product-ceramic-mug' ? 'moderation' : undefined),
		});
		const { execution } = await runNightly();
		workshop.simulator.configure({ batchLineFault: undefined });

		expect(nodeOutput(execution, 'Images by SKU').items).toHaveLength(9);
		expect(execution.status).toBe('error');
		expect(execution.data.resultData.error?.message).toMatch(
			/^1 of 10 requests of the batch brought no image; 'What Failed' has each with its row and the reason\. The first: .*moderation/,
		);
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
		expect(total!.json['count_imageId']).toBe(10);
		expect(total!.json['sum_costUsd']).toBeCloseTo(billed(), 12);
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
				status: 'made',
				image: { fileName: 'product-ceramic-mug.jpg' },
			},
		]);
		for (const name of ['error', 'code', 'description']) expect(json[0]).not.toHaveProperty(name);
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
			prompt: expect.stringContaining('on a light oak table, soft window light'),
			status: 'made',
		});
		expect(promoted.map(({ json }) => json['draftId'])).toEqual(
			[3, 7].map((index) => drafts[index]!.json['imageId']),
		);
		expect(promoted.map(({ json }) => json['prompt'])).toEqual([
			drafts[3]!.json['prompt'],
			'The mug, from above',
		]);
		expect(promoted.map(({ binary }) => Object.keys(binary!).sort())).toEqual([
			['data', 'draft'],
			['data', 'draft'],
		]);
		// The review hands on what the API sent, bit for bit: the signature in it holds for the whole file.
		for (const { binary } of nodeOutput(execution, 'Pick the Best').items) {
			const { body } = await n8n.downloadBinary(binary!['data']!.id!);
			expect(readCredentials(body)?.isWhole).toBe(true);
		}
		// The pictures that were picked go along.
		expect(
			workshop.simulator.requests.filter(({ path }) => path === '/v1/images/edits'),
		).toHaveLength(2);
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
		expect(estimate!.json).toMatchObject({
			budgetUsd: 0.25,
			estimate: {
				images: 2,
				alternatives: [expect.any(String), expect.any(String), expect.any(String)],
			},
		});
		expect(
			Math.abs((estimate!.json['estimate'] as { totalUsd: number }).totalUsd / spentRich - 1),
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

	/** The agent, whose model calls the tool with this prompt, and then says that the poster is ready. */
	const runAgent = async (prompt: string): Promise<Execution> => {
		const model = new LLMock({ port: 0 });
		model.on({ hasToolResult: true }, { content: 'Your poster is ready.' });
		model.on(
			{ userMessage: /harvest festival/, hasToolResult: false },
			{ toolCalls: [{ name: 'Make_Image', arguments: JSON.stringify({ prompt }) }] },
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
		return execution;
	};

	it('agent-with-image-tool: the agent calls the node, and gets back what the image cost', async () => {
		const execution = await runAgent('a harvest festival poster');

		const [answer] = nodeOutput(execution, 'AI Agent').items;
		expect(execution.status).toBe('success');
		expect(answer!.json['output']).toBe('Your poster is ready.');
		expect(
			workshop.simulator.requests.map(({ parameters }) => [
				parameters['prompt'],
				parameters['quality'],
			]),
		).toEqual([['a harvest festival poster', 'low']]);
		expect(JSON.stringify(answer!.json['intermediateSteps'])).toContain(
			`\\"costUsd\\":${billed()}`,
		);
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

	it('product-shots-in-one-brand: photo and reference are uploaded once, and each scene names them', async () => {
		const execution = await run('product-shots-in-one-brand.json');
		const [uploads, edits] = ['/v1/files', '/v1/images/edits'].map((path) =>
			workshop.simulator.requests.filter(
				(request) => request.path === path && request.method === 'POST',
			),
		);
		const ids = nodeOutput(execution, 'Upload Once').items.map(({ json }) => json['fileId']);

		expect(uploads).toHaveLength(2);
		expect(edits!.map(({ parameters }) => parameters['images'])).toEqual(
			Array.from({ length: 4 }, () => ids.map((id) => ({ file_id: id }))),
		);
		expect(
			nodeOutput(execution, 'Product Shots').items.map(({ binary }) => binary!['data']!.fileName),
		).toContain('In the hand of a hiker in the mountains.jpg');
	});

	describe('rows-in-a-table', () => {
		type Row = {
			id: number;
			name: string;
			prompt: string;
			state: string;
			note: string | null;
			usd: number | null;
		};
		let rows: string;
		beforeAll(async () => {
			const { id: project } = await workshop.n8n.request<{ id: string }>(
				'GET',
				'/rest/projects/personal',
			);
			const tables = `/rest/projects/${project}/data-tables`;
			await run('rows-in-a-table.json');
			const { data } = await workshop.n8n.request<{ data: Array<{ id: string; name: string }> }>(
				'GET',
				tables,
			);
			rows = `${tables}/${data.find(({ name }) => name === 'Image rows')!.id}`;
		});
		const read = async (): Promise<Row[]> =>
			(await workshop.n8n.request<{ data: Row[] }>('GET', `${rows}/rows?take=250`)).data.sort(
				(a, b) => a.id - b.id,
			);
		const fill = async (prompts: Array<[string, string]>): Promise<void> => {
			const filter = JSON.stringify({
				type: 'and',
				filters: [{ columnName: 'id', condition: 'gte', value: 0 }],
			});
			await workshop.n8n.request('DELETE', `${rows}/rows?${new URLSearchParams({ filter })}`);
			const data = prompts.map(([name, prompt]) => ({ name, prompt, state: 'todo' }));
			await workshop.n8n.request('POST', `${rows}/insert`, { data, returnType: 'count' });
		};
		const messageOf = ({ data }: Execution): string => String(data.resultData.error?.message);

		it('rows with one name have a file each; one without a prompt and one that is blocked have the reason, and only they are tried again', async () => {
			await fill([
				['mug', 'a mug'],
				['none', ''],
				['mug', 'a mug'],
				['bad', 'poster [blocked]'],
				['pot', 'a pot'],
			]);
			const first = await run('rows-in-a-table.json');
			const after = await read();
			const second = await run('rows-in-a-table.json');

			expect(after.map(({ state }) => state)).toEqual(['done', 'failed', 'done', 'failed', 'done']);
			expect(after.map(({ note }) => note)).toEqual([
				expect.anything(),
				expect.stringMatching(/^'Prompt' is empty/),
				expect.anything(),
				expect.stringMatching(/blocked by moderation/),
				expect.anything(),
			]);
			expect(after.map(({ usd }) => Number(usd) > 0)).toEqual([true, false, true, false, true]);
			expect(
				after
					.filter(({ state }) => state === 'done')
					.every(({ id, name }) => existsSync(join(folder, `${name}-${id}.jpg`))),
			).toBe(true);
			expect(messageOf(first)).toMatch(
				/^2 of 5 rows brought no image\. The reason is in their column 'note'\. The first: 'Prompt' is empty/,
			);
			expect(messageOf(second)).toMatch(/^2 of 2 rows/);
			expect(workshop.simulator.billed).toHaveLength(3);
		});

		it('ends green when every row is done, and then says that there is none to do', async () => {
			await fill([['cup', 'a cup']]);

			expect((await run('rows-in-a-table.json')).status).toBe('success');
			expect(messageOf(await run('rows-in-a-table.json'))).toMatch(
				/^The Data Table 'Image rows' has no row to do/,
			);
			expect(workshop.simulator.billed).toHaveLength(1);
		});

		it('finds a folder where n8n may not write before anything is paid', async () => {
			await fill([['cup', 'a cup']]);
			const example = exampleFor('rows-in-a-table.json', workshop.credentialId, '/nowhere');
			const execution = await workshop.n8n.waitForExecution(
				await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(example)),
			);

			expect(messageOf(execution)).toMatch(
				/^No image could be kept, so none is made: .* Correct the folder in 'Try to Write' and 'Keep the File'/,
			);
			expect((await read()).map(({ state }) => state)).toEqual(['todo']);
			expect(workshop.simulator.billed).toEqual([]);
		});

		it('says of an image that was made, but could not be kept, that it is paid', async () => {
			await fill([['cup', 'a cup']]);
			const example = exampleFor('rows-in-a-table.json', workshop.credentialId, folder);
			for (const node of example.nodes)
				if (node.name === 'Keep the File') node.parameters['fileName'] = '/nowhere/cup.jpg';
			await workshop.n8n.waitForExecution(
				await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(example)),
			);

			expect(await read()).toMatchObject([
				{
					state: 'failed',
					usd: billed(),
					note: expect.stringMatching(/^It was made and paid, but could not be kept: /),
				},
			]);
		});
	});

	it('agent-with-image-tool: where the tool is refused, the run does not end green', async () => {
		const execution = await runAgent('poster [blocked]');

		expect(execution.status).toBe('error');
		expect(execution.data.resultData.error?.message).toBe(
			'The agent made no image. It says: Your poster is ready.',
		);
	});
});
