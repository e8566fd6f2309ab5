import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { pollFinished } from '../../../../nodes/platform/batches/finishedPoll';
import { fakeN8n, jsonAnswer, NODE, type FakeAnswer } from '../../fixtures/fakeN8n.mts';
import { withOddValues } from '../../fixtures/oddData.mts';

interface Listed {
	id: string;
	created_at: number;
	completed_at: number | null;
	metadata?: object;
	endpoint?: string;
	output_file_id?: string | null;
	request_counts?: object;
}

type Deferred = { resolve: (value: unknown) => void; reject: (error: Error) => void };

/** A node of a workflow that n8n polls; `data` is its static data. */
class Poller {
	readonly started: string[] = [];

	readonly errors: string[] = [];

	listed: Listed[] = [];

	/** How n8n fares with an execution. */
	onStart: (done: Deferred) => void = (done) => done.resolve({});

	answer: (url: string) => FakeAnswer | Promise<FakeAnswer> | null = () => null;

	readonly items: INodeExecutionData[][] = [];

	budgetMs = 60_000;

	/** How the workflow came to be polled. */
	activation = 'activate';

	readonly log: string[] = [];

	readonly stored: string[] = [];

	private readonly workflow = randomUUID();

	async poll(data: IDataObject, parameters: Record<string, unknown> = {}): Promise<void> {
		await pollFinished(this.context(data, parameters));
	}

	finish(id: string, at = 2000, more: Partial<Listed> = {}): void {
		this.listed = this.listed.map((batch) =>
			batch.id === id ? { ...batch, completed_at: at, ...more } : batch,
		);
	}

	private context(data: IDataObject, parameters: Record<string, unknown>): IPollFunctions {
		const { context } = fakeN8n({
			keepsFiles: true,
			store: ({ fileName }) => this.stored.push(fileName),
			answer: ({ url }) =>
				this.answer(url) ??
				jsonAnswer({ object: 'list', has_more: false, data: this.listed.map(asBatch) }),
		});
		const deferred = () => {
			let settle: Partial<Deferred> = {};
			const promise = new Promise((resolve, reject) => {
				settle = { resolve, reject };
			});
			return { promise, ...settle };
		};
		return {
			...context,
			helpers: { ...context.helpers, createDeferredPromise: deferred },
			logger: Object.fromEntries(
				['info', 'warn', 'error'].map((level) => [
					level,
					(message: string) => this.log.push(`${level}: ${message}`),
				]),
			),
			getMode: () => 'trigger',
			getActivationMode: () => this.activation,
			getNode: () => NODE,
			getWorkflow: () => ({ id: this.workflow }),
			getWorkflowStaticData: () => data,
			getPollBudgetMs: () => this.budgetMs,
			getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
			__emit: (items: INodeExecutionData[][], _: unknown, done: Deferred) => {
				this.started.push(String(items[0]?.[0]?.json['batchId']));
				this.items.push(items[0] ?? []);
				this.onStart(done);
			},
			__emitError: (error: Error) => this.errors.push(error.message),
		} as unknown as IPollFunctions;
	}
}

const asBatch = ({ completed_at, ...batch }: Listed) => ({
	completed_at,
	object: 'batch',
	status: completed_at === null ? 'in_progress' : 'completed',
	endpoint: '/v1/images/generations',
	input_file_id: 'file-in',
	output_file_id: completed_at === null ? null : 'file-out',
	...batch,
});

/** A clock that goes on with each look at it. */
const passing = (ms: number): (() => number) => {
	let now = 0;
	return () => (now += ms);
};

afterEach(() => jest.restoreAllMocks());

const open = (...ids: string[]): Listed[] =>
	ids.map((id, index) => ({ id, created_at: 1000 - index, completed_at: null }));

/** What n8n would read from its database after a restart. */
const saved = (data: IDataObject): IDataObject => structuredClone(data);

/** What a batch of Submit is like that OpenAI's queue had no room for. */
const withoutRoom = (failedAt: number) => ({
	status: 'failed',
	failed_at: failedAt,
	errors: {
		data: [
			{
				code: 'token_limit_exceeded',
				message: 'Enqueued token limit reached for gpt-image-2.',
				line: null,
			},
		],
	},
	metadata: { created_by: 'n8n-nodes-gpt-image', submission: 's' },
});

describe('a batch that there was no room for', () => {
	const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;

	async function lookAt(
		failedAt: number,
		file: number,
		more: object = {},
	): Promise<{ poller: Poller; look: (file: number) => Promise<string[]> }> {
		const poller = new Poller();
		const data: IDataObject = {};
		let status = file;
		poller.answer = (url) =>
			url.endsWith('/files/file-in')
				? jsonAnswer(status === 200 ? { id: 'file-in' } : { error: { message: 'no' } }, status)
				: null;
		poller.listed = open('a', 'b');
		await poller.poll(data);
		poller.finish('a', failedAt, { ...withoutRoom(failedAt), ...more } as Partial<Listed>);
		const look = async (now: number) => {
			status = now;
			await poller.poll(data);
			return poller.started;
		};
		await look(file);
		return { poller, look };
	}

	it('starts nothing once Submit took its requests back, and is asked about once', async () => {
		const { poller, look } = await lookAt(secondsAgo(5), 200);
		expect(poller.started).toEqual([]);
		await look(404);
		expect(poller.log).toEqual([
			expect.stringMatching(
				/no room for a, so Submit took its requests back: .* It doesn't start the workflow/,
			),
		]);

		expect(await look(200)).toEqual([]);
	});

	it('starts when Submit has left it, or another tool has made it', async () => {
		const left = await lookAt(secondsAgo(1900), 200);
		const unknown = await lookAt(secondsAgo(1900), 403);
		const foreign = await lookAt(secondsAgo(5), 404, { metadata: { label: 'mine' } });

		expect([left, unknown, foreign].map(({ poller }) => poller.started)).toEqual([
			['a'],
			['a'],
			['a'],
		]);
	});
});

describe('a batch that was cancelled', () => {
	const cancelled = async (file: number, completed: number) => {
		const poller = new Poller();
		const data: IDataObject = {};
		poller.answer = (url) =>
			url.endsWith('/files/file-in')
				? jsonAnswer(file === 200 ? { id: 'file-in' } : { error: { message: 'no' } }, file)
				: null;
		poller.listed = open('a', 'b');
		await poller.poll(data);
		poller.finish('a', 1500, {
			status: 'cancelled',
			cancelled_at: 1500,
			request_counts: { total: 3, completed, failed: 0 },
			metadata: { created_by: 'n8n-nodes-gpt-image', submission: 's' },
		} as Partial<Listed>);
		await poller.poll(data);
		return poller;
	};

	it('by a retry, because another one had submitted the same, starts nothing; any other does', async () => {
		const twin = await cancelled(404, 0);
		const others = await Promise.all([cancelled(200, 0), cancelled(404, 2), cancelled(403, 0)]);

		expect(twin.started).toEqual([]);
		expect(twin.log).toEqual([
			expect.stringMatching(
				/Another retry had submitted the requests of a, so Submit cancelled it/,
			),
		]);
		expect(others.map(({ started }) => started)).toEqual([['a'], ['a'], ['a']]);
	});
});

describe('polling for finished batches', () => {
	it('starts once for each, now and after a restart', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		poller.listed = open('a', 'b', 'c');
		await poller.poll(data);
		poller.finish('a');
		poller.finish('c', 1500);
		await poller.poll(data);
		await poller.poll(data);
		await poller.poll(saved(data));

		expect(poller.started).toEqual(['c', 'a']);
	});

	it('starts nothing twice where a new version of the workflow begins with older static data', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		poller.listed = open('a');
		await poller.poll(data);
		const older = saved(data);
		poller.finish('a');
		await poller.poll(data);
		await poller.poll(older);

		expect(poller.started).toEqual(['a']);
	});

	it('starts nothing twice when two polls run at once', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		poller.listed = open('a', 'b');
		await poller.poll(data);
		poller.finish('a');
		poller.finish('b');
		await Promise.all([poller.poll(data), poller.poll(data), poller.poll(data)]);

		expect(poller.started.sort()).toEqual(['a', 'b']);
	});

	it('tries again what n8n could not store, not what was cancelled or had ended already', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		poller.listed = open('a', 'b');
		await poller.poll(data);
		poller.finish('a');
		poller.onStart = (done) => done.reject(new Error('SQLITE_FULL: database or disk is full'));
		await poller.poll(data);
		poller.onStart = (done) => done.reject(new Error('No active execution found'));
		await poller.poll(data);
		await poller.poll(data);

		expect(poller.started).toEqual(['a', 'a']);
	});

	it('forgets nothing when batches can not be listed', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		poller.listed = open('a');
		await poller.poll(data);
		const before = saved(data);
		poller.finish('a');
		poller.answer = () => jsonAnswer({ error: { message: 'no', code: 'invalid_api_key' } }, 401);
		await expect(poller.poll(data)).rejects.toThrow('The API key was refused: no');
		expect(data).toEqual(before);
		poller.answer = () => null;
		await poller.poll(data);

		expect(poller.started).toEqual(['a']);
	});

	it('leaves to the next poll what n8n gives no time for', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		let now = 0;
		jest.spyOn(performance, 'now').mockImplementation(() => now);
		poller.listed = open('a', 'b');
		await poller.poll(data);
		poller.finish('a');
		poller.finish('b');
		poller.onStart = (done) => {
			now += 55_000;
			done.resolve({});
		};
		await poller.poll(data);
		expect(poller.started).toEqual(['b']);
		await poller.poll(data);

		expect(poller.started).toEqual(['b', 'a']);
	});

	it.each(['since', 'known', 'waiting'])(
		'starts for what has finished since the last poll, and warns, where finished.%s is odd',
		async (part) => {
			const poller = new Poller();
			const data: IDataObject = {};
			const now = Math.floor(Date.now() / 1000);
			poller.listed = open('a', 'b').map((batch) => ({ ...batch, created_at: now - 7200 }));
			poller.finish('b', now - 3600);
			await poller.poll(data);
			poller.finish('a', now - 60);
			data['finished'] = { ...(data['finished'] as IDataObject), [part]: null };
			await poller.poll(data);
			await poller.poll(saved(data));

			// That b had finished before the first poll is forgotten with what was known.
			expect([...poller.started].sort()).toEqual(part === 'known' ? ['a', 'b'] : ['a']);
			expect(poller.log).toEqual([
				expect.stringMatching(
					new RegExp(
						`^warn: GPT Image Batch Trigger: finished\\.${part} in the workflow's static data`,
					),
				),
			]);
		},
	);

	it('starts once for what has finished, or warns, whatever is odd in what n8n has kept', async () => {
		const now = Math.floor(Date.now() / 1000);
		const first = new Poller();
		const data: IDataObject = {};
		first.listed = open('a', 'b').map((batch) => ({ ...batch, created_at: now - 7200 }));
		first.finish('b', now - 3600);
		await first.poll(data, { label: 'x' });
		const others: string[] = [];
		for (const { what, data: odd } of withOddValues(data)) {
			const poller = new Poller();
			poller.listed = first.listed.map((batch) => ({ ...batch, metadata: { label: 'x' } }));
			poller.finish('a', now - 60);
			for (let polls = 0; polls < 3; polls += 1) await poller.poll(odd, { label: 'x' });
			const starts = poller.started.filter((id) => id === 'a').length;
			const isTold = poller.log.some((line) => line.startsWith('warn'));
			if (starts !== 1 && !(starts === 0 && isTold)) others.push(`${what}: ${starts}`);
		}

		expect(others).toEqual([]);
	});

	it('warns where nothing of its memory can be read', async () => {
		const poller = new Poller();
		poller.listed = open('a');
		await poller.poll({ finished: 'odd' });

		expect(poller.log).toEqual([
			expect.stringContaining("batches that have finished until now don't start the workflow"),
		]);
	});

	it('does not wait for a time that no retry waits for', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		poller.listed = open('a');
		await poller.poll(data);
		poller.finish('a');
		data['retries'] = { a: { attempts: 1, firstFailedAt: 1, notBefore: 8e15 } };
		await poller.poll(data);

		expect(poller.started).toEqual(['a']);
	});

	it('a batch that can not be collected is told of once and tried again; the others go on', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		const parameters = { collect: true };
		poller.listed = open('a', 'b');
		await poller.poll(data, parameters);
		poller.finish('a', 1500);
		poller.listed = poller.listed.map((batch) =>
			batch.id === 'a'
				? { ...batch, metadata: { created_by: 'n8n-nodes-gpt-image', manifest_file_id: 'file-a' } }
				: batch,
		);
		poller.finish('b');
		poller.answer = (url) =>
			url.includes('/files/file-a')
				? jsonAnswer({ error: { message: 'no' } }, 403)
				: url.includes('/files/')
					? jsonAnswer({ error: { message: 'gone' } }, 404)
					: null;
		await poller.poll(data, parameters);
		await poller.poll(data, parameters);

		expect(poller.started).toEqual(['b']);
		expect(poller.errors).toHaveLength(1);
		expect(data['retries']).toMatchObject({ a: { attempts: 2 } });
	});

	it('starts again what n8n could not store in the end, however late that turns out, also from older static data', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		poller.listed = open('a', 'b');
		await poller.poll(data);
		poller.finish('a');
		const starts: Deferred[] = [];
		poller.onStart = (done) => starts.push(done);
		await poller.poll(data);
		const older = saved(data);
		await poller.poll(data);
		expect(poller.started).toEqual(['a']);
		starts[0]?.reject(new Error('SQLITE_BUSY: database is locked'));
		await new Promise(setImmediate);
		await poller.poll(older);
		await poller.poll(older);

		expect(poller.started).toEqual(['a', 'a']);
		expect(poller.log).toEqual([
			'error: GPT Image Batch Trigger: n8n could not start an execution for a. The next poll tries again. SQLITE_BUSY: database is locked',
		]);
		expect(older['finished']).toMatchObject({ known: { a: 1000 } });
	});

	it('starts again what n8n refuses to start at once', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		poller.listed = open('a');
		await poller.poll(data);
		poller.finish('a');
		poller.onStart = () => {
			throw new Error('the payload is not supported');
		};
		await poller.poll(data);
		poller.onStart = (done) => done.resolve({});
		await poller.poll(data);
		await poller.poll(data);

		expect(poller.started).toEqual(['a', 'a']);
	});

	it('starts for batches of images alone', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		poller.listed = [
			{ ...open('chat')[0]!, endpoint: '/v1/chat/completions' },
			...open('a'),
			{ ...open('edit')[0]!, endpoint: '/v1/images/edits' },
		];
		await poller.poll(data);
		for (const id of ['chat', 'a', 'edit']) poller.finish(id);
		await poller.poll(data);

		expect(poller.started.sort()).toEqual(['a', 'edit']);
	});

	it('looks again at a batch whose file is to come, for an hour', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		poller.listed = open('a', 'b');
		await poller.poll(data);
		const late = { output_file_id: null, request_counts: { total: 1, completed: 1, failed: 0 } };
		const ended = Math.floor(Date.now() / 1000);
		poller.finish('a', ended, late);
		poller.finish('b', ended, late);
		await poller.poll(data);
		await poller.poll(saved(data));
		expect(poller.started).toEqual([]);
		poller.finish('a', ended, { output_file_id: 'file-out' });
		await poller.poll(data);
		expect(poller.started).toEqual(['a']);
		poller.finish('b', ended - 3700);
		await poller.poll(data);
		await poller.poll(data);

		expect(poller.started).toEqual(['a', 'b']);
		expect(poller.items[1]?.[0]?.json).toMatchObject({
			batchId: 'b',
			finished: true,
			completed: 1,
		});
	});

	it('stores each image once, however often a batch is collected until all have come', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		const line = (id: string) =>
			JSON.stringify({
				custom_id: id,
				response: {
					status_code: 200,
					request_id: id,
					body: { created: 1, data: [{ b64_json: Buffer.from(`image ${id}`).toString('base64') }] },
				},
				error: null,
			});
		const whole = `${line('x')}\n${line('y')}\n`;
		poller.listed = open('a');
		await poller.poll(data, { collect: true });
		poller.finish('a', 2000, { request_counts: { total: 2, completed: 2, failed: 0 } });
		let isBroken = true;
		poller.answer = (url) => {
			if (!url.includes('/files/')) return null;
			const body = Buffer.from(isBroken ? `${line('x')}\n{"custom` : whole);
			return { statusCode: 200, headers: { 'content-length': String(whole.length) }, body };
		};
		poller.budgetMs = Infinity;
		jest.spyOn(performance, 'now').mockImplementation(passing(1000));
		await poller.poll(data, { collect: true });
		await poller.poll(data, { collect: true });
		expect(poller.errors).toHaveLength(1);
		expect(poller.started).toEqual([]);
		isBroken = false;
		jest.restoreAllMocks();
		const now = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => now + 3_600_000);
		await poller.poll(data, { collect: true });

		expect(poller.items.flat().map(({ json }) => json['customId'])).toEqual(['x', 'y']);
		expect(new Set(poller.items.flat().map(({ binary }) => binary?.['data']?.id)).size).toBe(2);
		expect(poller.stored).toHaveLength(2);
	});

	describe('that hangs', () => {
		/** Timers that go off when the test says so. */
		const timers = new Set<AbortController>();
		beforeEach(() => {
			timers.clear();
			jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
				const timer = new AbortController();
				timers.add(timer);
				return timer.signal;
			});
		});
		const aTick = async (): Promise<void> => await new Promise(setImmediate);
		const timeIsOver = async (): Promise<void> => {
			for (let ticks = 0; ticks < 20; ticks++) await aTick();
			for (const timer of [...timers]) timer.abort();
		};

		it('ends and says so; what comes of it later starts nothing, and the next one does', async () => {
			const poller = new Poller();
			const data: IDataObject = {};
			poller.listed = open('a');
			await poller.poll(data);
			poller.finish('a');
			let answer: (answer: FakeAnswer) => void = () => undefined;
			poller.answer = () => new Promise((resolve) => (answer = resolve));
			const hanging = poller.poll(data);
			const failed = expect(hanging).rejects.toThrow(
				'Checking for finished batches took longer than 60 seconds and was stopped',
			);
			await poller.poll(data);
			await timeIsOver();
			await failed;
			poller.answer = () => null;
			await poller.poll(data);
			answer(jsonAnswer({ object: 'list', has_more: false, data: poller.listed.map(asBatch) }));
			for (let ticks = 0; ticks < 20; ticks++) await aTick();

			expect(poller.started).toEqual(['a']);
			expect(poller.log.map((line) => line.split('. ')[0])).toEqual([
				"error: GPT Image Batch Trigger: it can't check for finished batches",
				'info: GPT Image Batch Trigger: it can check for finished batches again, after 0 minutes',
			]);
		});

		it('at one batch lets the others start with the next one', async () => {
			const poller = new Poller();
			const data: IDataObject = {};
			const parameters = { collect: true };
			poller.listed = open('a', 'b');
			await poller.poll(data, parameters);
			poller.finish('a', 1500, { output_file_id: 'file-hangs' });
			poller.finish('b', 2000, { output_file_id: null });
			const answers: Array<(answer: FakeAnswer) => void> = [];
			poller.answer = (url) =>
				url.includes('file-hangs') ? new Promise((resolve) => answers.push(resolve)) : null;
			const failed = expect(poller.poll(data, parameters)).rejects.toThrow('and was stopped');
			await timeIsOver();
			await failed;
			// The next one tries at once, the one after it in a minute.
			const again = expect(poller.poll(data, parameters)).rejects.toThrow('and was stopped');
			await timeIsOver();
			await again;
			await poller.poll(data, parameters);
			for (const answer of answers) answer(jsonAnswer({ error: { message: 'no' } }, 401));
			for (let ticks = 0; ticks < 20; ticks++) await aTick();

			expect(answers).toHaveLength(2);
			expect(poller.started).toEqual(['b']);
			expect(poller.errors).toEqual([
				'Checking for finished batches took longer than 60 seconds and was stopped',
			]);
			expect(data['retries']).toMatchObject({ a: { attempts: 2 } });
		});
	});

	it.each(['init', 'leadershipChange'])(
		'that fails while n8n starts (%s) is told of, but does not keep n8n from polling',
		async (activation) => {
			const poller = new Poller();
			const data: IDataObject = {};
			poller.activation = activation;
			poller.answer = () => jsonAnswer({ error: { message: 'no', code: 'invalid_api_key' } }, 401);
			await poller.poll(data);
			await poller.poll(data);

			expect(poller.errors).toEqual(['The API key was refused: no', 'The API key was refused: no']);
			expect(poller.log).toEqual([
				expect.stringMatching(
					/^error: GPT Image Batch Trigger: it can't check for finished batches\. The API key was refused: no\. \w+/,
				),
			]);
		},
	);
});
