import type { INodeParameters } from 'n8n-workflow';
import { toldBy } from './account.mts';
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

const prompts = (count: number, blocked: number[] = []) =>
	Array.from({ length: count }, (_, index) => ({
		prompt: `picture ${index}${blocked.includes(index) ? ' [blocked]' : ''}`,
	}));
const FROM_ITEM: INodeParameters = { prompt: '={{ $json.prompt }}' };
const RETRY_ON_FAIL = { retryOnFail: true, maxTries: 5, waitBetweenTries: 1 } as const;
const CONTINUE = { onError: 'continueRegularOutput' } as const;
const usd = (amount: number): bigint => picodollars(amount.toFixed(12));

describe('one budget for all tries', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => {
		workshop.simulator.reset();
		workshop.simulator.configure({ latencyMs: 0 });
	});
	afterAll(async () => await workshop.close());
	const billed = (): bigint => workshop.simulator.billedPicodollars();

	it('Retry On Fail with a blocked item: five tries spend what one may', async () => {
		const run = await workshop.run(
			prompts(40, [3]),
			{ ...FROM_ITEM, run: { budgetUsd: 0.05 } },
			RETRY_ON_FAIL,
		);

		expect(run.execution.status).toBe('error');
		expect(billed() <= usd(0.05)).toBe(true);
		expect(
			workshop.simulator.requests.filter(({ parameters }) =>
				String(parameters['prompt']).includes('[blocked]'),
			),
		).toHaveLength(1);
	});

	it('Retry On Fail with an item that fails in each try anew: five tries spend what one may, and it is spent', async () => {
		workshop.simulator.answerWhen(({ parameters }) =>
			/picture (5|10|15|20|25)$/.test(String(parameters['prompt']))
				? {
						status: 400,
						body: {
							error: { message: 'No.', type: 'invalid_request_error', code: null, param: null },
						},
					}
				: null,
		);
		const run = await workshop.run(
			prompts(60),
			{ ...FROM_ITEM, run: { budgetUsd: 0.05, maxConcurrency: 2 } },
			{ ...RETRY_ON_FAIL, ...CONTINUE },
		);

		expect(billed() <= usd(0.05)).toBe(true);
		expect(toldBy(run).delivered).toBe(billed());
		expect(toldBy(run).skipped).toBeGreaterThan(0);
	});

	it.each([
		{ title: 'one try', extras: {} },
		{ title: 'five tries', extras: RETRY_ON_FAIL },
	])(
		'gateway timeouts that were billed, $title: the budget holds, and the items say how many attempts may have been billed',
		async ({ extras }) => {
			workshop.simulator.answerWhen(() => 'cloudflare524');
			const run = await workshop.run(
				prompts(40),
				{ ...FROM_ITEM, run: { budgetUsd: 0.05 } },
				{ ...CONTINUE, ...extras },
			);

			const told = toldBy(run);
			expect(billed() <= usd(0.05)).toBe(true);
			expect(billed()).toBeGreaterThan(usd(0.03));
			expect(told.images).toBe(0);
			expect(told.failed + told.skipped).toBe(40);
			expect(told.maybeBilled).toBe(workshop.simulator.billed.length);
		},
	);

	it('gateway timeouts that were billed, Stop: the budget holds, and the error says how many attempts may have been billed', async () => {
		workshop.simulator.answerWhen(() => 'cloudflare524');
		const run = await workshop.run(prompts(40), { ...FROM_ITEM, run: { budgetUsd: 0.05 } });

		expect(billed() <= usd(0.05)).toBe(true);
		expect(run.execution.status).toBe('error');
		expect(toldBy(run).maybeBilled).toBe(workshop.simulator.billed.length);
	});

	it('gateway timeouts that were billed, Stop, five tries: the budget holds; once it is reached, the items are skipped and say what may have been billed', async () => {
		workshop.simulator.answerWhen(() => 'cloudflare524');
		const run = await workshop.run(
			prompts(40),
			{ ...FROM_ITEM, run: { budgetUsd: 0.05 } },
			RETRY_ON_FAIL,
		);

		expect(billed() <= usd(0.05)).toBe(true);
		expect(run.execution.status).toBe('success');
		expect(toldBy(run)).toMatchObject({
			skipped: 40,
			images: 0,
			maybeBilled: workshop.simulator.billed.length,
		});
	});

	it('in a loop the budget holds for all rounds together', async () => {
		const loop = node(
			'Loop',
			'n8n-nodes-base.splitInBatches',
			{ batchSize: 5, options: {} },
			{ typeVersion: 3 },
		);
		const ours = ourNode(
			NODE,
			'gptImage',
			{ ...FROM_ITEM, run: { budgetUsd: 0.02 } },
			withCredential(workshop.credentialId),
		);
		const workflow: WorkflowJson = chain(itemsNode('Items', prompts(25)), loop);
		workflow.nodes.push(ours);
		workflow.connections['Loop'] = { main: [[], [{ node: NODE, type: 'main', index: 0 }]] };
		workflow.connections[NODE] = { main: [[{ node: 'Loop', type: 'main', index: 0 }]] };
		const execution = await workshop.n8n.waitForExecution(
			await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(workflow)),
		);

		const rounds = [0, 1, 2, 3, 4].map((round) =>
			toldBy({ output: nodeOutput(execution, NODE, round) }),
		);
		expect(execution.status).toBe('success');
		expect(rounds.reduce((sum, { delivered }) => sum + delivered, 0n)).toBe(billed());
		expect(billed() <= usd(0.02)).toBe(true);
		expect(rounds.map(({ images, skipped }) => images + skipped)).toEqual([5, 5, 5, 5, 5]);
		expect(rounds[0]).toMatchObject({ images: 5 });
		expect(rounds[4]).toMatchObject({ skipped: 5 });
	});

	it('an expression that gives nothing is an error, and nothing is sent', async () => {
		const run = await workshop.run(prompts(3), {
			...FROM_ITEM,
			run: { budgetUsd: '={{ $json.nothing }}' },
		});

		expect(run.output.error?.message).toContain(
			"'Budget (USD)' is an expression that returns nothing",
		);
		expect(workshop.simulator.requests).toEqual([]);
	});

	it('0 means that nothing may be spent: nothing is sent, all items are skipped', async () => {
		const run = await workshop.run(prompts(3), { ...FROM_ITEM, run: { budgetUsd: 0 } });

		expect(toldBy(run)).toMatchObject({ skipped: 3, images: 0, failed: 0 });
		expect(workshop.simulator.requests).toEqual([]);
	});

	it.each([[''], [null]])('an empty field (%p) is no limit', async (budgetUsd) => {
		const run = await workshop.run(prompts(3), { ...FROM_ITEM, run: { budgetUsd } });

		expect(toldBy(run)).toMatchObject({ images: 3, delivered: billed() });
	});
});
