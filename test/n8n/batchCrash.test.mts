import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator, type Simulator } from '../simulator/index.mts';
import {
	chain,
	itemsNode,
	nodeOutput,
	ourNode,
	startN8n,
	until,
	withCredential,
	type N8n,
} from './harness/index.mts';
import { API_KEY, clockEnvironment, NODE, TODAY } from './workshop.mts';

const ROWS = 24;
const IN_A_BATCH = 2;

describe('n8n is killed while it submits', () => {
	const userFolder = mkdtempSync(join(tmpdir(), 'gpt-image-n8n-'));
	let simulator: Simulator;
	beforeAll(async () => {
		simulator = await startSimulator({ apiKey: API_KEY, now: () => new Date(TODAY) });
	});
	afterAll(async () => {
		await simulator.close();
		rmSync(userFolder, { recursive: true, force: true });
	});

	const start = async (): Promise<N8n> =>
		await startN8n({ userFolder, env: clockEnvironment(TODAY) });

	it('a retry submits what is missing: each row is made once', async () => {
		const first = await start();
		const credential = await first.createCredential({
			provider: 'openai',
			apiKey: API_KEY,
			baseUrl: simulator.baseUrl,
		});
		const rows = Array.from({ length: ROWS }, (_, index) => ({
			sku: `sku-${index}`,
			prompt: `picture ${index}`,
		}));
		const parameters = {
			resource: 'batch',
			operation: 'submit',
			prompt: '={{ $json.prompt }}',
			customId: '={{ $json.sku }}',
			requestsPerBatch: IN_A_BATCH,
		};
		const steps = chain(
			itemsNode('Items', rows),
			ourNode(NODE, 'gptImage', parameters, withCredential(credential)),
		);
		// Without it n8n can't retry an execution that it was killed in.
		const workflow = await first.createWorkflow({
			...steps,
			settings: { ...steps.settings, saveExecutionProgress: true },
		});
		const killed = await first.runWorkflow(workflow);
		await until('some batches are there', async () => simulator.batches.length >= 3 || undefined);
		await first.kill();
		await simulator.settled();
		const before = simulator.batches.length;

		const second = await start();
		const { items, hints } = nodeOutput(
			await second.waitForExecution(await second.retryExecution(killed)),
			NODE,
		);
		await simulator.settled();
		await second.stop();

		const made = simulator.billed.map(({ customId }) => customId);
		expect(before * IN_A_BATCH).toBeLessThan(ROWS);
		expect(made).toHaveLength(ROWS);
		expect(new Set(made).size).toBe(ROWS);
		expect(items.filter(({ json }) => json['reused'])).toHaveLength(before);
		expect(hints.map(({ message }) => message).join('\n')).toContain(
			`execution ${killed} of this node submitted them`,
		);
	});
});
