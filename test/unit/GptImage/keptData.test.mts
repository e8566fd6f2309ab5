import {
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type INodeExecutionData,
	NodeOperationError,
} from 'n8n-workflow';
import { look, remember } from '../../../nodes/core/batch/finished';
import { readMemory } from '../../../nodes/core/batch/finishedMemory';
import { judgeDelivery, rememberDelivery } from '../../../nodes/core/batch/webhookDeliveries';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { fakeN8n, jsonAnswer, type FakeAnswer, type FakeSetup } from '../fixtures/fakeN8n.mts';
import { withOddValues } from '../fixtures/oddData.mts';
import { canvas } from '../fixtures/pictures.mts';
import { seeded } from '../fixtures/random.mts';

const PARAMETERS = {
	resource: 'image',
	operation: 'generate',
	model: { mode: 'id', value: 'gpt-image-2' },
	quality: 'low',
	size: '1024x1024',
	count: 1,
	options: {},
	run: { maxAttempts: 1, maxConcurrency: 1, budgetUsd: 5 },
};
const USAGE = { input_tokens: 14, output_tokens: 196, total_tokens: 210 };
const LINK = 'https://shop.example/a.png';

let png: Buffer;
beforeAll(async () => {
	png = await canvas(true).png().toBuffer();
});

const made = () => jsonAnswer({ data: [{ b64_json: png.toString('base64') }], usage: USAGE });
const link = (): FakeAnswer => ({ statusCode: 200, headers: {}, body: png });

async function run(setup: FakeSetup): Promise<INodeExecutionData[]> {
	const [items = []] = await new GptImage().execute.call(
		fakeN8n({ input: [{ json: {} }, { json: {} }], ...setup }).context,
	);
	return items;
}

/** Runs that end otherwise, by what was odd. */
async function endings(
	kept: object,
	attempt: (data: IDataObject) => Promise<unknown>,
): Promise<string[]> {
	const others: string[] = [];
	for (const { what, data } of withOddValues(kept as IDataObject)) {
		const ending = await attempt(data).catch((error: unknown) => String(error));
		if (ending !== true) others.push(`${what.slice(0, 200)}: ${String(ending)}`);
	}
	return others.slice(0, 10);
}

/** Files and batches of a provider. */
function batchServer() {
	let refused: number | null = null;
	const batches: IDataObject[] = [];
	const uploads: string[] = [];
	const answer = async ({ url, method, body }: IHttpRequestOptions): Promise<FakeAnswer> => {
		const isFile = /\/files(?:\/|$)/.test(url);
		const id = /\/files\/file-(\d+)\/content$/.exec(url)?.[1];
		if (id !== undefined)
			return { statusCode: 200, headers: {}, body: Buffer.from(uploads[Number(id)]!) };
		if (isFile && method === 'POST') {
			const upload = (body as unknown as FormData).get('file') as File;
			uploads.push(await new Response(upload.stream()).text());
			return jsonAnswer({ id: `file-${uploads.length - 1}` });
		}
		if (isFile) return jsonAnswer({ id: 'file', deleted: true });
		const cancelled = batches.find(({ id }) => url.endsWith(`/${String(id)}/cancel`));
		if (cancelled !== undefined)
			return jsonAnswer(Object.assign(cancelled, { status: 'cancelling' }));
		if (method === 'POST' && batches.length === refused)
			return jsonAnswer({ error: { message: 'no' } }, 400);
		if (method === 'POST') {
			const { endpoint, input_file_id, metadata } = JSON.parse(String(body)) as IDataObject;
			batches.push({
				id: `batch_${batches.length + 1}`,
				object: 'batch',
				endpoint,
				status: 'in_progress',
				input_file_id,
				created_at: Math.floor(Date.now() / 1000),
				metadata,
				request_counts: { total: 1, completed: 0, failed: 0 },
			});
			return jsonAnswer(batches.at(-1));
		}
		const one = batches.find((batch) => url.endsWith(`/${String(batch['id'])}`));
		return jsonAnswer(one ?? { object: 'list', has_more: false, data: batches });
	};
	const refuse = (after: number | null): void => {
		refused = after;
	};
	return { answer, batches, refuse };
}

const SUBMIT = (index: number): Record<string, unknown> => ({
	...PARAMETERS,
	resource: 'batch',
	operation: 'submit',
	endpoint: 'generate',
	prompt: `prompt ${index}`,
	customId: '',
	requestsPerBatch: 1,
	label: '',
	run: { maxAttempts: 1 },
});

const areMade = (items: INodeExecutionData[]): true | string => {
	const statuses = items.map(({ json, binary }) =>
		json['status'] === 'made' && typeof binary?.['data']?.mimeType === 'string' ? 'made' : 'other',
	);
	return statuses.join() === 'made,made' || statuses.join();
};

describe('what n8n has kept of an earlier try, whatever stands in it', () => {
	it.each<[string, IDataObject, (kept: IDataObject) => IDataObject]>([
		['images', {}, (kept) => kept],
		[
			'images made of links',
			{ operation: 'edit', inputFrom: 'url', inputUrls: LINK },
			({ downloads }) => ({ downloads }),
		],
	])('%s are made or found', async (_, parameters, odd) => {
		const nodeContext: IDataObject = {};
		const files = {};
		const setup: FakeSetup = {
			nodeContext,
			files,
			keepsFiles: true,
			parameters: (index) => ({ ...PARAMETERS, ...parameters, prompt: `prompt ${index}` }),
			link,
		};
		let answers = 0;
		const answer = () =>
			(answers += 1) === 1 ? made() : jsonAnswer({ error: { message: 'no' } }, 500);
		await expect(run({ ...setup, answer })).rejects.toThrow(/no/);

		expect(Object.keys(nodeContext).sort()).toEqual(
			[
				'fileNames',
				'receipts',
				'spentUsd',
				...(parameters['inputUrls'] ? ['downloads'] : []),
			].sort(),
		);
		expect(
			await endings(odd(nodeContext), async (data) => {
				const kept = { ...(JSON.parse(JSON.stringify(nodeContext)) as IDataObject), ...data };
				return areMade(await run({ ...setup, nodeContext: kept, answer: made }));
			}),
		).toEqual([]);
	});

	it('references are uploaded or found', async () => {
		const nodeContext: IDataObject = {};
		const file = { id: 'file-1', object: 'file', filename: 'a.png', purpose: 'vision', bytes: 7 };
		const binary = { data: { data: png.toString('base64'), mimeType: 'image/png' } };
		const setup: FakeSetup = {
			input: [{ json: {}, binary }],
			parameters: { resource: 'reference', operation: 'upload' },
			answer: () => jsonAnswer({ ...file, created_at: Math.floor(Date.now() / 1000) }),
		};
		await run({ ...setup, nodeContext });

		expect(
			await endings(nodeContext, async (data) => {
				const [item] = await run({ ...setup, nodeContext: data });
				return typeof item?.json['fileId'] === 'string';
			}),
		).toEqual([]);
	});

	it('batches are submitted once: what can’t be read is found out from the provider', async () => {
		const nodeContext: IDataObject = {};
		const { answer, batches, refuse } = batchServer();
		refuse(1);
		// Books without an entry, or with one of other lines, look like those of a run that has submitted nothing.
		const isReadable = ({ submissions }: IDataObject): boolean => {
			const book = Object.values(submissions ?? {})[0] ?? {};
			const [one] = Object.values(book as Record<string, IDataObject | null>);
			return typeof one === 'object' && one?.['lines'] !== 'odd';
		};
		const setup: FakeSetup = {
			answer,
			parameters: SUBMIT,
		};
		await expect(run({ ...setup, nodeContext })).rejects.toThrow(/no/);
		refuse(null);

		expect(
			await endings(nodeContext, async (data) => {
				batches.length = 1;
				const hasLines = isReadable(data);
				const items = await run({ ...setup, nodeContext: data });
				const isKnown = batches.length === 2 || !hasLines;
				return (
					(items.length === 2 && isKnown) || `${items.length} items, ${batches.length} batches`
				);
			}),
		).toEqual([]);
	});
});

describe.each<[string, (budgetUsd: number | string) => Partial<FakeSetup>]>([
	[
		'images',
		(budgetUsd) => ({
			parameters: { ...PARAMETERS, prompt: 'a', run: { budgetUsd } },
			answer: made,
		}),
	],
	[
		'batches',
		(budgetUsd) => ({
			parameters: (index) => ({ ...SUBMIT(index), run: { budgetUsd } }),
			answer: batchServer().answer,
		}),
	],
])('what was spent before on %s', (_, setup) => {
	const hintsOf = async (nodeContext: IDataObject, budgetUsd: number | string) => {
		const n8n = fakeN8n({ input: [{ json: {} }], nodeContext, ...setup(budgetUsd) });
		await new GptImage().execute.call(n8n.context);
		return n8n.hints.filter(({ message }) => message.includes("isn't fully known"));
	};

	it.each([null, {}, 5, 'odd', '-1'])(
		'that stands there as %j is said to be unknown, in each run to come',
		async (spentUsd) => {
			const nodeContext = { spentUsd };
			expect(await hintsOf(nodeContext, 5)).toHaveLength(1);
			const later = JSON.parse(JSON.stringify(nodeContext)) as IDataObject;
			expect(await hintsOf(later, 5)).toHaveLength(1);
		},
	);

	it('is not told of where all of it is known, or there is no budget', async () => {
		expect(await hintsOf({}, 5)).toEqual([]);
		expect(await hintsOf({ spentUsd: '0.1' }, 5)).toEqual([]);
		expect(await hintsOf({ spentUsd: 'odd' }, '')).toEqual([]);
	});
});

it('two retries of an execution that n8n was killed in submit once, also side by side', async () => {
	const { answer, batches } = batchServer();
	const retry = async () => {
		const { context } = fakeN8n({
			input: [{ json: {} }, { json: {} }],
			answer,
			parameters: SUBMIT,
			nodeContext: {},
		});
		const [items = []] = await new GptImage().execute.call(
			Object.assign(context, { getMode: () => 'retry' }),
		);
		return items.map(({ json }) => json['batchId']);
	};
	const both = await Promise.all([retry(), retry()]);

	expect(batches).toHaveLength(2);
	expect(both[1]).toEqual(both[0]);
});

describe('two retries of an execution with two rows', () => {
	const retry = async (server: ReturnType<typeof batchServer>, executionId: string, data = {}) => {
		const { context } = fakeN8n({
			input: [{ json: {} }, { json: {} }],
			answer: server.answer,
			parameters: SUBMIT,
			nodeContext: data,
			executionId,
		});
		const [items = []] = await new GptImage().execute.call(
			Object.assign(context, { getMode: () => 'retry' }),
		);
		return items.map(({ json }) => json['batchId']);
	};

	it('that n8n was killed in submit each row once where the first has to try again', async () => {
		const server = batchServer();
		server.refuse(1);
		const data: IDataObject = {};
		await expect(retry(server, '2', data)).rejects.toThrow(/no/);
		server.refuse(null);
		const second = await retry(server, '3');
		const first = await retry(server, '2', data);

		expect(server.batches).toHaveLength(2);
		expect(first).toEqual(second);
	});

	it('whose books n8n has saved submit the second row once, side by side and later', async () => {
		const server = batchServer();
		server.refuse(1);
		const data: IDataObject = {};
		const first = {
			answer: server.answer,
			parameters: SUBMIT,
			executionId: '1',
			nodeContext: data,
		};
		await expect(run(first)).rejects.toThrow(/no/);
		server.refuse(null);
		const saved = () => JSON.parse(JSON.stringify(data)) as IDataObject;
		const both = await Promise.all([retry(server, '2', saved()), retry(server, '3', saved())]);
		await retry(server, '4', saved());

		expect(server.batches).toHaveLength(2);
		expect(both[1]).toEqual(both[0]);
	});

	it('leave to an execution of its own what that one has submitted', async () => {
		const server = batchServer();
		server.refuse(1);
		const data: IDataObject = {};
		const setup = { answer: server.answer, parameters: SUBMIT };
		await expect(run({ ...setup, executionId: '1', nodeContext: data })).rejects.toThrow(/no/);
		server.refuse(null);
		await run({ ...setup, executionId: '2', nodeContext: {} });
		await retry(server, '3', data);

		expect(server.batches).toHaveLength(4);
	});

	it('ask for the list of batches; a first run and Retry On Fail ask for nothing more', async () => {
		const server = batchServer();
		let lists = 0;
		const answer = async (options: IHttpRequestOptions) => {
			if (options.method === 'GET' && /\/batches(\?|$)/.test(options.url)) lists += 1;
			return await server.answer(options);
		};
		server.refuse(1);
		const setup = { answer, parameters: SUBMIT, executionId: '1', nodeContext: {} };
		await expect(run(setup)).rejects.toThrow(/no/);
		await expect(run(setup)).rejects.toThrow(/no/);
		// To tell whether the same rows were submitted before.
		const inFirst = lists;
		lists = 0;
		await expect(retry({ ...server, answer }, '2', setup.nodeContext)).rejects.toThrow(/no/);

		expect([inFirst, lists]).toEqual([1, 1]);
	});
});

describe('retries of an execution in processes of their own, as on several workers', () => {
	type Submit = (context: IExecuteFunctions) => Promise<INodeExecutionData[][]>;
	/** A process knows nothing of what others are at. The libraries remember nothing, and take most of the time to load. */
	const libraries = ['n8n-workflow', 'openai', 'zod', 'zod/v4-mini'].map(
		(name) => [name, jest.requireActual<object>(name)] as const,
	);
	const processOf = (): Submit => {
		let submit: Submit | undefined;
		jest.isolateModules(() => {
			for (const [name, library] of libraries) jest.doMock(name, () => library);
			submit = require('../../../nodes/platform/batches/submit').submitItems;
		});
		return submit!;
	};
	const retryIn = async (
		submit: Submit,
		answer: NonNullable<FakeSetup['answer']>,
		executionId: string,
		nodeContext: IDataObject,
	) => {
		const n8n = fakeN8n({
			input: [{ json: {} }, { json: {} }],
			answer,
			parameters: SUBMIT,
			nodeContext: structuredClone(nodeContext),
			executionId,
		});
		const [items = []] = await submit(Object.assign(n8n.context, { getMode: () => 'retry' }));
		return { ids: items.map(({ json }) => json['batchId']), hints: n8n.hints };
	};
	const idsOf = (batches: IDataObject[]) => batches.map(({ id }) => id);

	it.each(Array.from({ length: 8 }, (_, seed) => seed))(
		'leave one batch for each row, and each returns them (order %i)',
		async (seed) => {
			const { int } = seeded(seed);
			const server = batchServer();
			const isRepeated = seed % 2 === 0;
			const data: IDataObject = {};
			if (isRepeated) {
				server.refuse(0);
				const setup = { answer: server.answer, parameters: SUBMIT, executionId: '1' };
				await expect(run({ ...setup, nodeContext: data })).rejects.toThrow(/no/);
				server.refuse(null);
			}
			const answer = async (options: IHttpRequestOptions): Promise<FakeAnswer> => {
				await new Promise((resolve) => setTimeout(resolve, int(0, 200)));
				return await server.answer(options);
			};
			const retries = await Promise.all(
				['2', '3', '4'].map(async (id) => await retryIn(processOf(), answer, id, data)),
			);
			const living = server.batches.filter(({ status }) => status === 'in_progress');

			expect(living).toHaveLength(2);
			expect(new Set(living.map(({ metadata }) => (metadata as IDataObject)['content'])).size).toBe(
				2,
			);
			for (const { ids } of retries) expect([...ids].sort()).toEqual(idsOf(living).sort());
			expect(server.batches.length).toBeGreaterThan(2);
		},
	);

	it('say which batch is one too many where it can not be cancelled', async () => {
		const server = batchServer();
		const answer = async (options: IHttpRequestOptions): Promise<FakeAnswer> => {
			await new Promise((resolve) => setTimeout(resolve, 50));
			return options.url.endsWith('/cancel')
				? jsonAnswer({ error: { message: 'no' } }, 500)
				: await server.answer(options);
		};
		const retries = await Promise.all(
			['2', '3'].map(async (id) => await retryIn(processOf(), answer, id, {})),
		);
		const said = retries.flatMap(({ hints }) => hints.map(({ message }) => message));

		expect(server.batches).toHaveLength(4);
		expect(said.filter((message) => /submitted before, as batch_\d/.test(message))).not.toEqual([]);
	});

	it('say so where the list of batches can not be had once they have submitted', async () => {
		const server = batchServer();
		const answer = async (options: IHttpRequestOptions): Promise<FakeAnswer> => {
			const isList = options.method === 'GET' && /\/batches(\?|$)/.test(options.url);
			return isList && server.batches.length > 0
				? jsonAnswer({ error: { message: 'no' } }, 500)
				: await server.answer(options);
		};
		const { ids, hints } = await retryIn(processOf(), answer, '2', {});

		expect(ids).toHaveLength(2);
		expect(hints.map(({ message }) => message)).toContainEqual(
			expect.stringContaining(
				`whether another retry of this execution submitted requests of ${String(ids[0])}`,
			),
		);
	});
});

describe('what a workflow has kept, whatever stands in it', () => {
	it('an image of a tool is found, or its ID is refused before anything is sent', async () => {
		const staticData: IDataObject = {};
		const files = {};
		const setup: FakeSetup = {
			input: [{ json: {} }],
			files,
			keepsFiles: true,
			isTool: true,
			answer: made,
		};
		const [item] = await run({
			...setup,
			staticData,
			parameters: { ...PARAMETERS, prompt: 'a', run: { budgetSession: 's' } },
		});
		const imageId = (item!.json['image'] as IDataObject)['id'];
		const parameters = {
			...PARAMETERS,
			prompt: 'b',
			inputBinaryFields: imageId,
			run: { budgetSession: 's', maxAttempts: 1 },
		};
		let count = 0;
		const attempt = (operation: string) => async (data: IDataObject) => {
			try {
				// Another process, which knows what was saved alone.
				const [edited] = await run({
					...setup,
					workflowId: `another ${(count += 1)}`,
					staticData: data,
					parameters: { ...parameters, operation, mode: 'refine' },
				});
				return edited?.json['status'] === 'made';
			} catch (error) {
				return error instanceof NodeOperationError && error.message.includes(String(imageId))
					? true
					: String(error);
			}
		};

		expect(await endings(staticData, attempt('edit'))).toEqual([]);
		expect(await endings(staticData, attempt('promote'))).toEqual([]);
	});

	it('batches that have finished are looked for', () => {
		const batch = { id: 'a', createdAt: 10, status: 'completed', endpoint: '' } as never;
		const sight = { batches: [batch], gone: [], account: 'mine' };
		const filter = { label: 'x', statuses: ['completed'] };
		const { memory } = look(null, { ...sight, batches: [] }, filter, () => true);
		const kept = { finished: { ...remember(memory, batch), waiting: { b: 3 } } };

		const others: string[] = [];
		for (const { what, data } of withOddValues(kept)) {
			try {
				const { memory } = readMemory(data.finished, 1000);
				const next = look(memory, sight, filter, () => true);
				const times = [...Object.values(next.memory.known), ...Object.values(next.memory.waiting)];
				if (times.some((time) => typeof time !== 'number')) others.push(what);
			} catch (error) {
				others.push(`${what}: ${String(error)}`);
			}
		}
		expect(others).toEqual([]);
	});

	it('a delivery that comes again is known, and one whose time can’t be read counts as new', () => {
		const accepted = { wh_1: 'odd', wh_2: 100 } as unknown as Record<string, number>;

		expect(judgeDelivery(accepted, { webhookId: 'wh_1', timestamp: 100 }, 50)).toBe('new');
		expect(judgeDelivery(accepted, { webhookId: 'wh_2', timestamp: 100 }, 50)).toBe('replay');
		expect(rememberDelivery(accepted, { webhookId: 'wh_3', timestamp: 200 })).toEqual({
			wh_2: 100,
			wh_3: 200,
		});
	});
});
