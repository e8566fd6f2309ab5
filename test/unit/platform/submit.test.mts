import type { IDataObject, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { fakeN8n, jsonAnswer, type FakeAnswer, type FakeSetup } from '../fixtures/fakeN8n.mts';

const PARAMETERS = {
	resource: 'batch',
	operation: 'submit',
	endpoint: 'generate',
	model: { mode: 'id', value: 'gpt-image-2' },
	prompt: 'a red balloon',
	quality: 'low',
	size: '1024x1024',
	count: 1,
	options: {},
	customId: '',
	requestsPerBatch: 1,
	label: '',
};

/** Files and batches of a provider, whose answers may get lost. */
class Server {
	readonly batches: IDataObject[] = [];

	answersLost = false;

	/** Creations that are refused, counted from 0. */
	refused: number[] = [];

	private creations = 0;

	answer = async ({ url, method, body }: IHttpRequestOptions): Promise<FakeAnswer> => {
		await new Promise((resolve) => setTimeout(resolve, 5));
		if (url.includes('/files')) return jsonAnswer({ id: `file-${Math.random()}`, deleted: true });
		if (method === 'POST' && this.refused.includes(this.creations++))
			return jsonAnswer({ error: { message: 'no' } }, 400);
		if (method === 'POST') this.create(JSON.parse(String(body)) as IDataObject);
		if (this.answersLost) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
		return jsonAnswer(
			method === 'POST'
				? this.batches.at(-1)
				: { object: 'list', has_more: false, data: this.batches },
		);
	};

	private create({ endpoint, input_file_id, metadata }: IDataObject): void {
		const request_counts = { total: 1, completed: 0, failed: 0 };
		this.batches.push({
			id: `batch_${this.batches.length + 1}`,
			object: 'batch',
			endpoint,
			status: 'in_progress',
			input_file_id,
			completion_window: '24h',
			created_at: 1,
			metadata,
			request_counts,
		});
	}
}

async function submit(
	server: Server,
	nodeContext: IDataObject,
	setup: Omit<FakeSetup, 'executionId'> & {
		run?: object;
		items?: number;
		executionId?: string | null;
	} = {},
): Promise<{ items: INodeExecutionData[]; error: Error | null }> {
	const { run = {}, items: count = 1, executionId = '1', ...more } = setup;
	const { context } = fakeN8n({
		input: Array.from({ length: count }, () => ({ json: {} })),
		parameters: { ...PARAMETERS, run: { maxAttempts: 1, ...run } },
		nodeContext,
		answer: server.answer,
		...more,
	});
	try {
		const [items = []] = await new GptImage().execute.call(
			Object.assign(context, {
				getWorkflow: () => ({ id: 'w' }),
				getExecutionId: () => executionId ?? undefined,
			}),
		);
		return { items, error: null };
	} catch (error) {
		return { items: [], error: error as Error };
	}
}

describe('submitting batches', () => {
	it('keeps a budget that several calls of an agent ask at once', async () => {
		const [server, nodeContext] = [new Server(), {}];
		const calls = await Promise.all(
			[0, 1, 2].map(
				async (runIndex) =>
					await submit(server, nodeContext, { runIndex, isTool: true, run: { budgetUsd: 0.007 } }),
			),
		);

		expect(server.batches).toHaveLength(2);
		expect(calls.map(({ items }) => items[0]?.json['skipped'] ?? 'submitted')).toEqual([
			'submitted',
			'submitted',
			'budget',
		]);
	});

	it('again after no answer came finds the batch that was made all the same', async () => {
		const [server, nodeContext] = [new Server(), {} as IDataObject];
		server.answersLost = true;
		const first = await submit(server, nodeContext);
		const spent = nodeContext['spentUsd'];
		server.answersLost = false;
		const second = await submit(server, nodeContext, { executionId: '2' });

		expect(first.error).not.toBeNull();
		expect(server.batches).toHaveLength(1);
		expect(second.items).toMatchObject([{ json: { batchId: 'batch_1' } }]);
		expect(nodeContext['spentUsd']).toBe(spent);
	});

	it("again sends nothing while it can't be told whether there is one already", async () => {
		const [server, nodeContext] = [new Server(), {}];
		server.answersLost = true;
		await submit(server, nodeContext);
		const { error } = await submit(server, nodeContext);

		expect(error).not.toBeNull();
		expect(server.batches).toHaveLength(1);
	});

	it('by an agent that tries again goes on where the first call ended', async () => {
		const [server, nodeContext] = [new Server(), {}];
		server.refused = [1];
		const first = await submit(server, nodeContext, {
			isTool: true,
			runIndex: 0,
			items: 3,
			run: { budgetUsd: 0.0095 },
		});
		const second = await submit(server, nodeContext, {
			isTool: true,
			runIndex: 1,
			items: 3,
			run: { budgetUsd: 0.0095 },
		});
		const third = await submit(server, nodeContext, { isTool: true, runIndex: 2, items: 1 });

		expect(first.error).not.toBeNull();
		expect(second.items.map(({ json }) => json['batchId']).sort()).toEqual([
			'batch_1',
			'batch_2',
			'batch_3',
		]);
		expect(third.items).toMatchObject([{ json: { batchId: 'batch_4' } }]);
		expect(server.batches).toHaveLength(4);
	});

	it('outside of an execution takes no batch of another run for its own', async () => {
		const server = new Server();
		const outside = { hasNoContext: true, executionId: null };
		await submit(server, {}, outside);
		server.answersLost = true;
		await submit(server, {}, outside);
		server.answersLost = false;

		expect(server.batches).toHaveLength(2);
		expect(
			new Set(server.batches.map(({ metadata }) => (metadata as IDataObject)['submission'])).size,
		).toBe(2);
	});

	it("leaves nothing reserved where it can't start", async () => {
		const [server, nodeContext] = [new Server(), {} as IDataObject];
		await submit(server, nodeContext, { credential: { provider: 'openrouter' } });
		const { items } = await submit(server, nodeContext, { run: { budgetUsd: 0.0031 } });

		expect(items).toMatchObject([{ json: { batchId: 'batch_1' } }]);
	});
});
