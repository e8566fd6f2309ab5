import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { startSimulator, type Simulator } from '../simulator/index.mts';
import { signedHeaders } from '../simulator/webhooks/endpoint.mts';
import { nodeOutput, ourNode, startN8n, until, withCredential, type Execution, type N8n } from './harness/index.mts';
import { API_KEY } from './workshop.mts';

const TRIGGER = 'Trigger';
/** n8n polls no more often, but also whenever it activates a workflow. */
const EVERY_MINUTE: INodeParameters = { pollTimes: { item: [{ mode: 'everyMinute' }] } };

let simulator: Simulator;
let userFolder: string;
let n8n: N8n;
let credential: string;

const open = async (): Promise<N8n> => await startN8n({ userFolder });

beforeAll(async () => {
	userFolder = mkdtempSync(join(tmpdir(), 'gpt-image-n8n-'));
	simulator = await startSimulator({ apiKey: API_KEY, webhookRetryDelaysMs: [100, 100, 100] });
	n8n = await open();
	credential = await n8n.createCredential({ provider: 'openai', apiKey: API_KEY, baseUrl: simulator.baseUrl });
});
beforeEach(() => {
	simulator.reset();
	simulator.configure({ holdBatches: false });
});
afterAll(async () => {
	await n8n.stop();
	await simulator.close();
	rmSync(userFolder, { recursive: true, force: true });
});

async function call(path: string, init: RequestInit = {}): Promise<Record<string, any>> {
	const answer = await fetch(simulator.baseUrl + path, { ...init, headers: { authorization: `Bearer ${API_KEY}`, ...init.headers } });
	return (await answer.json()) as Record<string, any>;
}

/** A batch of one image, as another workflow would have submitted it. */
async function submit(label = 'night', prompt = 'x'): Promise<string> {
	const line = { custom_id: 'a', method: 'POST', url: '/v1/images/generations', body: { model: 'gpt-image-2', prompt, quality: 'low' } };
	const form = new FormData();
	form.append('purpose', 'batch');
	form.append('file', new File([`${JSON.stringify(line)}\n`], 'in.jsonl'));
	const file = await call('/files', { method: 'POST', body: form });
	const body = { input_file_id: file['id'], endpoint: '/v1/images/generations', completion_window: '24h', metadata: { label } };
	const batch = await call('/batches', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
	return batch['id'] as string;
}

async function activate(type: string, parameters: INodeParameters): Promise<string> {
	const trigger = ourNode(TRIGGER, type, parameters, { ...withCredential(credential), webhookId: randomUUID() });
	const workflow = await n8n.createWorkflow({ name: `test ${randomUUID()}`, nodes: [trigger], connections: {} });
	await n8n.activateWorkflow(workflow);
	await isActive(type);
	return workflow;
}

/** n8n activates in the background: the first poll, or the webhook at OpenAI, shows that it has. */
async function isActive(type: string): Promise<void> {
	const path = type === 'gptImageBatchTrigger' ? '/v1/batches' : '/v1/webhook_endpoints';
	const method = type === 'gptImageBatchTrigger' ? 'GET' : 'POST';
	await until('it is active', async () => simulator.requests.some((request) => request.path === path && request.method === method && request.endedAt) || undefined, { timeoutMs: 20_000 });
	await new Promise((resolve) => setTimeout(resolve, 1000));
}

async function executionsOf(workflow: string): Promise<Execution[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: workflow }));
	const list = await n8n.request<{ results: Array<{ id: string; stoppedAt?: string | null }> }>('GET', `/rest/executions?filter=${filter}&limit=100`);
	const ended = list.results.filter(({ stoppedAt }) => stoppedAt);
	return await Promise.all(ended.map(async ({ id }) => await n8n.getExecution(id)));
}

const itemsOf = (execution: Execution) => nodeOutput(execution, TRIGGER).items;
const batchIdsOf = (executions: Execution[]): string[] => executions.map((execution) => String(itemsOf(execution)[0]?.json['batchId']));

/** Resolves when so many executions are there. */
async function executions(workflow: string, count: number): Promise<Execution[]> {
	return await until(`${count} executions`, async () => {
		const found = await executionsOf(workflow);
		return found.length >= count ? found : undefined;
	}, { timeoutMs: 90_000, everyMs: 200 });
}

const looks = (): number => simulator.requests.filter(({ path, method, endedAt }) => path === '/v1/batches' && method === 'GET' && endedAt).length;

/** One more poll, without waiting for the minute. */
async function poll(workflow: string): Promise<void> {
	const before = looks();
	await n8n.deactivateWorkflow(workflow);
	await n8n.activateWorkflow(workflow);
	await until('a poll', async () => looks() > before || undefined, { timeoutMs: 20_000 });
	// What it starts is on its way.
	await new Promise((resolve) => setTimeout(resolve, 500));
}

describe('GPT Image Batch Trigger', () => {
	it('starts once for each batch with its label and status that finishes after the activation', async () => {
		const old = await submit();
		await simulator.settled();
		const workflow = await activate('gptImageBatchTrigger', { ...EVERY_MINUTE, label: 'night', statuses: ['completed'] });
		simulator.configure({ holdBatches: true });
		const [first, other, second, cancelled] = [await submit(), await submit('day'), await submit(), await submit()];
		await poll(workflow);
		expect(await executionsOf(workflow)).toEqual([]);
		await simulator.finishBatch(first);
		await simulator.finishBatch(other);
		await simulator.finishBatch(cancelled, 'cancelled');
		await poll(workflow);
		await executions(workflow, 1);
		await simulator.finishBatch(second);
		await poll(workflow);
		const started = await executions(workflow, 2);
		await poll(workflow);

		expect(batchIdsOf(await executionsOf(workflow)).sort()).toEqual([first, second].sort());
		expect(batchIdsOf(started)).not.toContain(old);
		expect(itemsOf(started[0]!)).toMatchObject([{ json: { status: 'completed', finished: true, label: 'night', counts: { total: 1, completed: 1 } } }]);
		await n8n.deactivateWorkflow(workflow);
	});

	it('misses nothing and starts nothing twice around a restart of n8n: 20 batches, 20 starts', async () => {
		const workflow = await activate('gptImageBatchTrigger', EVERY_MINUTE);
		simulator.configure({ holdBatches: true });
		const ids: string[] = [];
		for (let index = 0; index < 20; index += 1) ids.push(await submit());
		for (const id of ids.slice(0, 5)) await simulator.finishBatch(id);
		await poll(workflow);
		await executions(workflow, 5);
		for (const id of ids.slice(5, 7)) await simulator.finishBatch(id);
		await n8n.stop();
		for (const id of ids.slice(7, 17)) await simulator.finishBatch(id);
		n8n = await open();
		await executions(workflow, 17);
		for (const id of ids.slice(17)) await simulator.finishBatch(id);
		// By itself, at the next full minute.
		await executions(workflow, 20);
		await poll(workflow);

		expect(batchIdsOf(await executionsOf(workflow)).sort()).toEqual(ids.sort());
		await n8n.deactivateWorkflow(workflow);
	});

	it('loses nothing while the API fails', async () => {
		const workflow = await activate('gptImageBatchTrigger', EVERY_MINUTE);
		const id = await submit();
		await simulator.settled();
		simulator.failNext('serverError', 3, '/v1/batches');
		await poll(workflow).catch(() => undefined);
		expect(await executionsOf(workflow)).toEqual([]);
		await poll(workflow);

		expect(batchIdsOf(await executions(workflow, 1))).toEqual([id]);
		await n8n.deactivateWorkflow(workflow);
	});

	it('brings the images when it is asked to collect', async () => {
		const workflow = await activate('gptImageBatchTrigger', { ...EVERY_MINUTE, collect: true, options: { outputBinaryField: 'image' } });
		const batchId = await submit('night', 'a red balloon');
		await simulator.settled();
		await poll(workflow);
		const [started] = await executions(workflow, 1);
		const [item] = itemsOf(started!);

		expect(item?.json).toMatchObject({ operation: 'batch', batchId, customId: 'a', prompt: 'a red balloon', cost: { batchDiscount: true, basis: 'usage' } });
		expect((await n8n.downloadBinary(item?.binary?.['image']?.id ?? '')).body.length).toBe((item?.json['image'] as { bytes: number }).bytes);
		await n8n.deactivateWorkflow(workflow);
	});

	it('shows the newest finished batch in the editor', async () => {
		await submit();
		await simulator.settled();
		const newest = await submit();
		await simulator.settled();
		const trigger = ourNode(TRIGGER, 'gptImageBatchTrigger', EVERY_MINUTE, withCredential(credential));
		const workflow = await n8n.createWorkflow({ name: 'test', nodes: [trigger], connections: {} });
		const execution = await n8n.waitForExecution(await n8n.runWorkflow(workflow));

		expect(batchIdsOf([execution])).toEqual([newest]);
	});
});

describe('GPT Image Webhook Trigger', () => {
	const registered = () => simulator.requests.filter(({ path, status }) => path.startsWith('/v1/webhook_endpoints') && status === 200);
	const endpoints = async () => (await call('/webhook_endpoints'))['data'] as Array<{ id: string; url: string; event_types: string[] }>;

	it('registers and removes its webhook, and starts once for each event that OpenAI sends', async () => {
		const workflow = await activate('gptImageWebhookTrigger', { label: 'night', events: ['batch.completed', 'batch.expired'] });
		const [endpoint] = await endpoints();
		expect(endpoint).toMatchObject({ event_types: ['batch.completed', 'batch.expired'], url: expect.stringMatching(/\/webhook\//) });
		const id = await submit();
		await submit('day');
		await simulator.settled();
		const [started] = await executions(workflow, 1);

		expect(simulator.webhookDeliveries.map(({ status }) => status)).toEqual([200, 200]);
		expect(itemsOf(started!)).toMatchObject([{ json: { batchId: id, status: 'completed', label: 'night', event: { type: 'batch.completed', id: expect.any(String) } } }]);
		expect(await executionsOf(workflow)).toHaveLength(1);
		await n8n.deactivateWorkflow(workflow);
		await until('it is removed', async () => (await endpoints()).length === 0 || undefined);
		expect(registered().map(({ method }) => method)).toContain('DELETE');
	});

	it('is told again when the batch can not be looked up, and starts once then', async () => {
		const workflow = await activate('gptImageWebhookTrigger', {});
		simulator.configure({ holdBatches: true });
		const id = await submit();
		simulator.failNext('serverError', 1, `/v1/batches/${id}`);
		await simulator.finishBatch(id);
		await simulator.settled();

		expect(simulator.webhookDeliveries.map(({ status }) => status)).toEqual([503, 200]);
		expect(batchIdsOf(await executions(workflow, 1))).toEqual([id]);
		await n8n.deactivateWorkflow(workflow);
	});

	it('refuses 100 forged, stale and tampered calls, and a repeated one starts nothing', async () => {
		const secret = 'whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0';
		const byHand = await n8n.createCredential({ provider: 'openai', apiKey: API_KEY, baseUrl: simulator.baseUrl, webhookSecret: secret });
		const path = randomUUID();
		const trigger = ourNode(TRIGGER, 'gptImageWebhookTrigger', { registration: 'manual' }, { ...withCredential(byHand), webhookId: path });
		const workflow = await n8n.createWorkflow({ name: `test ${path}`, nodes: [trigger], connections: {} });
		await n8n.activateWorkflow(workflow);
		expect(await endpoints()).toEqual([]);
		const id = await submit();
		await simulator.settled();
		const body = JSON.stringify({ id: 'evt_1', object: 'event', created_at: 1, type: 'batch.completed', data: { id } });
		const now = Math.floor(Date.now() / 1000);
		const url = `${n8n.url}/webhook/${path}/webhook`;
		const send = async (headers: Record<string, string>, text = body) => (await fetch(url, { method: 'POST', headers, body: text })).status;
		const signed = (changes: Record<string, string> = {}, text = body, secrets = [secret], at = now) => ({ ...signedHeaders(text, secrets, 'wh_1', at), ...changes });

		const bad: Array<[Record<string, string>, string?]> = [
			[{ 'content-type': 'application/json' }],
			[signed({ 'webhook-signature': '' })],
			[signed({ 'webhook-signature': 'v1,' })],
			[signed({ 'webhook-signature': 'v0,AAAA' })],
			[signed({ 'webhook-id': 'wh_2' })],
			[signed({ 'webhook-timestamp': String(now + 1) })],
			[signed({ 'webhook-timestamp': 'now' })],
			[signed({}, body, ['whsec_YW5vdGhlcg=='])],
			[signed({}, body, [secret], now - 400)],
			[signed({}, body, [secret], now + 400)],
			[signed(), `${body} `],
			[signed(), body.replace('batch.completed', 'batch.failed')],
		];
		const statuses: number[] = [];
		for (let index = 0; index < 100; index += 1) {
			const [headers, text] = bad[index % bad.length] as [Record<string, string>, string?];
			statuses.push(await send(headers, text));
		}
		expect(statuses.flatMap((status, index) => (status < 400 || status >= 500 ? `${index % bad.length}: ${status}` : []))).toEqual([]);
		expect(await executionsOf(workflow)).toEqual([]);

		const two = signed({}, body, ['whsec_YW5vdGhlcg==', secret]);
		expect(await Promise.all([send(two), send(two), send(two)])).toEqual([200, 200, 200]);
		expect(await send(two)).toBe(200);
		const started = await executions(workflow, 1);
		expect(started).toHaveLength(1);
		expect(JSON.stringify(started)).not.toContain(secret);
		expect(n8n.log()).not.toContain(secret);
		expect(n8n.log()).not.toContain(API_KEY);

		// What is remembered outlives the process.
		await n8n.stop();
		n8n = await open();
		const later = `${n8n.url}/webhook/${path}/webhook`;
		const again = async () => (await fetch(later, { method: 'POST', headers: two, body })).status;
		await until('the webhook is there', async () => (await again()) === 200 || undefined, { timeoutMs: 20_000 });
		expect(await executionsOf(workflow)).toHaveLength(1);
		await n8n.deactivateWorkflow(workflow);
	});
});
