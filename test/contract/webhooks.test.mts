import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toFile } from 'openai';
import { clientOf, closeAll, rejection, simulate } from './support.mts';

interface Call {
	body: string;
	headers: IncomingHttpHeaders;
}

const servers: Server[] = [];

/** Somebody who is told; answers with these statuses, the last one for good. */
async function receiver(statuses: number[]): Promise<{ url: string; calls: Call[] }> {
	const calls: Call[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			calls.push({ body: Buffer.concat(chunks).toString(), headers: request.headers });
			response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200).end();
		});
	});
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, calls };
}

afterEach(async () => {
	await closeAll();
	await Promise.all(
		servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
	);
});

const LINE = {
	custom_id: 'a',
	method: 'POST',
	url: '/v1/images/generations',
	body: { model: 'gpt-image-2', prompt: 'x', quality: 'low' },
};

async function finishOne(simulator: Awaited<ReturnType<typeof simulate>>): Promise<string> {
	const client = clientOf(simulator);
	const input = await client.files.create({
		file: await toFile(Buffer.from(`${JSON.stringify(LINE)}\n`), 'in.jsonl'),
		purpose: 'batch',
	});
	const batch = await client.batches.create({
		input_file_id: input.id,
		endpoint: '/v1/images/generations',
		completion_window: '24h',
	});
	await simulator.settled();
	return batch.id;
}

it('tells of a finished batch, signed so that the official client believes it', async () => {
	const simulator = await simulate();
	const client = clientOf(simulator);
	const { url, calls } = await receiver([200]);
	const endpoint = await client.webhooks.create({
		event_types: ['batch.completed'],
		name: 'n8n',
		url,
	});
	const batchId = await finishOne(simulator);
	const [call] = calls;
	const event = await client.webhooks.unwrap(
		call?.body ?? '',
		call?.headers as Record<string, string>,
		endpoint.signing_secret,
	);

	expect(event).toMatchObject({ object: 'event', type: 'batch.completed', data: { id: batchId } });
	expect(simulator.webhookDeliveries).toMatchObject([
		{ url, type: 'batch.completed', batchId, attempt: 1, status: 200 },
	]);
	await rejection(
		client.webhooks.unwrap(
			`${call?.body} `,
			call?.headers as Record<string, string>,
			endpoint.signing_secret,
		),
	);
	await rejection(
		client.webhooks.unwrap(
			call?.body ?? '',
			call?.headers as Record<string, string>,
			'whsec_bm90IHRoZSBzZWNyZXQ=',
		),
	);
});

it('tells again, under the same id, when nobody takes it', async () => {
	const simulator = await simulate({ webhookRetryDelaysMs: [1, 1] });
	const { url, calls } = await receiver([500, 404, 200]);
	await clientOf(simulator).webhooks.create({ event_types: ['batch.completed'], name: 'n8n', url });
	await finishOne(simulator);

	expect(simulator.webhookDeliveries.map(({ status }) => status)).toEqual([500, 404, 200]);
	expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

it('tells nobody of what they did not ask for', async () => {
	const simulator = await simulate();
	const { url, calls } = await receiver([200]);
	await clientOf(simulator).webhooks.create({ event_types: ['batch.failed'], name: 'n8n', url });
	await finishOne(simulator);

	expect(calls).toEqual([]);
});

it('manages endpoints as the official client does', async () => {
	const simulator = await simulate();
	const client = clientOf(simulator);
	const { url } = await receiver([204]);
	const made = await client.webhooks.create({
		event_types: ['batch.completed', 'batch.failed'],
		name: 'one',
		url,
	});
	const listed = await client.webhooks.list();

	expect(made.signing_secret).toMatch(/^whsec_/);
	expect(listed.data).toHaveLength(1);
	expect(JSON.stringify(listed.data)).not.toContain(made.signing_secret);
	expect(await client.webhooks.update(made.id, { name: 'two' })).toMatchObject({
		name: 'two',
		url,
	});
	expect((await client.webhooks.rotateSecret(made.id)).signing_secret).not.toBe(
		made.signing_secret,
	);
	expect(await client.webhooks.test(made.id, { event_type: 'batch.completed' })).toMatchObject({
		success: true,
		status_code: 204,
	});
	expect(
		await rejection(client.webhooks.create({ event_types: [], name: 'x', url })),
	).toMatchObject({ status: 400 });
	expect(
		await rejection(
			client.webhooks.create({ event_types: ['batch.completed'], name: 'x', url: 'ftp://x' }),
		),
	).toMatchObject({ status: 400 });
	await client.webhooks.delete(made.id);
	expect(await rejection(client.webhooks.retrieve(made.id))).toMatchObject({ status: 404 });
});
