import { rmSync } from 'node:fs';
import {
	chain,
	itemsNode,
	node,
	nodeOutput,
	sharedN8n,
	startN8n,
	type N8n,
} from './harness/index.mts';

/** A node that gives out its items after this many ms. */
const slowNode = (name: string, ms: number): ReturnType<typeof node> =>
	node(
		name,
		'n8n-nodes-base.wait',
		{ resume: 'timeInterval', amount: ms / 1000, unit: 'seconds' },
		{ typeVersion: 1.1, webhookId: name },
	);

describe('the harness around n8n', () => {
	let n8n: N8n;

	beforeAll(async () => {
		n8n = await sharedN8n();
	});
	afterAll(() => n8n.disconnect());

	it('runs a workflow as the editor does and reads what each node gave out', async () => {
		const id = await n8n.createWorkflow(
			chain(itemsNode('Items', [{ prompt: 'a' }, { prompt: 'b' }])),
		);

		const execution = await n8n.waitForExecution(await n8n.runWorkflow(id));

		expect(execution.status).toBe('success');
		expect(nodeOutput(execution, 'Items').items.map(({ json }) => json)).toEqual([
			{ prompt: 'a' },
			{ prompt: 'b' },
		]);
		expect(() => nodeOutput(execution, 'Other')).toThrow(
			'node "Other" did not run (Start, List of Items, Items did)',
		);
	});

	it('sees the progress that the editor sees', async () => {
		const id = await n8n.createWorkflow(chain(itemsNode('Items', [{ prompt: 'a' }])));
		const execution = await n8n.runWorkflow(id);

		const after = await n8n.push.waitFor(
			'Items has run',
			({ type, data }) =>
				type === 'nodeExecuteAfter' &&
				data['executionId'] === execution &&
				data['nodeName'] === 'Items',
		);

		expect(after.data['itemCountByConnectionType']).toEqual({ main: [1] });
	});

	it('cancels a running execution', async () => {
		const id = await n8n.createWorkflow(chain(slowNode('Wait', 50_000)));
		const execution = await n8n.runWorkflow(id);
		await n8n.push.waitFor(
			'the wait has begun',
			({ type, data }) =>
				type === 'nodeExecuteBefore' &&
				data['executionId'] === execution &&
				data['nodeName'] === 'Wait',
		);

		await n8n.cancelExecution(execution);

		expect((await n8n.waitForExecution(execution)).status).toBe('canceled');
	});

	it('retries a failed execution', async () => {
		const failing = node(
			'Fail',
			'n8n-nodes-base.code',
			{ jsCode: "throw new Error('asked to fail')" },
			{ typeVersion: 2 },
		);
		const id = await n8n.createWorkflow(chain(failing));
		const first = await n8n.waitForExecution(await n8n.runWorkflow(id));

		const second = await n8n.getExecution(await n8n.retryExecution(first.id));

		expect(nodeOutput(first, 'Fail').error?.message).toContain('asked to fail');
		expect([first.status, second.status]).toEqual(['error', 'error']);
		expect(second.id).not.toBe(first.id);
	});

	it('counts memory in bytes and starts the peak anew', () => {
		n8n.resetPeak();

		const { rss, peak } = n8n.memory();

		expect(rss).toBeGreaterThan(100_000_000);
		expect(peak).toBeGreaterThanOrEqual(rss);
		expect(peak).toBeLessThan(10_000_000_000);
	});

	it('starts again from the folder of an n8n that was killed', async () => {
		const first = await startN8n({ binaryMode: 'database' });
		const workflow = chain(itemsNode('Items', [{ prompt: 'kept' }]));
		const id = await first.createWorkflow(workflow);
		await first.kill();

		const second = await startN8n({ binaryMode: 'database', userFolder: first.userFolder });
		const execution = await second.waitForExecution(await second.runWorkflow(id));
		await second.stop();
		rmSync(first.userFolder, { recursive: true, force: true });

		expect(nodeOutput(execution, 'Items').items.map(({ json }) => json)).toEqual([
			{ prompt: 'kept' },
		]);
	});
});
