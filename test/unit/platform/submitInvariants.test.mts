import { jest } from '@jest/globals';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { BatchAccount, NO_TROUBLES } from '../fixtures/batchAccount.mts';
import { fakeN8n, type FakeSetup } from '../fixtures/fakeN8n.mts';
import { seeded, type Random } from '../fixtures/random.mts';

const PARAMETERS = { resource: 'batch', operation: 'submit', endpoint: 'generate', model: { mode: 'id', value: 'gpt-image-2' }, quality: 'low', size: '1024x1024', count: 1, options: {} };

interface Try {
	items: INodeExecutionData[];
	error: Error | null;
	isCancelled: boolean;
}

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

/** Lets time pass as long as something waits for it. */
async function inTime<T>(work: Promise<T>): Promise<T> {
	let isDone = false;
	void work.finally(() => {
		isDone = true;
	}).catch(() => undefined);
	while (!isDone) {
		await new Promise((resolve) => setImmediate(resolve));
		await jest.advanceTimersByTimeAsync(250);
	}
	return await work;
}

async function submit(account: BatchAccount, rows: number, nodeContext: IDataObject, setup: FakeSetup & { requestsPerBatch: number; mode?: string; run?: object }): Promise<Try> {
	const { requestsPerBatch, mode = 'manual', run = {}, ...more } = setup;
	const parameters = (itemIndex: number) => ({ ...PARAMETERS, prompt: `picture ${itemIndex}`, customId: `row-${itemIndex}`, label: '', requestsPerBatch, run: { maxAttempts: 3, ...run } });
	const { context } = fakeN8n({ input: Array.from({ length: rows }, () => ({ json: {} })), parameters, nodeContext, answer: account.answer, ...more });
	const work = new GptImage().execute.call(Object.assign(context, { getWorkflow: () => ({ id: 'w' }), getMode: () => mode }));
	return await inTime(work.then(([items = []]) => ({ items, error: null, isCancelled: false }), (error: Error) => ({ items: [], error, isCancelled: false })));
}

/** n8n stores what a node remembers as JSON. */
const stored = (data: IDataObject): IDataObject => JSON.parse(JSON.stringify(data)) as IDataObject;

const CONTINUE = { continueOnFail: true };

/** Tries with troubles, each with batches of another size and perhaps cancelled, then one without. */
async function tries(account: BatchAccount, random: Random, rows: number): Promise<Try[]> {
	let memory: IDataObject = {};
	const all: Try[] = [];
	for (let executionId = 1; executionId <= 4; executionId++) {
		const isLast = executionId === 4;
		account.troubles = isLast ? NO_TROUBLES : { refused: 0.06, unclear: 0.15, lost: 0.15 };
		const abort = new AbortController();
		const cancelAfter = !isLast && random.next() < 0.25 ? random.int(1, 20) : Infinity;
		let calls = 0;
		account.onCall = () => {
			calls += 1;
			if (calls === cancelAfter) abort.abort();
		};
		const setup = { requestsPerBatch: random.int(1, 9), executionId: String(executionId), cancelSignal: abort.signal, ...(random.next() < 0.5 ? CONTINUE : {}) };
		const attempt = await submit(account, rows, memory, setup);
		all.push({ ...attempt, isCancelled: abort.signal.aborted });
		memory = stored(memory);
		// All items came out in batches, or were given back as failed: n8n runs the node once more only if it has failed.
		const { error, items } = all.at(-1) as Try;
		if (error === null && !abort.signal.aborted && items.every(({ json }) => json['batchId'])) break;
	}
	return all;
}

describe('whatever goes wrong', () => {
	it.each(Array.from({ length: 60 }, (_, seed) => seed))('no line is in two batches, all are in one in the end, and no file is left over (seed %d)', async (seed) => {
		const random = seeded(seed);
		const account = new BatchAccount(random);
		account.room = random.next() < 0.4 ? random.int(4, 12) : Infinity;
		const rows = random.int(5, 25);
		const all = await tries(account, random, rows);
		const last = all.at(-1) as Try;

		expect(last.error).toBeNull();
		expect(account.mostOfALine).toBe(1);
		expect([...account.counts().values()]).toEqual(Array.from({ length: rows }, () => 1));
		expect(last.items.reduce((sum, { json }) => sum + Number(json['requestCount'] ?? 0), 0)).toBe(rows);
		// Who is cancelled sends nothing more, and OpenAI deletes what is left after 30 days.
		if (all.every(({ isCancelled }) => !isCancelled)) expect(account.orphans()).toEqual([]);
	});
});

describe('an execution whose books are lost, because n8n was killed', () => {
	const account = () => new BatchAccount(seeded(1));

	it('finds by their manifests what it has submitted, and submits the rest', async () => {
		const openai = account();
		await submit(openai, 6, {}, { requestsPerBatch: 3, executionId: '1' });
		const retried = await submit(openai, 9, {}, { requestsPerBatch: 4, executionId: '2', mode: 'retry' });

		expect([...openai.counts().values()]).toEqual(Array.from({ length: 9 }, () => 1));
		expect(retried.items.map(({ json }) => [json['reused'], json['requestCount']])).toEqual([[true, 3], [true, 3], [false, 3]]);
	});

	it('is told apart from a run of its own, and from another node, another workflow and another day', async () => {
		const openai = account();
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '1' });
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '2', mode: 'trigger' });
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '3', mode: 'retry', runIndex: 1 });
		expect([...openai.counts().values()]).toEqual([3, 3]);

		jest.advanceTimersByTime(25 * 3_600_000);
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '4', mode: 'retry' });
		expect([...openai.counts().values()]).toEqual([4, 4]);
	});

	it('submits nothing while it can not be told', async () => {
		const openai = account();
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '1' });
		openai.troubles = { refused: 1, unclear: 0, lost: 0 };
		const { error } = await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '2', mode: 'retry' });

		expect(error).not.toBeNull();
		expect(openai.batches).toHaveLength(1);
	});
});
