import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { fakeN8n, jsonAnswer, type FakeN8n, type FakeSetup } from '../fixtures/fakeN8n.mts';
import { canvas } from '../fixtures/pictures.mts';

/** 14 tokens of text and 196 of an image, on gpt-image-2. */
const USD = 0.00595;
const USAGE = {
	input_tokens: 14,
	input_tokens_details: { text_tokens: 14, image_tokens: 0 },
	output_tokens: 196,
	output_tokens_details: { image_tokens: 196, text_tokens: 0 },
	total_tokens: 210,
};
const PARAMETERS = {
	resource: 'image',
	operation: 'generate',
	model: { mode: 'id', value: 'gpt-image-2' },
	prompt: 'a red balloon',
	quality: 'low',
	size: '1024x1024',
	count: 1,
	output: 'simplified',
	options: { addLink: true },
	run: {},
};

let png: Buffer;
beforeAll(async () => {
	png = await canvas(true).png().toBuffer();
});

/** A workflow whose tools an agent calls: what n8n keeps from call to call. */
class Conversation {
	readonly files: Record<string, Buffer> = {};

	staticData: IDataObject = {};

	private calls = 0;

	readonly workflowId: string;

	constructor(workflowId: string) {
		this.workflowId = workflowId;
	}

	async call(
		parameters: IDataObject,
		setup: FakeSetup = {},
	): Promise<{ json: IDataObject; n8n: FakeN8n }> {
		this.calls += 1;
		const { files, staticData, workflowId } = this;
		const n8n = fakeN8n({
			isTool: true,
			keepsFiles: true,
			files,
			staticData,
			workflowId,
			executionId: String(this.calls),
			answer: () => jsonAnswer({ data: [{ b64_json: png.toString('base64') }], usage: USAGE }),
			parameters: { ...PARAMETERS, ...parameters },
			...setup,
		});
		const [[item] = []] = await new GptImage().execute.call(n8n.context);
		return { json: item!.json, n8n };
	}

	readonly edit = async (imageId: unknown, more: IDataObject = {}) =>
		await this.call({
			operation: 'edit',
			inputBinaryFields: String(imageId),
			prompt: 'make it blue',
			...more,
		});
}

const uploaded = async (n8n: FakeN8n): Promise<Buffer[]> => {
	const form = n8n.requests[0]?.options.body as unknown as FormData;
	return await Promise.all(
		form.getAll('image[]').map(async (file) => Buffer.from(await (file as File).arrayBuffer())),
	);
};

describe('an image that a tool has made', () => {
	it('is edited by its ID, in another execution', async () => {
		const chat = new Conversation('by-id');
		const { json } = await chat.call({});
		const edited = await chat.edit(json['imageId']);

		expect(await uploaded(edited.n8n)).toEqual([png]);
		expect(edited.json).toMatchObject({ status: 'made', prompt: 'make it blue' });
		expect(edited.json['fileName']).toBe('a-red-balloon-make-it-blue.png');
	});

	it('is promoted by its ID, and what both cost comes out', async () => {
		const chat = new Conversation('promote');
		const { json } = await chat.call({});
		const promoted = await chat.call({
			operation: 'promote',
			mode: 'refine',
			inputBinaryFields: json['imageId'] as string,
			prompt: '',
			size: '1024x1024',
		});

		expect(promoted.json).toMatchObject({
			prompt: 'a red balloon',
			draftId: json['imageId'],
			totalUsd: Number(json['costUsd']) + Number(promoted.json['costUsd']),
		});
	});

	it('is promoted again and again, and a report counts each of them once', async () => {
		const chat = new Conversation('chain');
		const promote = async (from: IDataObject, more: IDataObject = {}) =>
			(
				await chat.call({
					operation: 'promote',
					mode: 'refine',
					inputBinaryFields: from['imageId'] as string,
					prompt: '',
					...more,
				})
			).json;
		const first = (await chat.call({})).json;
		const third = await promote(await promote(first));
		const last = await promote(third, { output: 'raw' });
		const n8n = fakeN8n({
			input: [{ json: first }, { json: last }],
			parameters: { resource: 'cost', operation: 'report' },
		});
		const [[report] = []] = await new GptImage().execute.call(n8n.context);

		expect(report?.json['total']).toMatchObject({ usd: 4 * USD, images: 4, unknownImages: 0 });
		expect(last['cost']).toMatchObject({ totalUsd: 4 * USD });
	});

	it('is known after n8n has started again, from what the workflow keeps', async () => {
		const chat = new Conversation('before');
		const { json } = await chat.call({});
		const later = new Conversation('after');
		Object.assign(later.files, chat.files);
		later.staticData = JSON.parse(JSON.stringify(chat.staticData)) as IDataObject;

		expect((await later.edit(json['imageId'])).json).toMatchObject({ status: 'made' });
	});

	it('is unknown to another workflow, and before anything is sent', async () => {
		const { json } = await new Conversation('mine').call({});
		const theirs = new Conversation('theirs').edit(json['imageId']);

		await expect(theirs).rejects.toThrow(
			/^'Input Binary Fields' names 'img_[0-9a-f]{24}', which is not an image that a GPT Image tool of this workflow made recently/,
		);
	});

	it('stands behind a field of the input item that has the same name', async () => {
		const chat = new Conversation('field');
		const { json } = await chat.call({});
		const other = await canvas(false).png().toBuffer();
		const { n8n } = await chat.call(
			{ operation: 'edit', inputBinaryFields: json['imageId'] as string },
			{
				input: [
					{
						json: {},
						binary: {
							[String(json['imageId'])]: { data: other.toString('base64'), mimeType: 'image/png' },
						},
					},
				],
			},
		);

		expect(await uploaded(n8n)).toEqual([other]);
	});

	it('that lies in its item is not remembered: it would fill the memory', async () => {
		const chat = new Conversation('in-memory');
		const { json } = await chat.call({}, { keepsFiles: false });

		expect(JSON.stringify(chat.staticData)).not.toContain(String(json['imageId']));
		await expect(chat.edit(json['imageId'])).rejects.toThrow('is not an image that');
	});

	it('is not remembered where no agent asked for it', async () => {
		const chat = new Conversation('no-tool');
		await chat.call({}, { isTool: false });

		expect(chat.staticData).toEqual({});
	});

	it.each<[string, FakeSetup]>([
		['has been overwritten by another node', { staticData: { gptImage: 'theirs' } }],
		['has a list where the images were', { staticData: { gptImage: { images: [1] } } }],
	])('is found again where what the workflow keeps %s', async (_, setup) => {
		const chat = new Conversation('overwritten');
		chat.staticData = setup.staticData!;
		const { json } = await chat.call({});

		expect((await chat.edit(json['imageId'])).json).toMatchObject({ status: 'made' });
		expect(JSON.stringify(chat.staticData)).toContain(String(json['imageId']));
	});

	it('is delivered where n8n takes no account of it', async () => {
		const n8n = fakeN8n({
			answer: () => jsonAnswer({ data: [{ b64_json: png.toString('base64') }], usage: USAGE }),
			parameters: PARAMETERS,
		});
		Object.assign(n8n.context, {
			setMetadata: () => {
				throw new Error('no task');
			},
		});
		const [[item] = []] = await new GptImage().execute.call(n8n.context);

		expect(item?.json).toMatchObject({ status: 'made' });
	});

	it('is delivered where the workflow can keep nothing, and the log says so', async () => {
		const n8n = fakeN8n({
			isTool: true,
			keepsFiles: true,
			answer: () => jsonAnswer({ data: [{ b64_json: png.toString('base64') }], usage: USAGE }),
			parameters: PARAMETERS,
		});
		Object.assign(n8n.context, {
			getWorkflowStaticData: () => {
				throw new Error('no such workflow');
			},
		});
		const [[item] = []] = await new GptImage().execute.call(n8n.context);

		expect(item?.json).toMatchObject({ status: 'made' });
		expect(n8n.log).toContainEqual(
			expect.objectContaining({
				level: 'warn',
				message: 'GPT Image: could not keep images with the workflow: no such workflow',
			}),
		);
	});

	it('a hundred of them are kept in the workflow, however many there were', async () => {
		const chat = new Conversation('many');
		await chat.call(
			{ count: 10 },
			{
				answer: () =>
					jsonAnswer({ data: Array(10).fill({ b64_json: png.toString('base64') }), usage: USAGE }),
			},
		);
		for (let index = 0; index < 10; index++)
			await chat.call(
				{ count: 10 },
				{
					answer: () =>
						jsonAnswer({
							data: Array(10).fill({ b64_json: png.toString('base64') }),
							usage: USAGE,
						}),
				},
			);
		const { images } = chat.staticData['gptImage'] as { images: IDataObject };

		expect(Object.keys(images)).toHaveLength(100);
	});
});

describe('what an agent gets', () => {
	it('has a picture in Markdown beside the link, and ten fields at most', async () => {
		const { json, n8n } = await new Conversation('markdown').call({
			run: { budgetUsd: 1, budgetSession: 's' },
		});

		expect(json['markdown']).toBe(
			`![a-red-balloon.png](${json['url'] as string} "${json['imageId'] as string}")`,
		);
		expect(json['url']).toMatch(/^https:\/\/n8n\.example\.com\/rest\/binary-data\/signed\?token=/);
		expect(Object.keys(json).length).toBeLessThanOrEqual(10);
		expect(Object.keys(json)).toEqual(
			expect.arrayContaining(['status', 'costUsd', 'sessionUsd', 'imageId', 'url', 'markdown']),
		);
		expect(n8n.hints.filter(({ type }) => type === 'warning')).toEqual([]);
	});

	it('without links has neither', async () => {
		const { json } = await new Conversation('plain').call({ options: {} });

		expect(json).not.toHaveProperty('markdown');
		expect(json).not.toHaveProperty('url');
	});

	it('can be chosen field by field, those of a long item too', async () => {
		const fields = ['imageId', 'markdown', 'fileName', 'size', 'sessionUsd', 'image.sha256'];
		const { json } = await new Conversation('selected').call({
			output: 'selected',
			outputFields: fields,
			run: { budgetSession: 's' },
		});

		expect(Object.keys(json)).toEqual([...fields.slice(0, -1), 'sha256']);
		expect(json['sha256']).toBe(createHash('sha256').update(png).digest('hex'));
	});

	it('in a workflow without an agent the link is there, as the last column, and no Markdown', async () => {
		const { json } = await new Conversation('table').call(
			{ output: '', simplify: true },
			{ isTool: false },
		);

		expect(json['url']).toEqual(expect.any(String));
		expect(Object.keys(json).at(-1)).toBe('url');
		expect(json).not.toHaveProperty('markdown');
	});
});

describe('a budget of a session', () => {
	const session = (budgetUsd: number, budgetSession: unknown = 'chat-1') => ({
		run: { budgetUsd, budgetSession },
	});
	it('that others have used up says so where images are skipped', async () => {
		const chat = new Conversation('shared budget');
		await chat.call(session(1.5 * USD));
		const { n8n } = await chat.call(session(1.5 * USD));

		expect(n8n.hints.map(({ message }) => message)).toContain(
			`1 image was not made because the budget was reached. It is returned as skipped, with its estimate. All runs with the same 'Budget Session ID' share this budget, and have spent $0.0060 of it together so far.`,
		);
	});

	const call = async (chat: Conversation, run: IDataObject, more: FakeSetup = {}) =>
		(await chat.call(run, more)).json;

	it('holds over executions and nodes, and each item says what was spent so far', async () => {
		const chat = new Conversation('budget');
		const [first, second, third] = [
			await call(chat, session(2.5 * USD)),
			await call(chat, session(2.5 * USD)),
			await call(chat, session(2.5 * USD)),
		];

		expect([first, second, third].map(({ status }) => status)).toEqual(['made', 'made', 'skipped']);
		expect(second['sessionUsd']).toBe(Number(first['costUsd']) + Number(second['costUsd']));
		expect(await call(chat, session(2.5 * USD, 'chat-2'))).toMatchObject({ status: 'made' });
	});

	it('is another one in another workflow', async () => {
		await call(new Conversation('one'), session(1.5 * USD));

		expect(await call(new Conversation('two'), session(1.5 * USD))).toMatchObject({
			status: 'made',
		});
	});

	it('goes on with what was saved where another process has spent', async () => {
		const chat = new Conversation('worker-1');
		await call(chat, session(1.5 * USD));
		const other = new Conversation('worker-2');
		other.staticData = JSON.parse(JSON.stringify(chat.staticData)) as IDataObject;

		expect(await call(other, session(1.5 * USD))).toMatchObject({ status: 'skipped' });
		expect(JSON.stringify(chat.staticData)).not.toContain('chat-1');
	});

	it('without an amount only counts', async () => {
		const chat = new Conversation('count');
		const first = await call(chat, { run: { budgetSession: 'chat' } });
		const second = await call(chat, { run: { budgetSession: 'chat' } });

		expect(second['sessionUsd']).toBe(2 * Number(first['sessionUsd']));
	});

	it('goes on where another node has overwritten what the workflow keeps', async () => {
		const chat = new Conversation('overwritten budget');
		await call(chat, session(1.5 * USD));
		chat.staticData = { gptImage: { sessions: 'theirs' } };

		expect(await call(chat, session(2.5 * USD))).toMatchObject({ status: 'made' });
		expect(await call(chat, session(2.5 * USD))).toMatchObject({ status: 'skipped' });
	});

	it('goes on where the saved sum can’t be read, and calls no sum known any more', async () => {
		const chat = new Conversation('unreadable sum');
		await call(chat, { run: { budgetSession: 'chat' } });
		const sessions = (chat.staticData['gptImage'] as { sessions: IDataObject }).sessions;
		for (const key of Object.keys(sessions)) sessions[key] = { spentUsd: 'lots' };

		expect(await call(chat, { run: { budgetSession: 'chat' } })).toMatchObject({
			status: 'made',
			sessionUsd: null,
		});
	});

	it('says of no sum that it is known when a part of it is not, in no later message either', async () => {
		const chat = new Conversation('unknown part');
		const run = { budgetSession: 'chat' };
		const known = await call(chat, { run });
		const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64');
		const unknown = await call(
			chat,
			{
				run,
				model: { mode: 'id', value: 'gpt-image-2.6-flare' },
				options: { outputFormat: 'svg' },
			},
			{ answer: () => jsonAnswer({ data: [{ b64_json: svg }], usage: USAGE }) },
		);
		const later = await call(chat, { run });
		const other = new Conversation('unknown part, another process');
		other.staticData = JSON.parse(JSON.stringify(chat.staticData)) as IDataObject;

		expect(known['sessionUsd']).toBe(USD);
		expect([unknown['costUsd'], unknown['sessionUsd'], later['sessionUsd']]).toEqual([
			null,
			null,
			null,
		]);
		expect((await call(other, { run }))['sessionUsd']).toBeNull();
	});

	it('of two sessions in one run is refused before anything is sent', async () => {
		const n8n = fakeN8n({
			input: [{ json: {} }, { json: {} }],
			parameters: (index) => ({ ...PARAMETERS, ...session(1, `chat-${index}`) }),
		});

		await expect(new GptImage().execute.call(n8n.context)).rejects.toThrow(
			"'Budget Session ID' is 'chat-1', but 'chat-0' for the first input item. All items of a run must have the same ID",
		);
	});

	it('that an expression does not give is refused before anything is sent', async () => {
		const n8n = fakeN8n({
			parameters: { ...PARAMETERS, ...session(1, '') },
			editorParameters: { run: { budgetUsd: 1, budgetSession: '={{ $json.sessionId }}' } },
		});

		await expect(new GptImage().execute.call(n8n.context)).rejects.toThrow(
			"'Budget Session ID' is an expression that returns nothing.",
		);
	});
});
