import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { expectBatchableRoles } from './batchRoles.mts';
import { until } from './harness/index.mts';
import { openWorkshop, pngs, type Run, type Workshop } from './workshop.mts';

const SUBMIT: INodeParameters = {
	resource: 'batch',
	operation: 'submit',
	prompt: '={{ $json.prompt }}',
	customId: '={{ $json.sku }}',
};
const rows = (count: number) =>
	Array.from({ length: count }, (_, index) => ({
		sku: `sku-${index}`,
		prompt: `picture ${index}`,
	}));

let workshop: Workshop;
beforeAll(async () => {
	workshop = await openWorkshop();
});
beforeEach(() => {
	workshop.simulator.reset();
	workshop.simulator.configure({ holdBatches: false, batchQueue: undefined, batchLatencyMs: 0 });
});
afterAll(async () => await workshop.close());

const submit = async (
	items: Array<Record<string, unknown>>,
	more: INodeParameters = {},
	extras = {},
): Promise<Run> => await workshop.run(items, { ...SUBMIT, ...more }, extras);

/** How often each line was made. */
const made = (): number[] => {
	const counts = new Map<string, number>();
	for (const { customId = '' } of workshop.simulator.billed)
		counts.set(customId, (counts.get(customId) ?? 0) + 1);
	return [...counts.values()];
};

const files = (): { uploaded: number; deleted: number } => {
	const of = (method: string) =>
		workshop.simulator.requests.filter(
			({ path, method: one, status }) =>
				path.startsWith('/v1/files') && one === method && status === 200,
		).length;
	return { uploaded: of('POST'), deleted: of('DELETE') };
};

describe('a queue that has no room for all', () => {
	it.each([
		['fails batches, by requests', { requests: 40 }],
		['refuses creations, by requests', { requests: 40, refusedWith: 429 }],
		['fails batches, by tokens', { tokens: 400 }],
		['refuses creations, by tokens', { tokens: 400, refusedWith: 400 }],
	] as const)('%s: all 200 rows are made, each submitted once', async (_, batchQueue) => {
		workshop.simulator.configure({ batchQueue, batchLatencyMs: 1500 });
		const { json, execution } = await submit(rows(200));
		await workshop.simulator.settled();

		expect(execution.status).toBe('success');
		expect(json.reduce((sum, { requestCount }) => sum + requestCount, 0)).toBe(200);
		expect(json.length).toBeGreaterThanOrEqual(5);
		expect(made()).toEqual(Array.from({ length: 200 }, () => 1));
		// Of a batch that failed nothing is left but itself.
		const { uploaded, deleted } = files();
		expect(uploaded - deleted).toBe(2 * json.length);
	});

	it('is not waited for when that is not wanted: what had no room comes out as failed, ready to be submitted again', async () => {
		workshop.simulator.configure({ batchQueue: { requests: 40 }, holdBatches: true });
		const { json } = await submit(
			rows(60),
			{ requestsPerBatch: 20, run: { maxQueueWaitMinutes: 0 } },
			{ onError: 'continueRegularOutput' },
		);
		const failed = json.filter(({ status }) => status === 'failed');

		expect(json.filter(({ batchId }) => batchId)).toHaveLength(2);
		expect(failed).toHaveLength(20);
		expect(failed[0]).toMatchObject({
			code: 'token_limit_exceeded',
			error: expect.stringMatching(
				/^Not submitted, because OpenAI's queue for batches has no room: Enqueued request limit/,
			),
			description: expect.stringContaining("'Max Queue Wait (Minutes)'"),
		});
		for (const { id, status } of workshop.simulator.batches)
			if (status === 'in_progress') await workshop.simulator.finishBatch(id);
	});

	it('stops waiting when the execution is cancelled; what is submitted goes on', async () => {
		workshop.simulator.configure({ batchQueue: { requests: 40 }, holdBatches: true });
		const id = await workshop.start(rows(60), { ...SUBMIT, requestsPerBatch: 20 });
		await until(
			'there is no room',
			async () => workshop.simulator.batches.some(({ status }) => status === 'failed') || undefined,
		);
		await workshop.n8n.cancelExecution(id);
		const execution = await workshop.n8n.waitForExecution(id);
		const batches = workshop.simulator.batches.length;
		await new Promise((resolve) => setTimeout(resolve, 1500));

		expect(execution.status).toBe('canceled');
		expect(workshop.simulator.batches).toHaveLength(batches);
		for (const batch of workshop.simulator.batches)
			if (batch.status === 'in_progress') await workshop.simulator.finishBatch(batch.id);
	});
});

describe('a try after a failed one', () => {
	it('with other batch sizes submits the lines that are missing, and no other', async () => {
		workshop.simulator.failNext('nullMessage', 1, '/v1/batches');
		const workflow = await workshop.run(rows(20), { ...SUBMIT, requestsPerBatch: 8 });
		expect(workflow.execution.status).toBe('error');

		const { workflowId } = workflow.execution as unknown as { workflowId: string };
		await resize(workflowId, 3);
		const retried = await workshop.result(
			await workshop.n8n.retryExecution(workflow.execution.id, { withCurrentWorkflow: true }),
		);
		await workshop.simulator.settled();

		expect(retried.execution.status).toBe('success');
		expect(retried.json.reduce((sum, { requestCount }) => sum + requestCount, 0)).toBe(20);
		expect(made()).toEqual(Array.from({ length: 20 }, () => 1));
	});

	it('says so when it has submitted and cannot look whether another retry has, too', async () => {
		workshop.simulator.failNext('nullMessage', 1, '/v1/batches');
		const { execution } = await submit(rows(4));
		expect(execution.status).toBe('error');
		workshop.simulator.answerWhen(
			({ method }) =>
				method === 'GET' && workshop.simulator.batches.length > 0
					? { status: 500, body: { error: { message: 'The list is away.' } } }
					: null,
			'/v1/batches',
		);
		const retried = await workshop.result(await workshop.n8n.retryExecution(execution.id));
		workshop.simulator.answerWhen(null, '/v1/batches');
		await workshop.simulator.settled();

		expect(retried.execution.status).toBe('success');
		expect(retried.output.hints.map(({ message }) => message)).toContainEqual(
			expect.stringContaining(
				`so it is not known whether another retry of this execution submitted requests of ${String(retried.json[0]!['batchId'])} at the same time`,
			),
		);
		expect(made()).toEqual([1, 1, 1, 1]);
	});

	it.each(['dropBeforeAnswer', 'serverError'] as const)(
		'finds a batch whose answer was lost (%s) before it makes another one',
		async (fault) => {
			workshop.simulator.failNext(fault, 1, '/v1/batches');
			const { json } = await submit(rows(4), { requestsPerBatch: 2 });
			await workshop.simulator.settled();

			expect(json).toHaveLength(2);
			expect(made()).toEqual([1, 1, 1, 1]);
		},
	);
});

async function resize(workflowId: string, requestsPerBatch: number): Promise<void> {
	const workflow = await workshop.n8n.request<{
		nodes: Array<{ name: string; parameters: INodeParameters }>;
		versionId: string;
	}>('GET', `/rest/workflows/${workflowId}`);
	for (const node of workflow.nodes)
		if (node.name === 'GPT Image') node.parameters['requestsPerBatch'] = requestsPerBatch;
	await workshop.n8n.request('PATCH', `/rest/workflows/${workflowId}`, workflow);
}

it('two deliberate runs of the same rows are two submissions', async () => {
	const first = await submit(rows(3));
	const second = await submit(rows(3));
	await workshop.simulator.settled();

	expect(second.json[0]!['batchId']).not.toBe(first.json[0]!['batchId']);
	expect(made()).toEqual([2, 2, 2]);
});

it('labels divide: each item’s own goes with its batch', async () => {
	const { json } = await submit(
		[
			{ sku: 'a', prompt: 'x', night: 'one' },
			{ sku: 'b', prompt: 'y', night: 'two' },
			{ sku: 'c', prompt: 'z', night: 'one' },
		],
		{ label: '={{ $json.night }}' },
	);

	expect(json.map(({ label, requestCount }) => [label, requestCount])).toEqual([
		['one', 2],
		['two', 1],
	]);
});

describe('an image that OpenAI refuses', () => {
	const EDIT: INodeParameters = {
		resource: 'batch',
		operation: 'submit',
		endpoint: 'edit',
		prompt: 'on a beach',
		inputBinaryFields: 'photo',
		customId: '={{ "item-" + $itemIndex }}',
	};
	const photo = async (color: string) =>
		(
			await sharp({ create: { width: 64, height: 64, channels: 3, background: color } })
				.png()
				.toBuffer()
		).toString('base64');

	it('fails its item alone, and nothing that was uploaded for nothing stays', async () => {
		const photos = [
			{ photo: await photo('#00f') },
			{ photo: await photo('#0f0') },
			{ photo: await photo('#f00') },
		];
		workshop.simulator.failNext('nullMessage', 1, '/v1/files');
		const continued = await workshop.run(
			photos,
			EDIT,
			{ onError: 'continueRegularOutput' },
			pngs('photo'),
		);

		expect(continued.json).toMatchObject([
			{ requestCount: 2 },
			{ status: 'failed', customId: 'item-0' },
		]);
		workshop.simulator.reset();
		workshop.simulator.answerWhen(
			({ path }) =>
				path === '/v1/files' &&
				workshop.simulator.requests.filter((one) => one.path === path).length > 2
					? { status: 400, body: { error: { message: 'Invalid file' } } }
					: null,
			'/v1/files',
		);
		const stopped = await workshop.run(photos, EDIT, {}, pngs('photo'));
		workshop.simulator.answerWhen(null);

		expect(stopped.execution.status).toBe('error');
		expect(workshop.simulator.batches).toEqual([]);
		expect(files()).toEqual({ uploaded: 2, deleted: 2 });
	});
});

describe('where batches take no gpt-image-2.5', () => {
	afterAll(() => workshop.simulator.configure({ batchFor25: true }));

	it('Final is a model that they take, each submission says so, and Estimate prices the same', async () => {
		await expectBatchableRoles(workshop, {
			draft: 'gpt-image-1-mini',
			words:
				/'Final' is gpt-image-2, because gpt-image-2\.5-sunburst is not known to be available in batches/,
		});
	});
});
