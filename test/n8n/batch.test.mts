import { createHash } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { node } from './harness/index.mts';
import { picodollars } from './money.mts';
import { openWorkshop, pngs, type Run, type Workshop } from './workshop.mts';

const SUBMIT: INodeParameters = {
	resource: 'batch',
	operation: 'submit',
	prompt: '={{ $json.prompt }}',
	customId: '={{ $json.sku }}',
};
const BATCH_ID = { mode: 'id', value: '={{ $json.batchId }}' };
const batchOperation = (operation: string, more: INodeParameters = {}): INodeParameters => ({
	resource: 'batch',
	operation,
	batchId: { __rl: true, ...BATCH_ID },
	...more,
});
const rows = (count: number) =>
	Array.from({ length: count }, (_, index) => ({
		sku: `sku-${index}`,
		prompt: `picture ${index}`,
		price: index * 10,
	}));
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let workshop: Workshop;
beforeAll(async () => {
	workshop = await openWorkshop();
});
beforeEach(() => {
	workshop.simulator.reset();
	workshop.simulator.configure({
		holdBatches: false,
		batchFor25: true,
		batchLineFault: undefined,
		acceptRanges: true,
		downloadsHalt: false,
	});
});
afterAll(async () => await workshop.close());

const submit = async (
	items: Array<Record<string, unknown>>,
	more: INodeParameters = {},
	extras = {},
): Promise<Run> => await workshop.run(items, { ...SUBMIT, ...more }, extras);

const collect = async (
	batchIds: unknown[],
	more: INodeParameters = {},
	extras = {},
): Promise<Run> => {
	await workshop.simulator.settled();
	return await workshop.run(
		batchIds.map((batchId) => ({ batchId })),
		batchOperation('collect', more),
		extras,
	);
};

describe('Submit', () => {
	it('makes one batch of all items, says what it will cost, and carries its label at OpenAI', async () => {
		workshop.simulator.configure({ holdBatches: true });
		const { json, output } = await submit(rows(5), { label: 'night', count: 2 });
		await workshop.simulator.finishBatch(json[0]!['batchId']);

		expect(json).toHaveLength(1);
		expect(json[0]).toMatchObject({
			batchId: expect.stringMatching(/^batch_/),
			// It is followed until OpenAI has checked it.
			status: 'in_progress',
			finished: false,
			endpoint: '/v1/images/generations',
			model: 'gpt-image-1-mini',
			requestedModel: 'draft',
			requestCount: 5,
			imageCount: 10,
			inputFileId: expect.stringMatching(/^file-/),
			label: 'night',
			createdAt: '2026-11-20T09:00:00.000Z',
			expiresAt: '2026-11-21T09:00:00.000Z',
		});
		const { usd, standardUsd, savedUsd } = json[0]!['estimate'];
		expect(standardUsd).toBeCloseTo(usd + savedUsd, 12);
		expect(output.hints.map(({ message }) => message)).toEqual([
			// What the role means in batches from then on, which is not what it means else.
			"'Draft' is gpt-image-1-mini until it shuts down on 2026-12-01, then gpt-image-2. The switch is automatic; prices differ.",
			expect.stringMatching(
				/^10 images in the batch batch_\w+, about \$0\.01\d* instead of \$0\.02\d*\. Done by 2026-11-21 09:00 UTC at the latest\. To get the images, use the operation 'Collect' with \{\{ \$json\.batchId \}\}, or start a workflow with the GPT Image Batch Trigger\.$/,
			),
		]);
		expect(usd).toBeCloseTo(standardUsd / 2, 12);
		const billed = Number(workshop.simulator.billedPicodollars()) / 1e12;
		expect(Math.abs(usd - billed) / billed).toBeLessThan(0.02);
		expect(output.items[0]!.pairedItem).toHaveLength(5);
		const created = workshop.simulator.requests.find(({ path }) => path === '/v1/batches');
		expect(created?.parameters['metadata']).toMatchObject({
			label: 'night',
			workflow_id: expect.any(String),
			execution_id: expect.any(String),
		});
	});

	it('divides by requests, by model and by images of a call', async () => {
		const items = [
			...rows(5),
			{ sku: 'other', prompt: 'x', model: 'gpt-image-2' },
			{ sku: 'many', prompt: 'y', count: 25 },
		];
		const { json } = await submit(items, {
			requestsPerBatch: 3,
			model: { __rl: true, mode: 'id', value: "={{ $json.model ?? 'draft' }}" },
			count: '={{ $json.count ?? 1 }}',
		});

		expect(
			json.map(({ model, requestCount, imageCount }) => [model, requestCount, imageCount]),
		).toEqual([
			['gpt-image-1-mini', 3, 3],
			// The last two of the five, then 25 images as 9, 8 and 8.
			['gpt-image-1-mini', 3, 11],
			['gpt-image-1-mini', 2, 16],
			['gpt-image-2', 1, 1],
		]);
	});

	it.each([
		['a prompt', { prompt: ' ' }, /'Prompt' is empty/],
		['a size', { size: '4000x10' }, /'Size'/],
		['a quality', { quality: 'max' }, /'Quality' is 'max'/],
		[
			'a custom id twice',
			{ sku: 'sku-1' },
			/'Custom ID' is 'sku-1', the same as that of input item 2/,
		],
		[
			'a model that batches do not take',
			{ model: 'gpt-image-2.6-flare' },
			/OpenAI does not accept in batches\. Choose gpt-image-2/,
		],
	])(
		'refuses %s before anything is uploaded, with the item it is about',
		async (_, wrong, message) => {
			const items = [...rows(3), { sku: 'last', prompt: 'x', ...wrong }];
			const parameters = {
				quality: "={{ $json.quality ?? 'low' }}",
				size: "={{ $json.size ?? '1024x1024' }}",
				model: { __rl: true, mode: 'id', value: "={{ $json.model ?? 'draft' }}" },
			};
			const stopped = await submit(items, parameters);
			expect(stopped.execution.status).toBe('error');
			expect(stopped.output.error?.message).toMatch(message);
			expect(stopped.output.error?.context).toMatchObject({ itemIndex: 3 });
			expect(workshop.simulator.requests).toEqual([]);

			const continued = await submit(items, parameters, { onError: 'continueRegularOutput' });
			expect(continued.json).toMatchObject([
				{ requestCount: 3 },
				{ status: 'failed', code: 'invalid_input', error: expect.stringMatching(message) },
			]);
		},
	);

	it('reports the first batch when the second can not be created, and does not submit it twice', async () => {
		let seen = 0;
		const creations = () =>
			workshop.simulator.requests.filter(
				({ path, method }) => path === '/v1/batches' && method === 'POST',
			);
		workshop.simulator.configure({
			batchLineFault: () => {
				seen += 1;
				return undefined;
			},
		});
		workshop.simulator.failNext('nullMessage', 1, '/v1/batches');
		const { execution, output } = await submit(rows(6), { requestsPerBatch: 2 });
		expect(execution.status).toBe('error');
		expect(output.error?.description).toMatch(
			/Already submitted: 2 of 3 batches \(batch_\w+, batch_\w+\)/,
		);

		const retried = await workshop.result(await workshop.n8n.retryExecution(execution.id));
		await workshop.simulator.settled();
		expect(retried.json.map(({ reused }) => reused).sort()).toEqual([false, true, true]);
		expect(creations().filter(({ status }) => status === 200)).toHaveLength(3);
		expect(workshop.simulator.batches).toHaveLength(3);
		expect(seen).toBe(6);
	});

	it('finds the batch when its answer is lost', async () => {
		workshop.simulator.failNext('dropBeforeAnswer', 1, '/v1/batches');
		const { json } = await submit(rows(2));

		expect(workshop.simulator.batches.map(({ id }) => id)).toEqual([json[0]!['batchId']]);
	});

	it('turns OpenAI’s refusal of a model into what to use instead', async () => {
		workshop.simulator.configure({ batchFor25: false });
		const submitted = await submit(rows(2), {
			model: { __rl: true, mode: 'id', value: 'gpt-image-2.5-flare' },
		});
		const { json, output } = await collect([submitted.json[0]!['batchId']]);

		expect(json).toMatchObject([
			{
				status: 'failed',
				customId: 'sku-0',
				code: 'model_not_supported',
				description: expect.stringContaining('Choose'),
			},
			{ status: 'failed', customId: 'sku-1' },
		]);
		expect(json[0]!['description']).toContain('gpt-image-2');
		expect(output.hints.map(({ message }) => message).join()).toContain(
			'not supported by the Batch API',
		);
	});

	it('keeps to a budget at batch price', async () => {
		const { json } = await submit(rows(40), { run: { budgetUsd: 0.02 } });
		const skipped = json.filter((item) => item['skipped'] === 'budget');

		expect(json[0]!['requestCount'] + skipped.length).toBe(40);
		expect(skipped.length).toBeGreaterThan(5);
		await workshop.simulator.settled();
		expect(workshop.simulator.billedPicodollars()).toBeLessThanOrEqual(20_000_000_000n);
	});
});

describe('edits', () => {
	it('upload equal images once and refer to them by id', async () => {
		const picture = async (color: string) =>
			(
				await sharp({ create: { width: 64, height: 64, channels: 4, background: color } })
					.png()
					.toBuffer()
			).toString('base64');
		const [blue, red] = [await picture('#00f8'), await picture('#f008')];
		const { json } = await workshop.run(
			[
				{ a: blue, b: red },
				{ a: blue, b: blue },
			],
			{
				resource: 'batch',
				operation: 'submit',
				endpoint: 'edit',
				prompt: 'on a beach',
				inputBinaryFields: 'a, b',
				maskBinaryField: 'a',
			},
			{},
			pngs('a', 'b'),
		);
		const { json: images } = await collect([json[0]!['batchId']], {
			options: { deleteFiles: true },
		});

		expect(json[0]).toMatchObject({ endpoint: '/v1/images/edits', requestCount: 2 });
		expect(
			workshop.simulator.requests.filter(({ files }) => files[0]?.mimeType === 'image/png'),
		).toHaveLength(2);
		expect(images).toMatchObject([
			{
				operation: 'batch',
				cost: { batchDiscount: true, tokens: { imageInput: expect.any(Number) } },
			},
			{},
		]);
		expect(BigInt(images.reduce((sum, { cost }) => sum + Number(picodollars(cost.exact)), 0))).toBe(
			workshop.simulator.billedPicodollars(),
		);
		// Both input images, the requests, the manifest and the results.
		expect(
			workshop.simulator.requests
				.filter(({ method }) => method === 'DELETE')
				.map(({ status }) => status),
		).toEqual([200, 200, 200, 200, 200]);
	});
});

describe('Collect', () => {
	it('brings each image in the order of the items, with its own fields, names and half the price', async () => {
		const submitted = await submit(rows(12), {
			options: { includeInputFields: true, fileName: '={{ $json.sku }}' },
		});
		const { json, output } = await collect([submitted.json[0]!['batchId']]);

		expect(
			json.map(({ customId, input, prompt }) => [customId, input.sku, input.price, prompt]),
		).toEqual(rows(12).map(({ sku, price, prompt }) => [sku, sku, price, prompt]));
		for (const [index, item] of json.entries()) {
			const bill = workshop.simulator.billed.find(({ customId }) => customId === item['customId']);
			expect(picodollars(item['cost'].exact)).toBe(bill!.costPicodollars);
			expect(item).toMatchObject({
				operation: 'batch',
				batchId: submitted.json[0]!['batchId'],
				model: 'gpt-image-1-mini',
				requestedModel: 'draft',
				quality: 'low',
				size: '1024x1024',
				image: { index: 0, count: 1, width: 1024, height: 1024, fileName: `sku-${index}.jpg` },
				cost: { basis: 'usage', batchDiscount: true },
			});
			expect(sha256(await workshop.bytesOf(output.items[index]!))).toHaveLength(64);
		}
		expect(output.hints.map(({ message }) => message)).toContainEqual(
			expect.stringMatching(/: 12 images for \$0\.01\d+ at batch price$/),
		);
	});

	it('accounts for every line once: images, failures, and what was never worked on', async () => {
		workshop.simulator.configure({
			holdBatches: true,
			batchLineFault: (_, index) => (index % 5 === 0 ? 'moderation' : undefined),
		});
		const submitted = await submit(rows(20), { count: 2 });
		const batchId = submitted.json[0]!['batchId'];
		await workshop.simulator.finishBatch(batchId, 'expired', 15);
		const { json } = await collect([batchId]);
		const images = json.filter(({ image }) => image !== undefined);
		const codes = json.filter(({ status }) => status === 'failed').map(({ code }) => code);

		expect(images).toHaveLength(24);
		expect(codes.filter((code) => code === 'moderation_blocked')).toHaveLength(3);
		expect(codes.filter((code) => code === 'batch_expired')).toHaveLength(5);
		expect(new Set(json.map(({ customId }) => customId)).size).toBe(20);
		expect(
			images
				.filter(({ customId }) => customId === images[0]!['customId'])
				.map(({ image }) => [image.index, image.count]),
		).toEqual([
			[0, 2],
			[1, 2],
		]);
	});

	it('a cancelled batch gives what was done, and the rest as failed', async () => {
		workshop.simulator.configure({ holdBatches: true });
		const submitted = await submit(rows(10));
		const batchId = submitted.json[0]!['batchId'];
		const cancelled = await workshop.run([{ batchId }], batchOperation('cancel'));
		const { json } = await collect([batchId]);

		expect(cancelled.json[0]).toMatchObject({ batchId, status: expect.stringMatching(/^cancell/) });
		expect(json.filter(({ image }) => image)).toHaveLength(5);
		expect(json.filter(({ code }) => code === 'batch_cancelled')).toHaveLength(5);
	});

	it.each([true, false])(
		'goes on after a broken download, storing nothing twice (ranges: %s)',
		async (acceptRanges) => {
			const submitted = await submit(rows(8));
			await workshop.simulator.settled();
			const before = workshop.simulator.requests.length;
			workshop.simulator.configure({ acceptRanges });
			// The manifest comes first, and whole.
			workshop.simulator.cutNextDownload(10_000_000);
			workshop.simulator.cutNextDownload(200_000);
			workshop.simulator.cutNextDownload(acceptRanges ? 150_000 : 400_000);
			const { json } = await collect([submitted.json[0]!['batchId']]);

			expect(json.map(({ customId }) => customId)).toEqual(rows(8).map(({ sku }) => sku));
			const downloads = workshop.simulator.requests
				.slice(before)
				.filter(({ path }) => path.endsWith('/content'));
			expect(downloads.map(({ status }) => status)).toEqual(
				acceptRanges ? [200, 200, 206, 206] : [200, 200, 200, 200],
			);
		},
	);

	it('goes on after a download that came to a halt in the middle of a line', async () => {
		const submitted = await submit(rows(3));
		await workshop.simulator.settled();
		const before = workshop.simulator.requests.length;
		workshop.simulator.configure({ downloadsHalt: true });
		// The manifest comes first, and whole.
		workshop.simulator.cutNextDownload(10_000_000);
		workshop.simulator.cutNextDownload(200_000);
		const { json } = await collect([submitted.json[0]!['batchId']], { run: { timeoutSeconds: 1 } });

		expect(json.map(({ customId, image }) => [customId, image !== undefined])).toEqual(
			rows(3).map(({ sku }) => [sku, true]),
		);
		const downloads = workshop.simulator.requests
			.slice(before)
			.filter(({ path }) => path.endsWith('/content'));
		expect(downloads.map(({ status }) => status)).toEqual([200, 200, 206]);
	});

	it('an unfinished batch is its status, or an error when that is wanted', async () => {
		workshop.simulator.configure({ holdBatches: true });
		const batchId = (await submit(rows(2))).json[0]!['batchId'];
		const status = await workshop.run([{ batchId }], batchOperation('collect'));
		const error = await workshop.run(
			[{ batchId }],
			batchOperation('collect', { whenUnfinished: 'error' }),
		);

		expect(status.json).toMatchObject([
			{ batchId, finished: false, status: 'in_progress', counts: { total: 2 } },
		]);
		expect(status.output.hints.map(({ message }) => message)).toEqual([
			`The batch ${batchId} is not finished: its status is in_progress, 0 of 2 requests are done. It ends by 2026-11-21 09:00 UTC at the latest. There is nothing to collect yet: run this again later, or start a workflow with the GPT Image Batch Trigger.`,
		]);
		expect(error.output.error?.message).toMatch(
			new RegExp(`${batchId} is not finished: its status is in_progress`),
		);
		await workshop.simulator.finishBatch(batchId);
	});

	it('reads a batch that another tool has submitted, from its input file', async () => {
		const submitted = await submit(rows(3), { options: { includeInputFields: true } });
		await workshop.simulator.settled();
		const manifest = workshop.simulator.requests.find(({ path }) => path === '/v1/batches')!
			.parameters['metadata'] as Record<string, string>;
		await fetch(`${workshop.simulator.baseUrl}/files/${manifest['manifest_file_id']}`, {
			method: 'DELETE',
			headers: { authorization: 'Bearer sk-simulator-4f0c2d7a91b3e8' },
		});
		const { json } = await collect([submitted.json[0]!['batchId']]);

		expect(json).toMatchObject(
			rows(3).map(({ sku, prompt }) => ({ customId: sku, prompt, cost: { basis: 'usage' } })),
		);
		expect(json[0]).not.toHaveProperty('input');
	});

	it('returns only what is wanted, and never deletes what it has not stored', async () => {
		workshop.simulator.configure({
			batchLineFault: (customId) => (customId === 'sku-1' ? 'serverError' : undefined),
		});
		const batchId = (await submit(rows(3))).json[0]!['batchId'];
		const failed = await collect([batchId], { options: { results: 'failed', deleteFiles: true } });
		const images = await collect([batchId], { options: { results: 'images' } });

		expect(failed.json.map(({ customId, code }) => [customId, code])).toEqual([
			['sku-1', 'http_500'],
		]);
		expect(images.json.map(({ customId }) => customId)).toEqual(['sku-0', 'sku-2']);
		expect(workshop.simulator.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
	});

	it('says what is wrong with an unknown batch', async () => {
		const { output } = await collect(['batch_unknown']);
		const continued = await collect(['batch_unknown'], {}, { onError: 'continueRegularOutput' });

		expect(output.error?.message).toMatch(/OpenAI has no batch batch_unknown/);
		expect(continued.json).toMatchObject([
			{ batchId: 'batch_unknown', httpStatus: 404, cost: { usd: null } },
		]);
	});
});

describe('Get and Get Many', () => {
	it('show how far a batch is, and list those with a label or a status', async () => {
		const first = await submit(rows(1), { label: 'night' });
		await submit(rows(1), { label: 'day' });
		await workshop.simulator.settled();
		workshop.simulator.configure({ holdBatches: true });
		const third = await submit(rows(2), { label: 'night' });
		const get = await workshop.run([{ batchId: third.json[0]!['batchId'] }], batchOperation('get'));
		const many = async (filters: INodeParameters, more: INodeParameters = {}) =>
			(
				await workshop.run([{}], { resource: 'batch', operation: 'getAll', filters, ...more })
			).json.map(({ batchId }) => batchId);

		expect(get.json[0]).toMatchObject({
			status: 'in_progress',
			finished: false,
			counts: { total: 2, completed: 0, failed: 0 },
			outputFileId: null,
			errors: [],
		});
		expect(await many({ label: 'night' })).toEqual([
			third.json[0]!['batchId'],
			first.json[0]!['batchId'],
		]);
		expect(await many({ label: 'night', statuses: ['completed'] })).toEqual([
			first.json[0]!['batchId'],
		]);
		expect(await many({}, { limit: 2 })).toHaveLength(2);
		expect(await many({}, { returnAll: true })).toHaveLength(3);
		for (const { id, status } of workshop.simulator.batches)
			if (status !== 'completed') await workshop.simulator.finishBatch(id);
	});
});

it('shows a node between: what is submitted goes straight on to Collect', async () => {
	const wait = node(
		'Wait',
		'n8n-nodes-base.wait',
		{ amount: 1, unit: 'seconds' },
		{ typeVersion: 1.1 },
	);
	const submitted = await submit(rows(3));
	await workshop.simulator.settled();
	const { json } = await workshop.run([submitted.json[0]!], batchOperation('collect'), {}, wait);

	expect(json).toHaveLength(3);
});
