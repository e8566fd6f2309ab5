import { LLMock } from '@copilotkit/aimock';
import OpenAI, { toFile } from 'openai';
import { startSimulator, type Simulator } from '../simulator/index.mts';
import { rejection } from './support.mts';

/** What the official client sees of the life of a batch. */
interface Life {
	statuses: string[];
	file: Record<string, unknown>;
	batch: Record<string, unknown>;
	listed: string[];
	page: Record<string, unknown>;
	lines: Record<string, unknown>[];
	afterwards: { cancel: unknown; missing: unknown; deleted: unknown };
}

/** Uploads, creates, looks until it has ended, downloads, deletes: the same steps against any server. */
async function live(
	client: OpenAI,
	endpoint: string,
	body: object,
	between: () => Promise<void>,
): Promise<Life> {
	const line = (id: string) =>
		JSON.stringify({ custom_id: id, method: 'POST', url: endpoint, body });
	const input = await client.files.create({
		file: await toFile(Buffer.from(`${line('a')}\n${line('b')}\n`), 'in.jsonl'),
		purpose: 'batch',
	});
	const created = await client.batches.create({
		input_file_id: input.id,
		endpoint: endpoint as '/v1/responses',
		completion_window: '24h',
		metadata: { label: 'peer' },
	});
	const statuses = [created.status as string];
	let batch = created;
	while (!['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) {
		batch = await client.batches.retrieve(created.id);
		if (statuses.at(-1) !== batch.status) statuses.push(batch.status);
		if (batch.status === 'in_progress') await between();
	}
	const page = await client.batches.list({ limit: 1 });
	const text = await (await client.files.content(batch.output_file_id ?? '')).text();
	return {
		statuses,
		file: { ...(await client.files.retrieve(input.id)) },
		batch: { ...batch },
		listed: page.data.map(({ id }) => id),
		page: { has_more: page.has_more },
		lines: text
			.trim()
			.split('\n')
			.map((one) => JSON.parse(one) as Record<string, unknown>),
		afterwards: {
			cancel:
				((await rejection(client.batches.cancel(batch.id))) as { status: number }).status >= 400,
			missing: ((await rejection(client.batches.retrieve('batch_missing'))) as { status: number })
				.status,
			deleted: (await client.files.delete(input.id)).deleted,
		},
	};
}

/** Names and types of what is there; null counts as not there, because both leave out what has not happened in their own way. */
function shapeOf(value: Record<string, unknown>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(value)
			.filter(([, entry]) => entry !== null && entry !== undefined)
			.map(([name, entry]) => [name, Array.isArray(entry) ? 'array' : typeof entry]),
	);
}

/** An independent stand-in of the same API. It knows no images, so each server gets its own kind of request. */
describe('files and batches, beside an independent peer', () => {
	let peer: LLMock;
	let simulator: Simulator;
	let theirs: Life;
	let ours: Life;
	beforeAll(async () => {
		peer = new LLMock({ port: 0 });
		await peer.start();
		simulator = await startSimulator({ holdBatches: true });
		const client = (baseURL: string) =>
			new OpenAI({ baseURL, apiKey: 'sk-simulator', maxRetries: 0 });
		theirs = await live(
			client(`${peer.url}/v1`),
			'/v1/responses',
			{ model: 'gpt-x', input: 'x' },
			async () => undefined,
		);
		const finish = async () => await simulator.finishBatch(simulator.batches[0]?.id ?? '');
		ours = await live(
			client(simulator.baseUrl),
			'/v1/images/generations',
			{ model: 'gpt-image-2', prompt: 'x', quality: 'low' },
			finish,
		);
	});
	afterAll(async () => {
		await peer.stop();
		await simulator.close();
	});

	it('a batch goes through the same states', () => {
		// The peer never lingers in finalizing; here it is over before a client can look.
		expect(ours.statuses).toEqual(theirs.statuses);
		expect(ours.statuses).toEqual(['validating', 'in_progress', 'completed']);
	});

	it('files, batches and lists have at least the fields that the peer has, of the same types', () => {
		expect(shapeOf(ours.file)).toMatchObject(shapeOf(theirs.file));
		expect(shapeOf(ours.batch)).toMatchObject(shapeOf(theirs.batch));
		expect(ours.page).toEqual(theirs.page);
		expect([ours.listed, theirs.listed]).toEqual([[ours.batch['id']], [theirs.batch['id']]]);
		expect(ours.batch['request_counts']).toEqual(theirs.batch['request_counts']);
		expect(ours.batch['metadata']).toEqual(theirs.batch['metadata']);
	});

	it('result lines have the same fields, one for each request', () => {
		const ids = (life: Life) => life.lines.map((line) => line['custom_id']).sort();
		const shape = (life: Life) =>
			life.lines.map((line) => [
				shapeOf(line),
				shapeOf(line['response'] as Record<string, unknown>),
			]);

		expect(ids(ours)).toEqual(ids(theirs));
		expect(shape(ours)).toEqual(shape(theirs));
	});

	it('what can not be done any more is answered alike', () => {
		expect(ours.afterwards).toEqual(theirs.afterwards);
	});
});
