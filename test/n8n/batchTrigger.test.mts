import { setTimeout as delay } from 'node:timers/promises';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
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
import { executionsOf, OFTEN, submitBatch, triggered } from './openAiBatches.mts';
import { API_KEY } from './workshop.mts';

const TRIGGER = 'Batch Trigger';

let simulator: Simulator;
let userFolder: string;
let n8n: N8n;
let credential: string;

const start = async (): Promise<N8n> => await startN8n({ userFolder });

beforeAll(async () => {
	simulator = await startSimulator({ apiKey: API_KEY, holdBatches: true });
	userFolder = mkdtempSync(join(tmpdir(), 'gpt-image-n8n-'));
	n8n = await start();
	credential = await n8n.createCredential({
		provider: 'openai',
		apiKey: API_KEY,
		baseUrl: simulator.baseUrl,
	});
});
afterAll(async () => {
	await n8n.stop();
	await simulator.close();
	rmSync(userFolder, { recursive: true, force: true });
});

const create = async (parameters: INodeParameters = {}): Promise<string> =>
	await n8n.createWorkflow(
		triggered(
			ourNode(
				TRIGGER,
				'gptImageBatchTrigger',
				{ pollTimes: OFTEN, ...parameters },
				withCredential(credential),
			),
		),
	);

/** Resolves once the trigger has looked for the first time: n8n answers before. */
const publish = async (parameters: INodeParameters = {}): Promise<string> => {
	const id = await create(parameters);
	await n8n.activateWorkflow(id);
	await until('the trigger has looked', async () => {
		const { staticData } = await n8n.request<{ staticData: object | null }>(
			'GET',
			`/rest/workflows/${id}`,
		);
		return (staticData !== null && `node:${TRIGGER}` in staticData) || undefined;
	});
	return id;
};

const looks = (): number =>
	simulator.requests.filter(({ path, method }) => path === '/v1/batches' && method === 'GET')
		.length;

/** Until the trigger has looked again, from beginning to end. */
const nextLooks = async (times = 2): Promise<void> => {
	const before = looks();
	await until('the trigger looks again', () => looks() >= before + times || undefined, {
		timeoutMs: 60_000,
	});
	await delay(300);
};

const batchesStarted = async (workflowId: string, count: number): Promise<string[]> => {
	await until(
		`${count} executions have ended`,
		async () => {
			const executions = await executionsOf(n8n, workflowId);
			return executions.filter(({ status }) => status === 'success').length >= count || undefined;
		},
		{ timeoutMs: 60_000, everyMs: 300 },
	);
	const executions = await Promise.all(
		(await executionsOf(n8n, workflowId)).map(async ({ id }) => await n8n.getExecution(id)),
	);
	return executions
		.filter(({ status }) => status === 'success')
		.flatMap((execution) =>
			nodeOutput(execution, TRIGGER).items.map(({ json }) => String(json['batchId'])),
		);
};

describe('GPT Image Batch Trigger', () => {
	it('starts once for each batch that finishes, not for those that had finished, with what Get gives', async () => {
		const old = await submitBatch(simulator);
		const open = await submitBatch(simulator, 'night');
		await simulator.finishBatch(old);
		const workflow = await publish();
		await simulator.finishBatch(open);
		const [batchId, ...others] = await batchesStarted(workflow, 1);
		await nextLooks();
		const [execution] = await executionsOf(n8n, workflow);
		const { items } = nodeOutput(await n8n.getExecution(execution!.id), TRIGGER);

		expect([batchId, ...others]).toEqual([open]);
		expect(items).toHaveLength(1);
		expect(items[0]!.json).toMatchObject({
			batchId: open,
			status: 'completed',
			finished: true,
			label: 'night',
			counts: { total: 1, completed: 1, failed: 0 },
			outputFileId: expect.stringMatching(/^file-/),
		});
		expect(await executionsOf(n8n, workflow)).toHaveLength(1);
		await n8n.deactivateWorkflow(workflow);
	});

	it('takes only the chosen label and statuses', async () => {
		const labelled = await publish({ label: 'red' });
		const expired = await publish({ statuses: ['expired'] });
		const [red, blue, late] = [
			await submitBatch(simulator, 'red'),
			await submitBatch(simulator, 'blue'),
			await submitBatch(simulator, 'red'),
		];
		await simulator.finishBatch(blue);
		await simulator.finishBatch(red);
		await simulator.finishBatch(late, 'expired');
		await nextLooks(4);

		expect((await batchesStarted(labelled, 2)).sort()).toEqual([red, late].sort());
		expect(await batchesStarted(expired, 1)).toEqual([late]);
		await n8n.deactivateWorkflow(labelled);
		await n8n.deactivateWorkflow(expired);
	});

	it('starts nothing for a batch that there was no room for, once Submit took its requests back', async () => {
		const workflow = await publish();
		simulator.configure({ batchQueue: { requests: 1 } });
		const parameters = {
			resource: 'batch',
			operation: 'submit',
			prompt: '={{ $json.prompt }}',
			requestsPerBatch: 1,
			run: { maxQueueWaitMinutes: 0 },
		};
		const steps = chain(
			itemsNode('Items', [{ prompt: 'one' }, { prompt: 'two' }]),
			ourNode('Submit', 'gptImage', parameters, {
				...withCredential(credential),
				onError: 'continueRegularOutput',
			}),
		);
		await n8n.waitForExecution(await n8n.runWorkflow(await n8n.createWorkflow(steps)));
		simulator.configure({ batchQueue: undefined });
		const [taken, refused] = ['in_progress', 'failed'].map((wanted) =>
			simulator.batches.filter(({ status }) => status === wanted).map(({ id }) => id),
		);
		await nextLooks();
		await simulator.finishBatch(taken?.[0] ?? '');

		expect(refused).toHaveLength(1);
		expect(await batchesStarted(workflow, 1)).toEqual(taken);
		await nextLooks();
		expect(await executionsOf(n8n, workflow)).toHaveLength(1);
		await n8n.deactivateWorkflow(workflow);
	});

	it('loses nothing while the API fails, and says so', async () => {
		const workflow = await publish();
		const batches = await Promise.all([
			submitBatch(simulator),
			submitBatch(simulator),
			submitBatch(simulator),
		]);
		simulator.failNext('serverError', 9, '/v1/batches');
		for (const id of batches) await simulator.finishBatch(id);
		const started = await batchesStarted(workflow, 3);
		const failed = (await executionsOf(n8n, workflow)).filter(({ status }) => status === 'error');

		expect(started.sort()).toEqual(batches.sort());
		expect(failed.length).toBeGreaterThan(0);
		await n8n.deactivateWorkflow(workflow);
	});

	it.each([
		['stops and starts again', async () => await n8n.stop()],
		['is killed and starts again', async () => await n8n.kill()],
	])('twenty batches that finish while n8n %s start exactly twenty executions', async (_, end) => {
		const workflow = await publish();
		const batches: string[] = [];
		for (let index = 0; index < 20; index += 1) batches.push(await submitBatch(simulator));
		for (const id of batches.slice(0, 7)) await simulator.finishBatch(id);
		await batchesStarted(workflow, 7);
		await end();
		for (const id of batches.slice(7, 14)) await simulator.finishBatch(id);
		n8n = await start();
		for (const id of batches.slice(14)) await simulator.finishBatch(id);
		const started = await batchesStarted(workflow, 20);
		await nextLooks(3);

		expect(started.sort()).toEqual([...batches].sort());
		expect(await executionsOf(n8n, workflow)).toHaveLength(20);
		await n8n.deactivateWorkflow(workflow);
	});

	it('starts for what finished between two times of being published, and not again for what came before', async () => {
		const workflow = await publish();
		const [first, second] = [await submitBatch(simulator), await submitBatch(simulator)];
		await simulator.finishBatch(first);
		await batchesStarted(workflow, 1);
		await n8n.deactivateWorkflow(workflow);
		await simulator.finishBatch(second);
		await n8n.activateWorkflow(workflow);
		const started = await batchesStarted(workflow, 2);

		expect(started.sort()).toEqual([first, second].sort());
		await nextLooks();
		expect(await executionsOf(n8n, workflow)).toHaveLength(2);
		await n8n.deactivateWorkflow(workflow);
	});

	it('brings the images itself, when asked to', async () => {
		const workflow = await publish({ collect: true, options: { outputBinaryField: 'picture' } });
		const id = await submitBatch(simulator, '', 'a collected balloon');
		simulator.failNext('serverError', 3, '/v1/files');
		await simulator.finishBatch(id);
		expect(await batchesStarted(workflow, 1)).toEqual([id]);
		const finished = (await executionsOf(n8n, workflow)).find(({ status }) => status === 'success');
		const { items } = nodeOutput(await n8n.getExecution(finished!.id), TRIGGER);

		expect(items[0]!.json).toMatchObject({
			operation: 'batch',
			prompt: 'a collected balloon',
			customId: 'a',
			cost: { batchDiscount: true },
		});
		expect(items[0]!.binary?.['picture']).toMatchObject({ mimeType: 'image/png' });
		const { body } = await n8n.downloadBinary(items[0]!.binary!['picture']!.id!);
		expect(body.length).toBe(
			items[0]!.json['image'] && (items[0]!.json['image'] as { bytes: number }).bytes,
		);
		await n8n.deactivateWorkflow(workflow);
	});

	it('starts as soon as a download goes on that had come to a halt, without a restart', async () => {
		const workflow = await publish({ collect: true });
		const [halted, other] = [await submitBatch(simulator), await submitBatch(simulator)];
		const downloads = (): number =>
			simulator.requests.filter(({ path }) => path.endsWith('/content')).length;
		const before = downloads();
		simulator.nextDownload({ after: 1000, then: 'halt', of: '_output' });
		await simulator.finishBatch(halted);
		await until('the download is under way', () => downloads() > before + 1 || undefined, {
			timeoutMs: 60_000,
		});
		await delay(5000);
		expect(await executionsOf(n8n, workflow)).toEqual([]);
		// From now on downloads come whole; the one under way stays where it is.
		const recovered = Date.now();
		await simulator.finishBatch(other);
		const started = await batchesStarted(workflow, 2);
		const seconds = (Date.now() - recovered) / 1000;

		expect(started.sort()).toEqual([halted, other].sort());
		// What halts is given up after 30 seconds without a byte.
		expect(seconds).toBeLessThan(40);
		expect((await executionsOf(n8n, workflow)).map(({ status }) => status)).toEqual([
			'success',
			'success',
		]);
		await n8n.deactivateWorkflow(workflow);
	});

	it('goes on polling when n8n starts while the API is away, says so, and says when it is over', async () => {
		const workflow = await publish();
		const id = await submitBatch(simulator);
		await n8n.stop();
		simulator.answerWhen(
			() => ({ status: 500, body: { error: { message: 'The server is away.' } } }),
			'/v1/batches',
		);
		n8n = await start();
		const failed = async (): Promise<number> =>
			(await executionsOf(n8n, workflow)).filter(({ status }) => status === 'error').length;
		await until('it has failed twice', async () => (await failed()) >= 2 || undefined, {
			timeoutMs: 60_000,
		});
		simulator.answerWhen(null);
		await simulator.finishBatch(id);
		const log = (): string => n8n.log() + readFileSync(join(n8n.userFolder, 'n8n.log'), 'utf8');
		await until(
			'it says that it is over',
			() =>
				log().includes('GPT Image Batch Trigger: it can check for finished batches again') ||
				undefined,
		);

		expect(await batchesStarted(workflow, 1)).toEqual([id]);
		expect(log()).toContain("GPT Image Batch Trigger: it can't check for finished batches. ");
		expect(log()).not.toContain('Issue on initial workflow activation');
		await n8n.deactivateWorkflow(workflow);
	});

	it('gives the newest finished batch as an example in the editor, or says that there is none', async () => {
		const id = await submitBatch(simulator, 'example');
		await simulator.finishBatch(id);
		const found = await n8n.waitForExecution(
			await n8n.runWorkflow(await create({ label: 'example' })),
		);
		const missing = await n8n.waitForExecution(
			await n8n.runWorkflow(await create({ label: 'nobody' })),
		);

		expect(nodeOutput(found, TRIGGER).items[0]!.json).toMatchObject({
			batchId: id,
			label: 'example',
		});
		expect(missing.status).toBe('error');
		expect(missing.data.resultData.error?.message).toBe(
			"There is no finished batch with the label 'nobody' to test with",
		);
	});
});
