import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { startSimulator, type Simulator } from '../simulator/index.mts';
import { EXAMPLES, exampleFor } from './exampleFor.mts';
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

const rowOf = (json: IDataObject) => json['input'] as IDataObject;

const ROWS = 10;
const SLICE = 3;

const folder = mkdtempSync(join(tmpdir(), 'gpt-image-crash-'));
const userFolder = mkdtempSync(join(tmpdir(), 'gpt-image-n8n-'));
let simulator: Simulator;
let n8n: N8n;
let credential: string;

const start = async (): Promise<N8n> =>
	await startN8n({
		userFolder,
		env: { ...clockEnvironment(TODAY), N8N_RESTRICT_FILE_ACCESS_TO: folder },
	});

// The one that has been started again is the next one to be killed.
beforeAll(async () => {
	simulator = await startSimulator({ apiKey: API_KEY, now: () => new Date(TODAY) });
	copyFileSync(join(EXAMPLES, 'data', 'prompts.csv'), join(folder, 'prompts.csv'));
	n8n = await start();
	credential = await n8n.createCredential({
		provider: 'openai',
		apiKey: API_KEY,
		baseUrl: simulator.baseUrl,
	});
});
beforeEach(() => simulator.reset());
afterAll(async () => {
	await n8n.stop();
	await simulator.close();
	for (const path of [folder, userFolder]) rmSync(path, { recursive: true, force: true });
});

/** Kills n8n while the example works, starts it again and retries, as its note says. */
describe('n8n is killed in the middle of a run', () => {
	beforeAll(() => simulator.configure({ latencyMs: 400 }));
	afterAll(() => simulator.configure({ latencyMs: 0 }));

	it.each([
		['in the first slice', 2],
		['in the middle', SLICE + 2],
		['in the last slice', ROWS],
	])(
		'%s: all rows are delivered after a retry, and at most one slice is paid for twice',
		async (_, requestsBefore) => {
			const workflow = await n8n.createWorkflow(
				exampleFor('slices-that-survive-a-crash.json', credential, folder),
			);
			const killed = await n8n.runWorkflow(workflow);
			await until(
				'it is on its way',
				async () => simulator.requests.length >= requestsBefore || undefined,
			);
			await n8n.kill();

			n8n = await start();
			const crashed = await n8n.getExecution(killed);
			const retried = await n8n.getExecution(await n8n.retryExecution(killed));

			const delivered = [...Array(Math.ceil(ROWS / SLICE)).keys()].flatMap(
				(run) => nodeOutput(retried, NODE, run).items,
			);
			expect(crashed.status).toBe('crashed');
			expect(retried.status).toBe('success');
			expect(new Set(delivered.map(({ json }) => rowOf(json)['id'])).size).toBe(ROWS);
			expect(simulator.billed.length).toBeGreaterThanOrEqual(ROWS);
			expect(simulator.billed.length).toBeLessThanOrEqual(ROWS + SLICE);
		},
	);
});

describe('n8n is killed while it submits', () => {
	const BATCHED_ROWS = 24;
	const IN_A_BATCH = 2;

	it('a retry submits what is missing: each row is made once', async () => {
		const rows = Array.from({ length: BATCHED_ROWS }, (_, index) => ({
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
		const workflow = await n8n.createWorkflow({
			...steps,
			settings: { ...steps.settings, saveExecutionProgress: true },
		});
		const killed = await n8n.runWorkflow(workflow);
		await until('some batches are there', async () => simulator.batches.length >= 3 || undefined);
		await n8n.kill();
		await simulator.settled();
		const before = simulator.batches.length;

		n8n = await start();
		const { items, hints } = nodeOutput(
			await n8n.waitForExecution(await n8n.retryExecution(killed)),
			NODE,
		);
		await simulator.settled();

		const made = simulator.billed.map(({ customId }) => customId);
		expect(before * IN_A_BATCH).toBeLessThan(BATCHED_ROWS);
		expect(made).toHaveLength(BATCHED_ROWS);
		expect(new Set(made).size).toBe(BATCHED_ROWS);
		expect(items.filter(({ json }) => json['reused'])).toHaveLength(before);
		expect(hints.map(({ message }) => message).join('\n')).toContain(
			`execution ${killed} of this node submitted them`,
		);
	});
});
