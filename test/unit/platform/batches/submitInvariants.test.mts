import { jest } from '@jest/globals';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { GptImage } from '../../../../nodes/GptImage/GptImage.node';
import { BatchAccount, NO_TROUBLES } from '../../fixtures/batchAccount.mts';
import { fakeN8n, type FakeSetup } from '../../fixtures/fakeN8n.mts';
import { TODAY } from '../../fixtures/models.mts';
import { seeded, type Random } from '../../fixtures/random.mts';

const PARAMETERS = {
	resource: 'batch',
	operation: 'submit',
	endpoint: 'generate',
	model: { mode: 'id', value: 'gpt-image-2' },
	quality: 'low',
	size: '1024x1024',
	count: 1,
	options: {},
};

interface Try {
	items: INodeExecutionData[];
	error: Error | null;
	isCancelled: boolean;
	hints: string[];
}

beforeEach(() =>
	jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'], now: TODAY }),
);
afterEach(() => jest.useRealTimers());

/** Lets time pass as long as something waits for it. */
async function inTime<T>(work: Promise<T>): Promise<T> {
	let isDone = false;
	void work
		.finally(() => {
			isDone = true;
		})
		.catch(() => undefined);
	while (!isDone) {
		await new Promise((resolve) => setImmediate(resolve));
		await jest.advanceTimersByTimeAsync(250);
	}
	return await work;
}

async function submit(
	account: BatchAccount,
	rows: number,
	nodeContext: IDataObject,
	setup: FakeSetup & {
		requestsPerBatch: number;
		mode?: string;
		run?: object;
		prompts?: string;
		models?: string[];
	},
): Promise<Try> {
	const {
		requestsPerBatch,
		mode = 'manual',
		run = {},
		prompts = 'picture',
		models = ['gpt-image-2'],
		...more
	} = setup;
	const parameters = (itemIndex: number) => ({
		...PARAMETERS,
		model: { mode: 'id', value: models[itemIndex % models.length] },
		prompt: `${prompts} ${itemIndex}`,
		customId: `row-${itemIndex}`,
		label: '',
		requestsPerBatch,
		run: { maxAttempts: 3, ...run },
	});
	const { context, hints: told } = fakeN8n({
		input: Array.from({ length: rows }, () => ({ json: {} })),
		parameters,
		nodeContext,
		answer: account.answer,
		...more,
	});
	const work = new GptImage().execute.call(
		Object.assign(context, { getWorkflow: () => ({ id: 'w' }), getMode: () => mode }),
	);
	const ended = await inTime(
		work.then(
			([items = []]) => ({ items, error: null }),
			(error: Error) => ({ items: [], error }),
		),
	);
	return { ...ended, isCancelled: false, hints: told.map(({ message }) => message) };
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
		const setup = {
			requestsPerBatch: random.int(1, 9),
			executionId: String(executionId),
			cancelSignal: abort.signal,
			...(random.next() < 0.5 ? CONTINUE : {}),
		};
		const attempt = await submit(account, rows, memory, setup);
		all.push({ ...attempt, isCancelled: abort.signal.aborted });
		memory = stored(memory);
		// All items came out in batches, or were given back as failed: n8n runs the node once more only if it has failed.
		const { error, items } = all.at(-1) as Try;
		if (error === null && !abort.signal.aborted && items.every(({ json }) => json['batchId']))
			break;
	}
	return all;
}

describe('whatever goes wrong', () => {
	it.each(Array.from({ length: 60 }, (_, seed) => seed))(
		'no line is in two batches, all are in one in the end, and no file is left over (seed %d)',
		async (seed) => {
			const random = seeded(seed);
			const account = new BatchAccount(random);
			account.room = random.next() < 0.4 ? random.int(4, 12) : Infinity;
			const rows = random.int(5, 25);
			const all = await tries(account, random, rows);
			const last = all.at(-1) as Try;

			expect(last.error).toBeNull();
			expect(account.mostOfALine).toBe(1);
			expect([...account.counts().values()]).toEqual(Array.from({ length: rows }, () => 1));
			expect(last.items.reduce((sum, { json }) => sum + Number(json['requestCount'] ?? 0), 0)).toBe(
				rows,
			);
			// Who is cancelled sends nothing more, and OpenAI deletes what is left after 30 days.
			if (all.every(({ isCancelled }) => !isCancelled)) expect(account.orphans()).toEqual([]);
		},
	);
});

describe('two retries of an execution at the same moment, in two processes', () => {
	const both = async (sizes: readonly [number, number], account: BatchAccount) => {
		const memory: IDataObject = {};
		account.failsAfter = 0;
		await submit(account, 6, memory, { requestsPerBatch: 3, executionId: '1' });
		account.failsAfter = Infinity;
		const kept = stored(memory);
		const retry = async (executionId: string, requestsPerBatch: number) =>
			await submit(account, 6, stored(kept), { requestsPerBatch, executionId, mode: 'retry' });
		const first = await retry('2', sizes[0]);
		account.listsFrom = account.batches.length + 1;
		return [first, await retry('3', sizes[1])] as const;
	};

	it('divided alike: of each two batches the younger one is cancelled', async () => {
		const account = new BatchAccount(seeded(1));
		const [, second] = await both([6, 6], account);

		expect(account.batches.map(({ status }) => status)).toEqual(['in_progress', 'cancelled']);
		expect(second.items.map(({ json }) => json['reused'])).toEqual([true]);
		// Without it, no trigger starts for the cancelled one; what it may have made all the same can be collected.
		const { inputFileId, metadata } = account.batches[1]!;
		expect([inputFileId, metadata['manifest_file_id']!].map((id) => account.files.has(id))).toEqual(
			[false, true],
		);
	});

	it.each([
		[4, 6],
		[6, 4],
	] as const)(
		'divided otherwise (%i and %i): each request that is billed twice is told of',
		async (...sizes) => {
			const account = new BatchAccount(seeded(1));
			const [first, second] = await both(sizes, account);
			const told = second.hints.filter((hint) => /another retry/.test(hint)).join();
			const ids = (items: INodeExecutionData[]) => items.map(({ json }) => String(json['batchId']));

			expect([...account.counts().values()]).toEqual(Array(6).fill(2));
			for (const id of [...ids(first.items), ...ids(second.items)]) expect(told).toContain(id);
			expect(told).toContain('They are made and billed twice.');
		},
	);
});

describe('an execution whose books are lost, because n8n was killed', () => {
	const account = () => new BatchAccount(seeded(1));

	it('finds by their manifests what it has submitted, and submits the rest', async () => {
		const openai = account();
		await submit(openai, 6, {}, { requestsPerBatch: 3, executionId: '1' });
		const retried = await submit(
			openai,
			9,
			{},
			{ requestsPerBatch: 4, executionId: '2', mode: 'retry' },
		);

		expect([...openai.counts().values()]).toEqual(Array.from({ length: 9 }, () => 1));
		expect(retried.items.map(({ json }) => [json['reused'], json['requestCount']])).toEqual([
			[true, 3],
			[true, 3],
			[false, 3],
		]);
	});

	it('is told apart from a run of its own, and from another node, another workflow and another day', async () => {
		const openai = account();
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '1' });
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '2', mode: 'trigger' });
		await submit(
			openai,
			2,
			{},
			{ requestsPerBatch: 3, executionId: '3', mode: 'retry', runIndex: 1 },
		);
		expect([...openai.counts().values()]).toEqual([3, 3]);

		jest.advanceTimersByTime(25 * 3_600_000);
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '4', mode: 'retry' });
		expect([...openai.counts().values()]).toEqual([4, 4]);
	});

	it('submits nothing while it can not be told', async () => {
		const openai = account();
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '1' });
		openai.troubles = { refused: 1, unclear: 0, lost: 0 };
		const { error } = await submit(
			openai,
			2,
			{},
			{ requestsPerBatch: 3, executionId: '2', mode: 'retry' },
		);

		expect(error).not.toBeNull();
		expect(openai.batches).toHaveLength(1);
	});

	it.each(['gone', 'cut'])(
		'submits nothing where the manifest of a batch is %s, and says what to do',
		async (how) => {
			const openai = account();
			await submit(openai, 4, {}, { requestsPerBatch: 4, executionId: '1' });
			const manifest = openai.batches[0]?.metadata['manifest_file_id'] ?? '';
			if (how === 'gone') openai.files.delete(manifest);
			else openai.files.set(manifest, (openai.files.get(manifest) ?? '').slice(0, -20));
			const { error } = await submit(
				openai,
				4,
				{},
				{ requestsPerBatch: 4, executionId: '2', mode: 'retry' },
			);

			expect(error?.message).toContain(
				"its manifest can't be read, so this retry submits nothing. Collect batch_",
			);
			expect(openai.batches).toHaveLength(1);
		},
	);

	it('is not the books of one that ended in order: a retry of it does not take the batches of an earlier day for its own', async () => {
		const openai = account();
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '1' });
		const memory: IDataObject = {};
		openai.troubles = { refused: 1, unclear: 0, lost: 0 };
		const failed = await submit(openai, 2, memory, { requestsPerBatch: 3, executionId: '2' });
		openai.troubles = NO_TROUBLES;
		await submit(openai, 2, stored(memory), {
			requestsPerBatch: 3,
			executionId: '3',
			mode: 'retry',
		});

		expect(failed.error).not.toBeNull();
		expect([...openai.counts().values()]).toEqual([2, 2]);
	});

	it('is looked for by the run of a loop that is tried again, and by none behind it', async () => {
		const openai = account();
		for (const runIndex of [0, 1, 2])
			await submit(openai, 1, {}, { requestsPerBatch: 1, executionId: '1', runIndex });
		const memory: IDataObject = {};
		const retried: Try[] = [];
		for (const runIndex of [1, 2])
			retried.push(
				await submit(openai, 1, memory, {
					requestsPerBatch: 1,
					executionId: '2',
					mode: 'retry',
					runIndex,
				}),
			);

		expect(retried.flatMap(({ items }) => items.map(({ json }) => json['reused']))).toEqual([
			true,
			false,
		]);
	});

	it('is still looked for after a retry that could not find out', async () => {
		const openai = account();
		const memory: IDataObject = {};
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '1' });
		openai.troubles = { refused: 1, unclear: 0, lost: 0 };
		await submit(openai, 2, memory, { requestsPerBatch: 3, executionId: '2', mode: 'retry' });
		openai.troubles = NO_TROUBLES;
		await submit(openai, 2, stored(memory), {
			requestsPerBatch: 3,
			executionId: '3',
			mode: 'retry',
		});

		expect([...openai.counts().values()]).toEqual([1, 1]);
	});

	it('counts what a cancelled batch has made, which is paid for', async () => {
		const openai = account();
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '1' });
		Object.assign(openai.batches[0] ?? {}, { status: 'cancelled', completed: 1 });
		const { items } = await submit(
			openai,
			2,
			{},
			{ requestsPerBatch: 3, executionId: '2', mode: 'retry' },
		);

		expect(items).toMatchObject([{ json: { reused: true, status: 'cancelled' } }]);
		expect(openai.batches).toHaveLength(1);
	});

	it('comes to an end where the provider lists the same page for ever', async () => {
		const openai = account();
		await submit(openai, 2, {}, { requestsPerBatch: 3, executionId: '1' });
		openai.hasMore = true;
		const { error } = await submit(
			openai,
			2,
			{},
			{ requestsPerBatch: 3, executionId: '2', mode: 'retry' },
		);

		expect(error?.message).toContain('the same ones again');
	});
});

describe('a batch that is still checked when the next try begins', () => {
	const retried = async (run: object) => {
		const openai = new BatchAccount(seeded(1));
		const memory: IDataObject = {};
		openai.checksFor = 120_000;
		openai.failsAfter = 2;
		await submit(openai, 6, memory, {
			requestsPerBatch: 2,
			executionId: '1',
			run: { maxQueueWaitMinutes: 0 },
		});
		openai.failsAfter = Infinity;
		openai.room = 1;
		const begin = Date.now();
		const { items } = await submit(openai, 6, stored(memory), {
			requestsPerBatch: 2,
			executionId: '2',
			mode: 'retry',
			run,
			...CONTINUE,
		});
		return { openai, items, took: Date.now() - begin };
	};

	it('is submitted again if it turns out that there was no room for it', async () => {
		const { openai, items } = await retried({});

		expect(items.map(({ json }) => json['requestCount'])).toEqual([1, 1, 1, 1, 1, 1]);
		expect([...openai.counts().values()]).toEqual([1, 1, 1, 1, 1, 1]);
	});

	it('is not waited for where nothing waits for room', async () => {
		const { items, took } = await retried({ maxQueueWaitMinutes: 0 });

		expect(items.map(({ json }) => json['status'])).toEqual([
			'validating',
			'validating',
			'validating',
		]);
		expect(took).toBeLessThan(60_000);
	});
});

describe('a try with items that have changed', () => {
	it('says which batch still makes what was asked for before', async () => {
		const openai = new BatchAccount(seeded(1));
		const memory: IDataObject = {};
		openai.failsAfter = 1;
		await submit(openai, 4, memory, { requestsPerBatch: 2, executionId: '1' });
		openai.failsAfter = Infinity;
		const { hints, items } = await submit(openai, 4, stored(memory), {
			requestsPerBatch: 2,
			executionId: '2',
			mode: 'retry',
			prompts: 'another',
		});

		expect(items).toHaveLength(2);
		expect(hints.join('\n')).toMatch(
			/^batch_\d+, which an earlier try submitted, contains 2 requests that match no item any more/m,
		);
	});
});

describe('an account with much else in it', () => {
	it('has the batch whose answer was lost found behind hundreds that came later', async () => {
		const openai = new BatchAccount(seeded(1));
		const memory: IDataObject = {};
		openai.isLosing = true;
		await submit(openai, 2, memory, { requestsPerBatch: 2, executionId: '1' });
		openai.isLosing = false;
		openai.others = 350;
		const { items } = await submit(openai, 2, stored(memory), {
			requestsPerBatch: 2,
			executionId: '2',
			mode: 'retry',
		});

		expect(items).toMatchObject([{ json: { reused: true } }]);
		expect([...openai.counts().values()]).toEqual([1, 1]);
	});

	it('has a batch divided that is larger than the room, though batches of chats go on for ever', async () => {
		const openai = new BatchAccount(seeded(1));
		openai.others = 3;
		openai.room = 4;
		const begin = Date.now();
		const { items } = await submit(openai, 6, {}, { requestsPerBatch: 6, executionId: '1' });

		expect(items.map(({ json }) => json['requestCount'])).toEqual([3, 3]);
		expect(Date.now() - begin).toBeLessThan(15 * 60_000);
	});

	it('whose queue is full for a model takes the batches of another one', async () => {
		const openai = new BatchAccount(seeded(1));
		openai.roomOf = { 'gpt-image-2': 0 };
		const { items } = await submit(
			openai,
			12,
			{},
			{
				requestsPerBatch: 1,
				executionId: '1',
				models: ['gpt-image-2', 'gpt-image-2', 'gpt-image-1-mini'],
				run: { maxQueueWaitMinutes: 10 },
				...CONTINUE,
			},
		);

		expect(items.map(({ json }) => json['code'] ?? json['model'])).toEqual([
			...Array.from({ length: 4 }, () => 'gpt-image-1-mini'),
			...Array.from({ length: 8 }, () => 'token_limit_exceeded'),
		]);
		expect(openai.batches.filter(({ status }) => status === 'failed').length).toBeLessThan(20);
	});
});

describe('a queue that has no room at all', () => {
	it('is tried ever more rarely, to the end of the time', async () => {
		const openai = new BatchAccount(seeded(1));
		openai.room = 0;
		const begin = Date.now();
		const { items } = await submit(
			openai,
			2,
			{},
			{ requestsPerBatch: 2, executionId: '1', run: { maxQueueWaitMinutes: 240 }, ...CONTINUE },
		);
		const hours = (Date.now() - begin) / 3_600_000;

		expect(items.map(({ json }) => json['code'])).toEqual([
			'token_limit_exceeded',
			'token_limit_exceeded',
		]);
		expect(hours).toBeGreaterThan(3.9);
		expect(hours).toBeLessThan(4.2);
		expect(openai.batches.length).toBeLessThan(25);
		expect(openai.orphans()).toEqual([]);
	});
});

describe('books of submissions with an odd entry', () => {
	/** Two batches, then a refusal. */
	const failed = async (isTool: boolean) => {
		const openai = new BatchAccount(seeded(1));
		const memory: IDataObject = {};
		openai.failsAfter = 2;
		await submit(openai, 3, memory, { requestsPerBatch: 1, executionId: '1', isTool });
		openai.failsAfter = Infinity;
		return { openai, memory: stored(memory) };
	};
	const spoil = ({ submissions }: IDataObject, book: string, odd: unknown): void => {
		const entries = (submissions as Record<string, IDataObject>)[book] ?? {};
		const [name = ''] = Object.keys(entries);
		entries[name] = odd as never;
	};

	it.each([null, 5, { lines: 'x' }])(
		'%j of an agent’s failed call: the next call finds what was submitted',
		async (odd) => {
			const { openai, memory } = await failed(true);
			spoil(memory, 'undelivered', odd);
			const setup = { requestsPerBatch: 1, executionId: '1', isTool: true };
			await submit(openai, 1, memory, { ...setup, runIndex: 1, prompts: 'another' });
			const { items } = await submit(openai, 3, memory, { ...setup, runIndex: 2 });

			expect(items.map(({ json }) => json['reused'])).toEqual([true, true, false]);
			expect(openai.batches).toHaveLength(4);
		},
	);

	it.each(['odd', []])(
		'%j instead of them: an agent’s next call finds what was submitted',
		async (odd) => {
			const { openai, memory } = await failed(true);
			memory['submissions'] = odd as never;
			const setup = { requestsPerBatch: 1, executionId: '1', isTool: true };
			await submit(openai, 1, memory, { ...setup, runIndex: 1, prompts: 'another' });
			await submit(openai, 3, stored(memory), { ...setup, runIndex: 2 });

			expect(openai.batches).toHaveLength(4);
		},
	);

	it('stay known as such until the provider has told what was submitted', async () => {
		const { openai, memory } = await failed(false);
		spoil(memory, 'run 0', 'odd');
		const setup = { requestsPerBatch: 1, executionId: '1' };
		openai.troubles = { refused: 1, unclear: 0, lost: 0 };
		const unclear = await submit(openai, 3, memory, setup);
		openai.troubles = NO_TROUBLES;
		const { items } = await submit(openai, 3, stored(memory), setup);

		expect(unclear.error).not.toBeNull();
		expect(items.map(({ json }) => json['reused'])).toEqual([true, true, false]);
		expect(openai.batches).toHaveLength(3);
	});
});

describe('a call of an agent', () => {
	it('does not wait for room in the queue, unless the node is told to', async () => {
		const openai = new BatchAccount(seeded(1));
		openai.room = 1;
		const begin = Date.now();
		const call = await submit(
			openai,
			2,
			{},
			{ requestsPerBatch: 1, executionId: '1', isTool: true, ...CONTINUE },
		);
		const took = Date.now() - begin;
		const patient = await submit(
			openai,
			2,
			{},
			{
				requestsPerBatch: 1,
				executionId: '2',
				isTool: true,
				run: { maxQueueWaitMinutes: 60 },
				...CONTINUE,
			},
		);

		expect(call.items.map(({ json }) => json['code'] ?? 'submitted')).toEqual([
			'submitted',
			'token_limit_exceeded',
		]);
		expect(took).toBeLessThan(60_000);
		expect(patient.items.map(({ json }) => json['code'] ?? 'submitted')).toEqual([
			'submitted',
			'submitted',
		]);
	});
});
