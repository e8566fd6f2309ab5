import type { IDataObject, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';
import { GptImage } from '../../../../nodes/GptImage/GptImage.node';
import { fakeN8n, jsonAnswer, type FakeAnswer, type FakeSetup } from '../../fixtures/fakeN8n.mts';

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

/** The head of one of 1024x1024 pixels, and a byte by which it differs from others. */
function transparentPng(different: number): Buffer {
	const head = Buffer.alloc(33);
	head.write('89504e470d0a1a0a0000000d49484452', 'hex');
	head.writeUInt32BE(1024, 16);
	head.writeUInt32BE(1024, 20);
	head.writeUInt8(8, 24);
	head.writeUInt8(6, 25);
	return Buffer.concat([head, Buffer.of(different)]);
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

	it('is not undone by what can only be said of other batches', async () => {
		const server = new Server();
		const credential = Object.defineProperty({}, 'apiKey', {
			enumerable: true,
			get: () => {
				if (server.batches.length > 0) throw new Error('The vault is away');
				return 'sk-x';
			},
		});
		const { items, error } = await submit(server, {}, { credential });

		expect(error).toBeNull();
		expect(items).toMatchObject([{ json: { batchId: 'batch_1' } }]);
	});

	it('takes a second image for another request than a mask of the same content', async () => {
		const server = new Server();
		const binary = Object.fromEntries(
			[0, 1].map((index) => [
				`file${index}`,
				{
					data: transparentPng(index).toString('base64'),
					mimeType: 'image/png',
					fileName: 'x.png',
				},
			]),
		);
		const edit = { ...PARAMETERS, endpoint: 'edit', run: { maxAttempts: 1 } };
		for (const fields of [
			{ inputBinaryFields: 'file0', maskBinaryField: 'file1' },
			{ inputBinaryFields: 'file0, file1' },
		]) {
			const { error } = await submit(
				server,
				{},
				{ input: [{ json: {}, binary }], parameters: { ...edit, ...fields } },
			);
			expect(error).toBeNull();
		}

		const [masked, both] = server.batches.map(
			({ metadata }) => (metadata as IDataObject)['content'],
		);
		expect(both).toEqual(expect.any(String));
		expect(both).not.toBe(masked);
	});

	it.each<[string, string[], boolean]>([
		['the same rows in another order', ['b', 'a', 'a'], true],
		['a row less', ['a', 'b'], false],
		['another row twice', ['a', 'b', 'b'], false],
	])('of %s tells of the first batch where its requests are the same', async (_, again, isSame) => {
		const server = new Server();
		const contents: unknown[] = [];
		for (const prompts of [['a', 'b', 'a'], again]) {
			await submit(
				server,
				{},
				{
					items: prompts.length,
					parameters: (index) => ({
						...PARAMETERS,
						requestsPerBatch: 200,
						prompt: prompts[index],
						run: { maxAttempts: 1 },
					}),
				},
			);
			contents.push((server.batches.at(-1)!['metadata'] as IDataObject)['content']);
		}

		expect(contents[0]).toEqual(expect.any(String));
		expect(contents[1] === contents[0]).toBe(isSame);
	});

	it("leaves nothing reserved where it can't start", async () => {
		const [server, nodeContext] = [new Server(), {} as IDataObject];
		await submit(server, nodeContext, { credential: { provider: 'openrouter' } });
		const { items } = await submit(server, nodeContext, { run: { budgetUsd: 0.0031 } });

		expect(items).toMatchObject([{ json: { batchId: 'batch_1' } }]);
	});
});
