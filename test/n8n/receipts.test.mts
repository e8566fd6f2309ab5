import type { INodeParameters } from 'n8n-workflow';
import { nodeOutput, type WorkflowJson } from './harness/index.mts';
import { chain, itemsNode, node, ourNode, withCredential } from './harness/workflowBuilder.mts';
import { NODE, openWorkshop, type Workshop } from './workshop.mts';

const prompts = (count: number, blocked: number[] = []) =>
	Array.from({ length: count }, (_, index) => ({
		prompt: `picture ${index}${blocked.includes(index) ? ' [blocked]' : ''}`,
	}));
const FROM_ITEM: INodeParameters = { prompt: '={{ $json.prompt }}' };
const RETRY_ON_FAIL = { retryOnFail: true, maxTries: 5, waitBetweenTries: 10 } as const;

describe('nothing paid for is paid for twice', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => {
		workshop.simulator.reset();
		workshop.simulator.configure({ latencyMs: 0 });
	});
	afterAll(async () => await workshop.close());

	const billedPrompts = () =>
		workshop.simulator.requests
			.filter(({ status }) => status === 200)
			.map(({ parameters }) => parameters['prompt'] as string);

	/** Lets the request number `position` (from 1) of those to come fail once. */
	const failAt = (position: number): void => {
		let seen = 0;
		workshop.simulator.configure({
			latencyMs: () => {
				seen += 1;
				if (seen === position - 1) workshop.simulator.failNext('nullMessage');
				return 0;
			},
		});
	};

	it('Retry On Fail with the first item blocked: the others are billed once, the blocked one is not asked for again', async () => {
		const { json } = await workshop.run(prompts(20, [0]), FROM_ITEM, {
			...RETRY_ON_FAIL,
			onError: 'continueRegularOutput',
		});

		expect(workshop.simulator.billed).toHaveLength(19);
		expect(workshop.simulator.requests).toHaveLength(20);
		expect(json[0]).toMatchObject({ code: 'moderation_blocked', request: { reused: true } });
		expect(
			json.slice(1).every(({ request, cost }) => request.reused === true && cost.usd > 0),
		).toBe(true);
	});

	it('Retry On Fail after a stop: what was made is reused, what was missing is made, and the run succeeds', async () => {
		failAt(4);
		const { execution, json, output } = await workshop.run(
			prompts(10),
			{ ...FROM_ITEM, run: { maxConcurrency: 1 } },
			RETRY_ON_FAIL,
		);

		expect(execution.status).toBe('success');
		expect(billedPrompts().sort()).toEqual(
			prompts(10)
				.map(({ prompt }) => prompt)
				.sort(),
		);
		expect(json.map(({ request }) => request.reused)).toEqual([
			true,
			true,
			true,
			...Array(7).fill(false),
		]);
		expect(output.hints.map(({ message }) => message)).toContainEqual(
			expect.stringMatching(
				/^7 images for \$0\.0\d+, 3 reused from an earlier attempt and not billed again/,
			),
		);
	});

	it('retrying a failed execution pays only for what is missing, and its images are its own', async () => {
		failAt(10);
		const first = await workshop.run(prompts(20), { ...FROM_ITEM, run: { maxConcurrency: 3 } });
		workshop.simulator.configure({ latencyMs: 0 });
		const retried = await workshop.result(await workshop.n8n.retryExecution(first.execution.id));

		expect(first.execution.status).toBe('error');
		expect(first.output.error?.description).toMatch(
			/images for \$0\.0\d+ had been made\. (?:It is|They are) kept with this execution/,
		);
		expect(retried.execution.status).toBe('success');
		expect(billedPrompts().sort()).toEqual(
			prompts(20)
				.map(({ prompt }) => prompt)
				.sort(),
		);
		expect(retried.json.map(({ prompt }) => prompt)).toEqual(
			prompts(20).map(({ prompt }) => prompt),
		);
		const reused = retried.output.items.filter(
			({ json }) => (json['request'] as { reused: boolean }).reused,
		);
		expect(reused.length).toBeGreaterThanOrEqual(9);
		expect(
			reused.every(({ binary }) =>
				binary!['data']!.id!.includes(`/executions/${retried.execution.id}/`),
			),
		).toBe(true);
		expect((await workshop.bytesOf(reused[0]!)).length).toBe(
			(reused[0]!.json['image'] as { bytes: number }).bytes,
		);
	});

	it('ten equal prompts are ten images, also after a retry', async () => {
		failAt(6);
		const { json } = await workshop.run(
			Array(10).fill({ prompt: 'the same' }),
			{ ...FROM_ITEM, run: { maxConcurrency: 1 } },
			RETRY_ON_FAIL,
		);

		expect(workshop.simulator.billed).toHaveLength(10);
		expect(new Set(json.map(({ request }) => request.id)).size).toBe(10);
	});

	it('the images of one item that several requests make are told apart', async () => {
		failAt(2);
		const { json } = await workshop.run(
			[{ prompt: 'many' }],
			{ ...FROM_ITEM, count: 25, run: { maxConcurrency: 1 } },
			RETRY_ON_FAIL,
		);

		expect(workshop.simulator.billed.reduce((sum, { n }) => sum + n, 0)).toBe(25);
		expect(json.map(({ image }) => image.index)).toEqual([...Array(25).keys()]);
	});

	it('a loop that asks for the same again gets a new image', async () => {
		const { id } = await loopOverSame();
		const execution = await workshop.n8n.waitForExecution(await workshop.n8n.runWorkflow(id));

		expect(execution.status).toBe('success');
		expect(
			[0, 1, 2].map(
				(run) =>
					(nodeOutput(execution, NODE, run).items[0]!.json['request'] as { reused: boolean })
						.reused,
			),
		).toEqual([false, false, false]);
		expect(workshop.simulator.billed).toHaveLength(3);
	});

	async function loopOverSame(): Promise<{ id: string }> {
		const loop = node(
			'Loop',
			'n8n-nodes-base.splitInBatches',
			{ batchSize: 1, options: {} },
			{ typeVersion: 3 },
		);
		const ours = ourNode(
			NODE,
			'gptImage',
			{ prompt: 'always the same' },
			withCredential(workshop.credentialId),
		);
		const workflow: WorkflowJson = chain(itemsNode('Items', [{}, {}, {}]), loop);
		workflow.nodes.push(ours);
		workflow.connections['Loop'] = { main: [[], [{ node: NODE, type: 'main', index: 0 }]] };
		workflow.connections[NODE] = { main: [[{ node: 'Loop', type: 'main', index: 0 }]] };
		return { id: await workshop.n8n.createWorkflow(workflow) };
	}
});
