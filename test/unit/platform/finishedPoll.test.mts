import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { pollFinished } from '../../../nodes/platform/batch/finishedPoll';
import { fakeN8n, jsonAnswer, NODE, type FakeAnswer } from '../fixtures/fakeN8n.mts';

interface Listed {
	id: string;
	created_at: number;
	completed_at: number | null;
	metadata?: object;
}

type Deferred = { resolve: (value: unknown) => void; reject: (error: Error) => void };

/** A node of a workflow that n8n polls; `data` is its static data. */
class Poller {
	readonly started: string[] = [];

	readonly errors: string[] = [];

	listed: Listed[] = [];

	/** How n8n fares with an execution. */
	onStart: (done: Deferred) => void = (done) => done.resolve({});

	answer: (url: string) => FakeAnswer | null = () => null;

	budgetMs = 60_000;

	private readonly workflow = randomUUID();

	async poll(data: IDataObject, parameters: Record<string, unknown> = {}): Promise<void> {
		await pollFinished(this.context(data, parameters));
	}

	finish(id: string, at = 2000): void {
		this.listed = this.listed.map((batch) => (batch.id === id ? { ...batch, completed_at: at } : batch));
	}

	private context(data: IDataObject, parameters: Record<string, unknown>): IPollFunctions {
		const { context } = fakeN8n({ answer: ({ url }) => this.answer(url) ?? jsonAnswer({ object: 'list', has_more: false, data: this.listed.map(asBatch) }) });
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
			getMode: () => 'trigger',
			getNode: () => NODE,
			getWorkflow: () => ({ id: this.workflow }),
			getWorkflowStaticData: () => data,
			getPollBudgetMs: () => this.budgetMs,
			getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
			__emit: (items: INodeExecutionData[][], _: unknown, done: Deferred) => {
				this.started.push(String(items[0]?.[0]?.json['batchId']));
				this.onStart(done);
			},
			__emitError: (error: Error) => this.errors.push(error.message),
		} as unknown as IPollFunctions;
	}
}

const asBatch = ({ completed_at, ...batch }: Listed) => ({
	...batch,
	completed_at,
	object: 'batch',
	status: completed_at === null ? 'in_progress' : 'completed',
	endpoint: '/v1/images/generations',
	input_file_id: 'file-in',
	output_file_id: completed_at === null ? null : 'file-out',
});

const open = (...ids: string[]): Listed[] => ids.map((id, index) => ({ id, created_at: 1000 - index, completed_at: null }));

/** What n8n would read from its database after a restart. */
const saved = (data: IDataObject): IDataObject => structuredClone(data);

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
		poller.listed = open('a', 'b');
		await poller.poll(data);
		poller.finish('a');
		poller.finish('b');
		poller.budgetMs = 50;
		poller.onStart = () => undefined;
		await poller.poll(data);
		expect(poller.started).toEqual(['b']);
		await poller.poll(data);

		expect(poller.started).toEqual(['b', 'a']);
	});

	it('a batch that can not be collected is told of once and tried again; the others go on', async () => {
		const poller = new Poller();
		const data: IDataObject = {};
		const parameters = { collect: true };
		poller.listed = open('a', 'b');
		await poller.poll(data, parameters);
		poller.finish('a', 1500);
		poller.listed = poller.listed.map((batch) => (batch.id === 'a' ? { ...batch, metadata: { created_by: 'n8n-nodes-gpt-image', manifest_file_id: 'file-a' } } : batch));
		poller.finish('b');
		poller.answer = (url) => (url.includes('/files/file-a') ? jsonAnswer({ error: { message: 'no' } }, 403) : url.includes('/files/') ? jsonAnswer({ error: { message: 'gone' } }, 404) : null);
		await poller.poll(data, parameters);
		await poller.poll(data, parameters);

		expect(poller.started).toEqual(['b']);
		expect(poller.errors).toHaveLength(1);
		expect(data['retries']).toMatchObject({ a: { attempts: 2 } });
	});
});
