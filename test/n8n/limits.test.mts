import type { INodeParameters } from 'n8n-workflow';
import {
	chain,
	itemsNode,
	node,
	nodeOutput,
	ourNode,
	withCredential,
	type WorkflowJson,
} from './harness/index.mts';
import { picodollars } from './money.mts';
import { NODE, openWorkshop, type Workshop } from './workshop.mts';

const prompts = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ prompt: `picture ${index}` }));
const FROM_ITEM: INodeParameters = { prompt: '={{ $json.prompt }}' };

describe('limits', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => workshop.simulator.reset());
	afterEach(() =>
		workshop.simulator.configure({
			latencyMs: 0,
			imagesPerMinute: undefined,
			rateLimitCounts: undefined,
			usage: 'full',
		}),
	);
	afterAll(async () => await workshop.close());

	const refused = () => workshop.simulator.requests.filter(({ status }) => status === 429).length;

	it('more images than the limit lets through at once: all are delivered, few requests are refused, and the hint says so', async () => {
		// A minute's worth is sent in much less than the 8 s that the rest has to wait for, also on a busy machine.
		workshop.simulator.configure({ imagesPerMinute: 60 });
		const { json, output } = await workshop.run(prompts(68), FROM_ITEM);

		expect(json.filter(({ image }) => image !== undefined)).toHaveLength(68);
		expect(refused() / workshop.simulator.requests.length).toBeLessThanOrEqual(0.05);
		expect(output.hints.map(({ message }) => message)).toContainEqual(
			expect.stringMatching(/^68 images for .*waited \d+ s for the rate limit$/),
		);
	});

	it('a server that counts second by second and names no limit: all are delivered, at its pace and with few refusals', async () => {
		workshop.simulator.configure({
			imagesPerMinute: 120,
			rateLimitCounts: 'seconds',
			latencyMs: 500,
		});
		const { json } = await workshop.run(prompts(40), FROM_ITEM);

		expect(json.filter(({ image }) => image !== undefined)).toHaveLength(40);
		expect(refused()).toBeLessThanOrEqual(20);
	});

	it('a request for more images than a minute allows is divided', async () => {
		workshop.simulator.configure({ imagesPerMinute: 9 });
		const { json } = await workshop.run([{ prompt: 'x' }], { ...FROM_ITEM, count: 10 });

		const answered = workshop.simulator.requests.filter(({ status }) => status === 200);
		expect(workshop.simulator.requests[0]?.parameters['n']).toBe(10);
		expect(answered.map(({ parameters }) => parameters['n'])).toEqual([5, 5]);
		expect(json.map(({ image }) => image.index)).toEqual([...Array(10).keys()]);
	});

	it('a budget is never passed: what is beyond comes out as skipped, with its estimate', async () => {
		workshop.simulator.configure({ latencyMs: 20 });
		const { json, output } = await workshop.run(prompts(40), {
			...FROM_ITEM,
			run: { budgetUsd: 0.05 },
		});

		const made = json.filter(({ image }) => image !== undefined);
		const skipped = json.filter(({ skipped }) => skipped === 'budget');
		expect(Number(workshop.simulator.billedPicodollars()) / 1e12).toBeLessThanOrEqual(0.05);
		expect(made.length).toBeGreaterThanOrEqual(22);
		expect(made.length + skipped.length).toBe(40);
		expect(skipped[0]).toEqual({
			status: 'skipped',
			skipped: 'budget',
			estimateUsd: expect.closeTo(0.0022, 3),
			images: 1,
			prompt: expect.any(String),
			operation: 'generate',
			model: 'gpt-image-1-mini',
			requestedModel: 'draft',
			request: {
				id: null,
				key: expect.stringMatching(/^req_[\da-f]{24}$/),
				attempts: 0,
				durationMs: 0,
				maybeBilledAttempts: 0,
				reused: false,
			},
		});
		expect(output.hints.map(({ message }) => message)).toContain(
			`${skipped.length} images were not made because the budget was reached. They are returned as skipped, each with its estimate.`,
		);
	});

	it('a budget of 0 sends nothing, an empty one is none, and an expression that gives nothing is refused', async () => {
		const budget = async (budgetUsd: unknown) =>
			await workshop.run(prompts(2), { ...FROM_ITEM, run: { budgetUsd } as INodeParameters });
		const zero = await budget(0);
		const refused = await budget('={{ $json.nothing }}');
		expect(workshop.simulator.requests).toEqual([]);
		const empty = await budget('');

		expect(zero.json.map(({ skipped }) => skipped)).toEqual(['budget', 'budget']);
		expect(refused.output.error?.message).toBe(
			"'Budget (USD)' is an expression that returns nothing. It must be an amount from 0 to 1,000,000, or left empty for no limit.",
		);
		expect(empty.json.map(({ image }) => image.index)).toEqual([0, 0]);
	});

	it('a budget holds for all rounds of a loop together', async () => {
		const loop = node(
			'Loop',
			'n8n-nodes-base.splitInBatches',
			{ batchSize: 5, options: {} },
			{ typeVersion: 3 },
		);
		const workflow: WorkflowJson = chain(itemsNode('Items', prompts(40)), loop);
		workflow.nodes.push(
			ourNode(
				NODE,
				'gptImage',
				{ ...FROM_ITEM, run: { budgetUsd: 0.05 } },
				withCredential(workshop.credentialId),
			),
		);
		workflow.connections['Loop'] = { main: [[], [{ node: NODE, type: 'main', index: 0 }]] };
		workflow.connections[NODE] = { main: [[{ node: 'Loop', type: 'main', index: 0 }]] };
		const { n8n, simulator } = workshop;
		const execution = await n8n.waitForExecution(
			await n8n.runWorkflow(await n8n.createWorkflow(workflow)),
		);

		const items = [...Array(8).keys()].flatMap((run) => nodeOutput(execution, NODE, run).items);
		expect(Number(simulator.billedPicodollars()) / 1e12).toBeLessThanOrEqual(0.05);
		expect(simulator.billed).toHaveLength(22);
		expect(items.filter(({ json }) => json['skipped'] === 'budget')).toHaveLength(18);
	});

	it('a budget holds for an execution and its retry together', async () => {
		let seen = 0;
		const failsOnce = () => {
			seen += 1;
			if (seen === 11) workshop.simulator.failNext('nullMessage');
			return 0;
		};
		workshop.simulator.configure({ latencyMs: failsOnce });
		const first = await workshop.run(prompts(40), {
			...FROM_ITEM,
			run: { budgetUsd: 0.05, maxConcurrency: 1 },
		});
		const retried = await workshop.result(await workshop.n8n.retryExecution(first.execution.id));

		expect(first.execution.status).toBe('error');
		expect(retried.execution.status).toBe('success');
		expect(workshop.simulator.billed).toHaveLength(22);
		expect(retried.json.map(({ request }) => request.reused)).toEqual([
			...Array(11).fill(true),
			...Array(29).fill(false),
		]);
		expect(retried.json.map(({ skipped }) => skipped)).toEqual([
			...Array(22).fill(undefined),
			...Array(18).fill('budget'),
		]);
	});

	it('fewer images than asked for: the rest is asked for, and all are delivered', async () => {
		workshop.simulator.failNext({ fewerImages: 3 });
		const { json } = await workshop.run([{ prompt: 'x' }], { ...FROM_ITEM, count: 4 });

		expect(json.map(({ image }) => [image.index, image.count])).toEqual([
			[0, 4],
			[1, 4],
			[2, 4],
			[3, 4],
		]);
		expect(new Set(json.map(({ image }) => image.id)).size).toBe(4);
		expect(new Set(json.map(({ request }) => request.key)).size).toBe(2);
		expect(json.reduce((sum, { cost }) => sum + picodollars(cost.exact), 0n)).toBe(
			workshop.simulator.billedPicodollars(),
		);
	});

	it('with a budget and a model whose price is not known, nothing is started', async () => {
		const { output } = await workshop.run([{}], {
			prompt: 'x',
			model: { __rl: true, mode: 'id', value: 'gpt-image-9' },
			run: { budgetUsd: 1 },
		});

		expect(output.error?.message).toMatch(
			/^'Budget \(USD\)' is set, but the price of gpt-image-9 is not known/,
		);
		expect(workshop.simulator.requests).toEqual([]);
	});

	it('an unknown usage counts against the budget as its estimate', async () => {
		workshop.simulator.configure({ usage: 'missing' });
		await workshop.run(prompts(10), { ...FROM_ITEM, run: { budgetUsd: 0.01 } });

		expect(workshop.simulator.billed).toHaveLength(4);
	});

	it('an item that would wait longer than allowed is given up with a clear error, the others are delivered', async () => {
		workshop.simulator.configure({ imagesPerMinute: 3 });
		const { json } = await workshop.run(
			prompts(6),
			{ ...FROM_ITEM, run: { maxWaitMinutes: 0.1 } },
			{ onError: 'continueRegularOutput' },
		);

		expect(json.filter(({ image }) => image !== undefined)).toHaveLength(3);
		expect(json[5]).toMatchObject({
			code: 'rate_limit_wait_exceeded',
			error: 'After waiting 0.1 minutes, the rate limit still allowed no image.',
			description: expect.stringContaining("Raise 'Max Wait (Minutes)'"),
		});
	});

	it('cancel while waiting for the limit ends the run within a second', async () => {
		workshop.simulator.configure({ imagesPerMinute: 2 });
		const since = Date.now();
		const id = await workshop.start(prompts(10), FROM_ITEM);
		await workshop.n8n.push.waitFor(
			'waiting',
			({ type, data, at }) =>
				at >= since &&
				type === 'sendConsoleMessage' &&
				JSON.stringify(data).includes('waiting for the rate limit until'),
		);
		const asked = performance.now();
		await workshop.n8n.cancelExecution(id);
		const { execution } = await workshop
			.result(id)
			.catch(async () => ({ execution: await workshop.n8n.waitForExecution(id) }));

		expect(execution.status).toBe('canceled');
		expect(performance.now() - asked).toBeLessThan(5_000);
		expect(workshop.simulator.billed.length).toBeLessThanOrEqual(2);
	});
});
