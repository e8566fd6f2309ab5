import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { startSimulator, type Simulator } from '../simulator/index.mts';
import { newSecret, signedHeaders } from '../simulator/webhooks/endpoint.mts';
import {
	nodeOutput,
	ourNode,
	startN8n,
	until,
	withCredential,
	type N8n,
} from './harness/index.mts';
import { executionsOf, submitBatch, triggered } from './openAiBatches.mts';
import { API_KEY } from './workshop.mts';

const TRIGGER = 'Webhook Trigger';
const OWN_SECRET = newSecret();

interface Endpoint {
	id: string;
	url: string;
	event_types: string[];
}

let simulator: Simulator;
let n8n: N8n;
let credential: string;

// With the clock of this machine, by which the simulator signs.
beforeAll(async () => {
	simulator = await startSimulator({
		apiKey: API_KEY,
		holdBatches: true,
		webhookRetryDelaysMs: [1000, 1000, 1000],
	});
	n8n = await startN8n();
	credential = await n8n.createCredential({
		provider: 'openai',
		apiKey: API_KEY,
		baseUrl: simulator.baseUrl,
		webhookSecret: OWN_SECRET,
	});
});
afterAll(async () => {
	await n8n.stop();
	await simulator.close();
});

const api = async <T,>(method: string, path: string, body?: unknown): Promise<T> => {
	const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
	const answer = await fetch(`${simulator.baseUrl}${path}`, {
		method,
		headers,
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
	return (await answer.json()) as T;
};

const endpoints = async (): Promise<Endpoint[]> =>
	(await api<{ data: Endpoint[] }>('GET', '/webhook_endpoints')).data;

const create = async (
	parameters: INodeParameters = {},
	hook = crypto.randomUUID(),
): Promise<string> =>
	await n8n.createWorkflow(
		triggered({
			...ourNode(TRIGGER, 'gptImageWebhookTrigger', parameters, withCredential(credential)),
			webhookId: hook,
		}),
	);

const publish = async (
	parameters: INodeParameters = {},
): Promise<{ id: string; endpoint: Endpoint }> => {
	const id = await create(parameters);
	await n8n.activateWorkflow(id);
	return { id, endpoint: await until('it is registered', async () => (await endpoints())[0]) };
};

const unpublish = async (id: string): Promise<void> => {
	await n8n.deactivateWorkflow(id);
	await until('it is removed', async () => (await endpoints()).length === 0 || undefined);
};

const finished = async (
	label = '',
	outcome: 'completed' | 'expired' | 'cancelled' = 'completed',
): Promise<string> => {
	const id = await submitBatch(simulator, label);
	await simulator.finishBatch(id, outcome);
	await simulator.settled();
	return id;
};

const started = async (workflowId: string, count: number) => {
	await until(
		`${count} executions have ended`,
		async () =>
			(await executionsOf(n8n, workflowId)).filter(({ status }) => status === 'success').length >=
				count || undefined,
	);
	return await Promise.all(
		(await executionsOf(n8n, workflowId)).map(async ({ id }) => await n8n.getExecution(id)),
	);
};

/** The secret, which only the node's own memory holds. n8n stores that some moments after the endpoint is there. */
const secretOf = async (workflowId: string, where = n8n): Promise<string> =>
	await until('its secret is stored', async () => {
		const { staticData } = await where.request<{
			staticData: Record<string, { endpoint?: { secret: string } }> | null;
		}>('GET', `/rest/workflows/${workflowId}`);
		return staticData?.[`node:${TRIGGER}`]?.endpoint?.secret;
	});

const eventOf = (batchId: string, type = 'batch.completed'): string =>
	JSON.stringify({
		id: `evt_${crypto.randomUUID()}`,
		object: 'event',
		created_at: 1_763_700_000,
		type,
		data: { id: batchId },
	});

const post = async (
	url: string,
	headers: Record<string, string>,
	body: string | Uint8Array<ArrayBuffer>,
) => {
	const answer = await fetch(url, { method: 'POST', headers, body });
	return { status: answer.status, text: await answer.text() };
};

const now = (): number => Math.floor(Date.now() / 1000);

describe('GPT Image Webhook Trigger', () => {
	it('registers when it is published, starts once for each delivery with what the API says, and removes itself', async () => {
		const { id, endpoint } = await publish();
		const batchId = await finished('night');
		const [execution, ...others] = await started(id, 1);
		const { items } = nodeOutput(execution!, TRIGGER);

		expect(endpoint.event_types.sort()).toEqual([
			'batch.cancelled',
			'batch.completed',
			'batch.expired',
			'batch.failed',
		]);
		expect(others).toEqual([]);
		expect(items.map(({ json }) => json)).toMatchObject([
			{
				batchId,
				status: 'completed',
				finished: true,
				label: 'night',
				counts: { total: 1 },
				event: {
					id: expect.stringMatching(/^evt_/),
					type: 'batch.completed',
					createdAt: expect.stringMatching(/Z$/),
				},
			},
		]);
		expect(
			simulator.webhookDeliveries
				.filter((delivery) => delivery.batchId === batchId)
				.map(({ status }) => status),
		).toEqual([200]);
		await unpublish(id);
	});

	it('starts only for the chosen events and label', async () => {
		const { id, endpoint } = await publish({ events: ['batch.expired'], label: 'red' });
		await finished('red');
		await finished('blue', 'expired');
		const wanted = await finished('red', 'expired');
		const executions = await started(id, 1);

		expect(endpoint.event_types).toEqual(['batch.expired']);
		expect(
			executions.map((execution) => nodeOutput(execution, TRIGGER).items[0]!.json['batchId']),
		).toEqual([wanted]);
		await unpublish(id);
	});

	it('starts one execution each for ten deliveries at once, also when they are delivered twice', async () => {
		const { id, endpoint } = await publish();
		const secret = await secretOf(id);
		const batches = await Promise.all(
			Array.from({ length: 10 }, async () => await submitBatch(simulator)),
		);
		await Promise.all(batches.map(async (batch) => await simulator.finishBatch(batch)));
		await simulator.settled();
		const body = eventOf(batches[0]!);
		const twice = signedHeaders(body, [secret], 'wh_twice', now());
		const answers = await Promise.all([
			post(endpoint.url, twice, body),
			post(endpoint.url, twice, body),
			post(endpoint.url, twice, body),
		]);
		await started(id, 11);

		expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
		expect(await executionsOf(n8n, id)).toHaveLength(11);
		await unpublish(id);
	});

	it('refuses a hundred forged, stale, replayed and tampered calls, and starts nothing', async () => {
		const { id, endpoint } = await publish();
		const secret = await secretOf(id);
		const batchId = await finished();
		const body = eventOf(batchId);
		const real = signedHeaders(body, [secret], 'wh_real', now());
		expect((await post(endpoint.url, real, body)).status).toBe(200);
		await started(id, 2);
		const headers = (changes: Record<string, string>) => ({
			...signedHeaders(body, [secret], `wh_${crypto.randomUUID()}`, now()),
			...changes,
		});
		const without = (name: string) =>
			Object.fromEntries(Object.entries(headers({})).filter(([key]) => key !== name));
		const attacks: Array<() => ReturnType<typeof post>> = [
			async () => await post(endpoint.url, real, body),
			async () =>
				await post(endpoint.url, signedHeaders(body, [newSecret()], 'wh_forged', now()), body),
			async () =>
				await post(endpoint.url, signedHeaders(body, [secret], 'wh_old', now() - 400), body),
			async () =>
				await post(endpoint.url, signedHeaders(body, [secret], 'wh_new', now() + 400), body),
			async () => await post(endpoint.url, headers({}), eventOf('batch_other')),
			async () => await post(endpoint.url, headers({}), `${body} `),
			async () => await post(endpoint.url, headers({}), body.slice(0, -1)),
			async () => await post(endpoint.url, headers({ 'webhook-id': 'wh_changed' }), body),
			async () =>
				await post(endpoint.url, headers({ 'webhook-timestamp': String(now() - 1) }), body),
			async () =>
				await post(endpoint.url, { ...real, 'webhook-timestamp': String(now() + 1) }, body),
			async () => await post(endpoint.url, { ...real, 'webhook-id': 'wh_again' }, body),
			async () => await post(endpoint.url, without('webhook-signature'), body),
			async () => await post(endpoint.url, without('webhook-id'), body),
			async () => await post(endpoint.url, without('webhook-timestamp'), body),
			async () => await post(endpoint.url, headers({ 'webhook-signature': 'v1,' }), body),
			async () =>
				await post(endpoint.url, headers({ 'webhook-signature': `v1,${'A'.repeat(44)}` }), body),
			async () => await post(endpoint.url, headers({ 'content-type': 'text/plain' }), 'x'),
			async () =>
				await post(
					endpoint.url,
					headers({ 'content-type': 'multipart/form-data; boundary=x' }),
					'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
				),
			async () => await post(endpoint.url, { 'content-type': 'application/json' }, ''),
			async () =>
				await post(
					endpoint.url,
					signedHeaders('x'.repeat(100_000), [secret], 'wh_big', now()),
					'x'.repeat(100_000),
				),
		];
		const statuses: number[] = [];
		for (let round = 0; round < 5; round += 1)
			statuses.push(...(await Promise.all(attacks.map(async (attack) => (await attack()).status))));

		expect(statuses).toHaveLength(100);
		expect(statuses.filter((status) => status < 400 || status > 499)).toEqual([]);
		expect(await executionsOf(n8n, id)).toHaveLength(2);
		await unpublish(id);
	});

	it('answers a retry of OpenAI with 200 and starts nothing; nor for other events and unknown batches', async () => {
		const { id, endpoint } = await publish();
		const secret = await secretOf(id);
		const body = eventOf(await finished());
		const answers = [];
		for (const later of [0, 5, 10])
			answers.push(
				(await post(endpoint.url, signedHeaders(body, [secret], 'wh_retry', now() + later), body))
					.status,
			);
		const strange = JSON.stringify({
			id: 'evt_x',
			object: 'event',
			created_at: 1,
			type: 'response.completed',
			data: { id: 'resp_1' },
		});
		answers.push(
			(await post(endpoint.url, signedHeaders(strange, [secret], 'wh_strange', now()), strange))
				.status,
		);
		const unknown = eventOf('batch_unknown');
		answers.push(
			(await post(endpoint.url, signedHeaders(unknown, [secret], 'wh_unknown', now()), unknown))
				.status,
		);

		expect(answers).toEqual([200, 200, 200, 200, 200]);
		expect(await started(id, 2)).toHaveLength(2);
		await unpublish(id);
	});

	it('has OpenAI deliver again when the batch can not be retrieved', async () => {
		const { id } = await publish();
		const batch = await submitBatch(simulator);
		simulator.failNext('serverError', 2, '/v1/batches');
		await simulator.finishBatch(batch);
		await simulator.settled();

		expect(
			simulator.webhookDeliveries
				.filter(({ batchId }) => batchId === batch)
				.map(({ status }) => status),
		).toEqual([503, 200]);
		expect(await started(id, 1)).toHaveLength(1);
		await unpublish(id);
	});

	it('uses an endpoint of an earlier time on, with a new secret and the events of now', async () => {
		const hook = crypto.randomUUID();
		const url = `${n8n.url}/webhook/${hook}/webhook`;
		const left = await api<Endpoint>('POST', '/webhook_endpoints', {
			name: 'left behind',
			url,
			event_types: ['batch.failed'],
		});
		const id = await create({}, hook);
		await n8n.activateWorkflow(id);
		await until(
			'it is registered',
			async () => (await endpoints())[0]!.event_types.length === 4 || undefined,
		);
		await until('its secret is known', async () => await secretOf(id).catch(() => undefined));
		await finished();

		expect((await endpoints()).map((endpoint) => endpoint.id)).toEqual([left.id]);
		expect(await started(id, 1)).toHaveLength(1);
		await unpublish(id);
	});

	it('works by hand, with the secret of the credential', async () => {
		const hook = crypto.randomUUID();
		const id = await create({ registration: 'manual' }, hook);
		await n8n.activateWorkflow(id);
		const url = `${n8n.url}/webhook/${hook}/webhook`;
		const body = eventOf(await finished());
		await until('n8n listens', async () => (await post(url, {}, body)).status !== 404 || undefined);
		const wrong = await post(url, signedHeaders(body, [newSecret()], 'wh_wrong', now()), body);
		const right = await post(url, signedHeaders(body, [OWN_SECRET], 'wh_right', now()), body);

		expect(await endpoints()).toEqual([]);
		expect([wrong.status, right.status]).toEqual([401, 200]);
		expect(await started(id, 1)).toHaveLength(1);
		await n8n.deactivateWorkflow(id);
	});

	it('works while the editor listens for a test event', async () => {
		const id = await create();
		const { triggerToStartFrom, headers } = {
			triggerToStartFrom: { name: TRIGGER },
			headers: { 'push-ref': n8n.push.ref },
		};
		await n8n.request('POST', `/rest/workflows/${id}/run`, { triggerToStartFrom }, headers);
		const [endpoint] = await endpoints();
		await post(endpoint!.url, {}, '{}');
		const batchId = await finished();
		const [execution] = await started(id, 1);

		expect(endpoint!.url).toContain('/webhook-test/');
		expect(nodeOutput(execution!, TRIGGER).items[0]!.json).toMatchObject({ batchId });
		await until('it is removed', async () => (await endpoints()).length === 0 || undefined);
	});

	it('shows no key and no secret in an execution, an answer or the log', async () => {
		const { id, endpoint } = await publish();
		const secret = await secretOf(id);
		const body = eventOf(await finished());
		const { text } = await post(
			endpoint.url,
			signedHeaders(body, [secret], 'wh_shown', now()),
			body,
		);
		await started(id, 2);
		const executions = await Promise.all(
			(await executionsOf(n8n, id)).map(async (execution) =>
				JSON.stringify(await n8n.request('GET', `/rest/executions/${execution.id}`)),
			),
		);
		const shown = [
			...executions,
			text,
			n8n.log(),
			readFileSync(join(n8n.userFolder, 'n8n.log'), 'utf8'),
		].join('\n');

		expect(executions).toHaveLength(2);
		for (const hidden of [secret, secret.slice('whsec_'.length), API_KEY, OWN_SECRET])
			expect(shown).not.toContain(hidden);
		await unpublish(id);
	});

	it('knows after a restart what it has accepted, and goes on with the same endpoint and secret', async () => {
		const userFolder = mkdtempSync(join(tmpdir(), 'gpt-image-n8n-'));
		// The address for OpenAI stays, whichever port n8n gets here.
		const start = async (): Promise<N8n> =>
			await startN8n({ userFolder, env: { WEBHOOK_URL: 'http://127.0.0.1:9/' } });
		const hook = crypto.randomUUID();
		let other = await start();
		const own = await other.createCredential({
			provider: 'openai',
			apiKey: API_KEY,
			baseUrl: simulator.baseUrl,
		});
		const id = await other.createWorkflow(
			triggered({
				...ourNode(TRIGGER, 'gptImageWebhookTrigger', {}, withCredential(own)),
				webhookId: hook,
			}),
		);
		await other.activateWorkflow(id);
		const secret = await until(
			'its secret is known',
			async () => await secretOf(id, other).catch(() => undefined),
		);
		const before = await endpoints();
		const batch = await submitBatch(simulator);
		await simulator.finishBatch(batch);
		const body = eventOf(batch);
		const delivery = signedHeaders(body, [secret], 'wh_before', now());
		const url = (): string => `${other.url}/webhook/${hook}/webhook`;
		const first = await post(url(), delivery, body);
		await other.stop();
		other = await start();
		await until(
			'n8n listens',
			async () => (await post(url(), {}, body)).status !== 404 || undefined,
		);
		const replayed = await post(url(), delivery, body);
		const next = await post(url(), signedHeaders(body, [secret], 'wh_after', now()), body);
		const executions = await executionsOf(other, id);
		const after = await endpoints();
		await other.deactivateWorkflow(id);
		await until('it is removed', async () => (await endpoints()).length === 0 || undefined);
		await other.stop();
		rmSync(userFolder, { recursive: true, force: true });

		expect([first.status, replayed.status, next.status]).toEqual([200, 409, 200]);
		expect(executions).toHaveLength(2);
		expect(before[0]!.url).toBe(`http://127.0.0.1:9/webhook/${hook}/webhook`);
		expect(after).toEqual(before);
	});
});
