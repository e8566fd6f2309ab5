import { createHash } from 'node:crypto';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { CATALOGUE } from '../../../nodes/core/catalogue/catalogue';
import { readRecords } from '../../../nodes/core/report/records';
import { makeReport } from '../../../nodes/core/report/report';
import { fakeN8n, jsonAnswer, type FakeN8n, type FakeSetup } from '../fixtures/fakeN8n.mts';
import { canvas } from '../fixtures/pictures.mts';

const PARAMETERS = {
	resource: 'image',
	operation: 'generate',
	model: { mode: 'id', value: 'gpt-image-2' },
	prompt: 'a red balloon on a wooden table',
	quality: 'low',
	size: '1024x1024',
	count: 1,
	options: {},
	run: { maxAttempts: 1 },
};
const USAGE = {
	input_tokens: 14,
	input_tokens_details: { text_tokens: 14, image_tokens: 0 },
	output_tokens: 196,
	output_tokens_details: { image_tokens: 196, text_tokens: 0 },
	total_tokens: 210,
};

let jpeg: string;
let png: string;
beforeAll(async () => {
	jpeg = (await canvas(false).jpeg().toBuffer()).toString('base64');
	png = (await canvas(true).png().toBuffer()).toString('base64');
});

const made = (images: string[], fields: IDataObject = {}) =>
	jsonAnswer({
		data: images.map((b64_json) => ({ b64_json })),
		quality: 'low',
		size: '1024x1024',
		background: 'opaque',
		usage: USAGE,
		...fields,
	});

async function run(setup: FakeSetup): Promise<{ items: INodeExecutionData[]; n8n: FakeN8n }> {
	const parameters = setup.parameters;
	const n8n = fakeN8n({
		...setup,
		parameters: (index) => ({
			...PARAMETERS,
			...(typeof parameters === 'function' ? parameters(index) : parameters),
		}),
	});
	const [items = []] = await new GptImage().execute.call(n8n.context);
	return { items, n8n };
}

describe('an SVG whose answer has no size', () => {
	const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"/>');
	it.each(['1536x1024', 'auto'])(
		'has the size that was asked for, and so has what is made of it (%s)',
		async (size) => {
			const model = { mode: 'id', value: 'gpt-image-2.6-flare' };
			const { items } = await run({
				parameters: { model, size, options: { outputFormat: 'svg' } },
				answer: () => jsonAnswer({ data: [{ b64_json: svg.toString('base64') }], usage: USAGE }),
			});
			const promoted = await run({
				input: items,
				parameters: {
					operation: 'promote',
					mode: 'regenerate',
					size: 'same',
				},
				answer: () => made([png]),
			});

			expect(items[0]?.json).toMatchObject({ size, image: { width: 24, height: 24 } });
			expect(bodies(promoted.n8n)[0]?.['size']).toBe(size);
		},
	);
});

describe('a GIF of a transparent draft', () => {
	it.each<[string, IDataObject]>([
		['whole', { background: 'transparent', image: { id: 'img_0123456789abcdef01234567' } }],
		[
			'simplified',
			{ status: 'made', background: 'transparent', imageId: 'img_0123456789abcdef01234567' },
		],
	])('is asked for without a background, which GIFs have (%s item)', async (_, draft) => {
		const promote = async (outputFormat: string) =>
			await run({
				input: [{ json: { ...draft, prompt: 'a wave', size: '960x960' } }],
				parameters: {
					operation: 'promote',
					mode: 'regenerate',
					model: { mode: 'id', value: 'gpt-image-2.6-flare' },
					prompt: '',
					size: 'same',
					options: { outputFormat, ...(outputFormat === 'gif' && { frameCount: 4 }) },
				},
				answer: () => made([png]),
			});
		const [asGif] = bodies((await promote('gif')).n8n);
		const [asPng] = bodies((await promote('png')).n8n);

		expect(asGif).toMatchObject({ output_format: 'gif', size: '960x960' });
		expect(asGif).not.toHaveProperty('background');
		expect(asPng).toMatchObject({ output_format: 'png', background: 'transparent' });
	});
});

const bodies = (n8n: FakeN8n): IDataObject[] =>
	n8n.requests.map(({ options }) => JSON.parse(String(options.body)) as IDataObject);
const field = (item: INodeExecutionData | undefined, name: string): IDataObject =>
	item?.json[name] as IDataObject;

describe('the item of an image', () => {
	it('has exactly the fields of the interface', async () => {
		const { items } = await run({ answer: () => made([jpeg]) });
		const [item] = items;

		expect(items).toHaveLength(1);
		expect(item?.json).toStrictEqual({
			prompt: 'a red balloon on a wooden table',
			status: 'made',
			operation: 'generate',
			model: 'gpt-image-2',
			requestedModel: 'gpt-image-2',
			quality: 'low',
			size: '1024x1024',
			background: 'opaque',
			createdAt: null,
			image: {
				id: expect.stringMatching(/^img_[0-9a-f]{24}$/) as string,
				index: 0,
				count: 1,
				width: 60,
				height: 40,
				bytes: Buffer.from(jpeg, 'base64').length,
				mimeType: 'image/jpeg',
				fileName: 'a-red-balloon-on-a-wooden-table.jpg',
				sha256: createHash('sha256').update(Buffer.from(jpeg, 'base64')).digest('hex'),
			},
			cost: {
				usd: 0.00595,
				exact: '0.00595',
				currency: 'USD',
				basis: 'usage',
				batchDiscount: false,
				tokens: {
					textInput: 14,
					cachedTextInput: 0,
					imageInput: 0,
					cachedImageInput: 0,
					imageOutput: 196,
					textOutput: 0,
				},
				breakdown: { textInput: '0.00007', imageOutput: '0.00588' },
				requestUsd: 0.00595,
				pricesAsOf: CATALOGUE.pricesAsOf,
				totalUsd: 0.00595,
			},
			request: {
				id: 'req_1',
				key: expect.stringMatching(/^req_[0-9a-f]{24}$/) as string,
				attempts: 1,
				durationMs: expect.any(Number) as number,
				maybeBilledAttempts: 0,
				reused: false,
			},
		});
		expect(item?.pairedItem).toEqual({ item: 0 });
		expect(Object.keys(item?.binary ?? {})).toEqual(['data']);
		expect(item?.binary?.data?.data).toBe(jpeg);
	});

	it('survives JSON, as the next node gets it', async () => {
		const { items } = await run({ answer: () => made([jpeg]) });

		expect(JSON.parse(JSON.stringify(items[0]?.json))).toStrictEqual(items[0]?.json);
	});

	it('is named and typed after the actual bytes, whatever was asked for', async () => {
		const { items, n8n } = await run({
			parameters: { options: { outputFormat: 'jpeg', fileName: 'mine.jpg' } },
			answer: () => made([png]),
		});

		expect(field(items[0], 'image')).toMatchObject({ mimeType: 'image/png', fileName: 'mine.png' });
		expect(n8n.stored).toEqual([
			{ bytes: Buffer.from(png, 'base64'), fileName: 'mine.png', mimeType: 'image/png' },
		]);
	});

	it('that is no known image is kept all the same: it was paid for', async () => {
		const { items } = await run({
			answer: () => made([Buffer.from('something new').toString('base64')]),
		});

		expect(field(items[0], 'image')).toMatchObject({
			width: null,
			height: null,
			bytes: 13,
			mimeType: 'application/octet-stream',
		});
		expect(field(items[0], 'cost').usd).toBe(0.00595);
	});

	it('goes into the field that was named', async () => {
		const { items } = await run({
			parameters: { options: { outputBinaryField: ' picture ' } },
			answer: () => made([jpeg]),
		});

		expect(Object.keys(items[0]?.binary ?? {})).toEqual(['picture']);
	});

	it('says what the API made of auto, and falls back on the image itself', async () => {
		const auto = { quality: 'auto', size: 'auto' };
		const told = await run({
			parameters: auto,
			answer: () => made([jpeg], { quality: 'high', size: '1536x1024' }),
		});
		const silent = await run({
			parameters: auto,
			answer: () => jsonAnswer({ data: [{ b64_json: jpeg }] }),
		});

		expect(told.items[0]?.json).toMatchObject({ quality: 'high', size: '1536x1024' });
		expect(silent.items[0]?.json).toMatchObject({
			quality: 'auto',
			size: '60x40',
			background: null,
		});
	});

	it('whose cost is not known says so, and never 0', async () => {
		const unknown = {
			usd: null,
			exact: null,
			basis: 'unknown',
			breakdown: {},
			requestUsd: null,
			totalUsd: null,
		};
		const { items: noUsage } = await run({ answer: () => made([jpeg], { usage: undefined }) });
		const { items: noPrice } = await run({
			parameters: { model: { mode: 'id', value: 'gpt-image-9' } },
			answer: () => made([jpeg]),
		});

		expect(field(noUsage[0], 'cost')).toMatchObject({ ...unknown, tokens: null });
		expect(field(noPrice[0], 'cost')).toMatchObject({ ...unknown, tokens: { imageOutput: 196 } });
	});

	it('whose cost is an upper bound says so', async () => {
		const { items } = await run({
			answer: () => made([jpeg], { usage: { input_tokens: 14, output_tokens: 196 } }),
		});

		expect(field(items[0], 'cost')).toMatchObject({ usd: 0.00595, estimated: true });
	});

	it('can carry its input item, whole and apart from what is ours', async () => {
		const row = {
			sku: 7,
			prompt: 'theirs',
			cost: 'theirs',
			skipped: 'budget',
			error: 'theirs',
			image: 1,
			draft: { model: 'x', cost: { usd: 9 } },
		};
		const { items } = await run({
			input: [{ json: row }],
			parameters: { options: { includeInputFields: true } },
			answer: () => made([jpeg]),
		});
		const [{ json = {} } = {}] = items;

		expect(json.input).toEqual(row);
		expect(json).toMatchObject({ prompt: PARAMETERS.prompt, cost: { usd: 0.00595 } });
		expect(Object.keys(json)).not.toEqual(expect.arrayContaining(['skipped']));
		expect(json).not.toHaveProperty('error');
		expect(json).not.toHaveProperty('draft');
	});

	it('made of an item of ours carries the row that this one had, and what was added to it', async () => {
		const first = await run({
			input: [{ json: { sku: 7 } }],
			parameters: { options: { includeInputFields: true } },
			answer: () => made([jpeg]),
		});
		const added = [{ ...first.items[0], json: { ...first.items[0]?.json, campaign: 'autumn' } }];
		const { items } = await run({
			input: added,
			parameters: { options: { includeInputFields: true } },
			answer: () => made([jpeg]),
		});

		expect(items[0]?.json.input).toEqual({ sku: 7, campaign: 'autumn' });
	});

	it('has an id that no other has', async () => {
		const { items } = await run({
			parameters: { count: 4 },
			answer: () => made([jpeg, jpeg, jpeg, jpeg]),
		});
		const ids = items.map((item) => String(field(item, 'image').id));

		expect(new Set(ids).size).toBe(4);
		expect(ids.every((id) => /^img_[0-9a-f]{24}$/.test(id))).toBe(true);
		expect(new Set(items.map((item) => field(item, 'request').key)).size).toBe(1);
	});
});

describe('several images', () => {
	it('of one request share its cost exactly, and are numbered', async () => {
		const usage = {
			...USAGE,
			input_tokens: 0,
			input_tokens_details: null,
			output_tokens: 1,
			output_tokens_details: null,
		};
		const { items } = await run({
			parameters: { count: 7 },
			answer: () =>
				made(
					Array.from({ length: 7 }, () => jpeg),
					{ usage },
				),
		});
		const costs = items.map((item) => field(item, 'cost'));

		expect(costs.map(({ exact }) => String(exact))).toEqual([
			'0.000004285715',
			'0.000004285715',
			'0.000004285714',
			'0.000004285714',
			'0.000004285714',
			'0.000004285714',
			'0.000004285714',
		]);
		expect(costs.every(({ requestUsd }) => requestUsd === 0.00003)).toBe(true);
		expect(items.map((item) => field(item, 'image').index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
		expect(items.map((item) => field(item, 'image').fileName)).toContain(
			'a-red-balloon-on-a-wooden-table-7.jpg',
		);
	});

	it('above what one request makes are split, numbered through, and sent with keys of their own', async () => {
		const { items, n8n } = await run({
			parameters: { count: 12, run: { maxAttempts: 1, maxConcurrency: 2 } },
			answer: (options) =>
				made(
					Array.from({ length: (JSON.parse(String(options.body)) as { n: number }).n }, () => jpeg),
				),
		});

		expect(bodies(n8n).map(({ n }) => n)).toEqual([6, 6]);
		expect(items.map((item) => field(item, 'image').index)).toEqual(
			Array.from({ length: 12 }, (_, index) => index),
		);
		expect(items.every((item) => field(item, 'image').count === 12)).toBe(true);
		const keys = n8n.requests.map(({ options }) => options.headers?.['idempotency-key']);
		expect(new Set(keys).size).toBe(2);
		expect(keys.every((key) => typeof key === 'string' && key.length >= 32)).toBe(true);
	});

	it('fewer than asked for are delivered, and the rest is asked for', async () => {
		const { items, n8n } = await run({
			parameters: { count: 4, run: { maxAttempts: 1, maxConcurrency: 1 } },
			answer: (_options, index) => made(index === 0 ? [jpeg] : [jpeg, jpeg, jpeg]),
		});

		expect(bodies(n8n).map(({ n }) => n)).toEqual([4, 3]);
		expect(items.map((item) => field(item, 'image').index)).toEqual([0, 1, 2, 3]);
		expect(items.map((item) => field(item, 'cost').requestUsd)).toEqual([
			0.00595, 0.00595, 0.00595, 0.00595,
		]);
		expect(
			items
				.map((item) => field(item, 'cost').usd)
				.reduce((sum: number, usd) => sum + Number(usd), 0),
		).toBeCloseTo(0.0119, 12);
	});

	it('fewer than asked for, the rest of which fails, are delivered beside a failed item', async () => {
		const failing = jsonAnswer({ error: { message: 'Nonsense.' } }, 400);
		const { items } = await run({
			continueOnFail: true,
			parameters: { count: 4, run: { maxAttempts: 1, maxConcurrency: 1 } },
			answer: (_options, index) => (index === 0 ? made([jpeg]) : failing),
		});

		expect(items.map(({ json }) => json.code ?? 'made')).toEqual(['made', 'http_400']);
	});

	it('more than asked for are delivered, numbered on', async () => {
		const { items } = await run({ answer: () => made([jpeg, jpeg, jpeg]) });

		expect(items.map((item) => [field(item, 'image').index, field(item, 'image').count])).toEqual([
			[0, 1],
			[1, 2],
			[2, 3],
		]);
		expect(new Set(items.map((item) => field(item, 'image').fileName)).size).toBe(3);
	});

	it('of which one can not be stored leave the others, and say what the lost ones cost', async () => {
		let stored = 0;
		const full = () => {
			if (++stored > 2) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
		};
		const setup = {
			parameters: { count: 4 },
			store: full,
			answer: () => made([jpeg, jpeg, jpeg, jpeg]),
		};
		const { items } = await run({ ...setup, continueOnFail: true });

		expect(items.map(({ json }) => json.code ?? 'made')).toEqual(['made', 'made', 'not_stored']);
		const costs = items.map((item) => Number(field(item, 'cost').usd));
		expect(costs.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(0.00595, 12);
		expect(costs[2]).toBeCloseTo(0.002975, 12);

		stored = 0;
		await expect(run(setup)).rejects.toMatchObject({
			description: expect.stringContaining(
				'storage for binary data. 2 images were made and billed, but could not be stored. Before the run stopped, 2 images for',
			),
		});
	});

	it.each(['prompt', 'options', 'run'])(
		'whose expression in %s fails for one input item fail alone where the node goes on, else the node ends as n8n says it',
		async (name) => {
			const missing = new Error('Paired item data for the item is not available');
			const parameters = (index: number): Record<string, unknown> => {
				if (index === 1) throw missing;
				return {};
			};
			const setup = {
				input: ['a', 'b', 'c'].map((name) => ({ json: { name } })),
				parameters,
				answer: () => made([jpeg]),
			};
			const editorParameters = { [name]: { nested: "={{ $('Rows').item.json.prompt }}" } };
			const { items, n8n } = await run({ ...setup, editorParameters, continueOnFail: true });

			expect(items.map(({ json, pairedItem }) => [json.code ?? 'made', pairedItem])).toEqual([
				['made', { item: 0 }],
				['invalid_input', { item: 1 }],
				['made', { item: 2 }],
			]);
			expect(JSON.stringify(items[1]?.json)).toContain('Paired item data');
			expect(n8n.requests).toHaveLength(2);
			await expect(run({ ...setup, editorParameters })).rejects.toBe(missing);
		},
	);

	it('of several input items come in their order, paired', async () => {
		const { items } = await run({
			input: ['a', 'b', 'c'].map((name) => ({ json: { name } })),
			parameters: (index) => ({ prompt: `prompt ${index}`, count: index + 1 }),
			answer: (options) =>
				made(
					Array.from({ length: (JSON.parse(String(options.body)) as { n: number }).n }, () => jpeg),
				),
		});

		expect(items.map((item) => [item.json.prompt, item.pairedItem])).toEqual([
			['prompt 0', { item: 0 }],
			['prompt 1', { item: 1 }],
			['prompt 1', { item: 1 }],
			['prompt 2', { item: 2 }],
			['prompt 2', { item: 2 }],
			['prompt 2', { item: 2 }],
		]);
	});
});

describe('an edit', () => {
	const binary = (base64: string, mimeType: string) => ({ data: base64, mimeType, fileName: 'x' });

	it('sends the files as what their bytes are, and prices unexplained input as images', async () => {
		const { items, n8n } = await run({
			input: [
				{
					json: {},
					binary: {
						photo: binary(jpeg, 'image/png'),
						logo: binary(png, 'text/plain'),
						mask: binary(png, 'image/png'),
					},
				},
			],
			parameters: { operation: 'edit', inputBinaryFields: 'photo, logo', maskBinaryField: 'mask' },
			answer: () => made([jpeg], { usage: { input_tokens: 1000, output_tokens: 196 } }),
		});
		const form = n8n.requests[0]?.options.body as unknown as FormData;
		const files = [...(form.getAll('image[]') as File[]), form.get('mask') as File];

		expect(files.map(({ name, type }) => [name, type])).toEqual([
			['image-1.jpg', 'image/jpeg'],
			['image-2.png', 'image/png'],
			['mask.png', 'image/png'],
		]);
		expect(Buffer.from(await (files[0] as File).arrayBuffer()).toString('base64')).toBe(jpeg);
		expect(items[0]?.json).toMatchObject({
			operation: 'edit',
			cost: { tokens: { imageInput: 1000, textInput: 0 }, estimated: true },
		});
	});

	it('names every field that holds no file, and sends nothing', async () => {
		const attempt = run({
			input: [{ json: {}, binary: { photo: binary(jpeg, 'image/jpeg') } }],
			parameters: { operation: 'edit', inputBinaryFields: 'photo,fotto', maskBinaryField: 'maske' },
		});

		await expect(attempt).rejects.toMatchObject({
			message: expect.stringContaining(
				"'Input Binary Fields' names 'fotto', which the input item does not have. It has 'photo'.",
			),
			description: expect.stringContaining(
				"'Mask Binary Field' names 'maske', which the input item does not have. It has 'photo'.",
			),
		});
	});
});

describe('an item that can’t be served', () => {
	it('says which of several it is, counted from 1, and quotes its prompt', async () => {
		const prompts = ['a mug', `a <b>very</b> ${'long '.repeat(30)}prompt`, 'a pot'];
		const setup: FakeSetup = {
			input: prompts.map((prompt) => ({ json: { prompt } })),
			parameters: (index) => ({
				prompt: prompts[index],
				run: { maxAttempts: 1, maxConcurrency: 1 },
			}),
			answer: (_options, index) =>
				index === 1
					? jsonAnswer({ error: { message: 'Rejected.', code: 'moderation_blocked' } }, 400)
					: made([jpeg]),
		};
		const { items, n8n } = await run({ ...setup, continueOnFail: true });
		const which = /^Input item 2 of 3 \("a b very \/b long long long .*…"\)\. Change the prompt/;

		expect(items[1]?.json).toMatchObject({ description: expect.stringMatching(which) });
		expect(n8n.hints).toContainEqual({
			type: 'warning',
			location: 'outputPane',
			message: expect.stringMatching(
				/^Input item 2 \("a b very \/b long .*…"\) failed: The request was blocked by moderation\. For details, see 'error' and 'description' of its item\.$/,
			),
		});
		await expect(run(setup)).rejects.toMatchObject({ description: expect.stringMatching(which) });
	});

	const refused = jsonAnswer(
		{
			error: {
				message: 'Rejected.',
				code: 'moderation_blocked',
				moderation_details: { moderation_stage: 'output', categories: ['violence'] },
			},
		},
		400,
	);

	it('stops the node, names the item, and says which images are lost', async () => {
		const attempt = run({
			input: [{ json: {} }, { json: {} }],
			parameters: { run: { maxAttempts: 1, maxConcurrency: 1 } },
			answer: (_options, index) => (index === 0 ? made([jpeg]) : refused),
		});

		await expect(attempt).rejects.toMatchObject({
			message: 'The request was blocked by moderation (the image that was made): violence',
			description: expect.stringMatching(
				/^Input item 2 of 2 .*Before the run stopped, 1 image for \$0\.0060 had been made\. It is kept with this execution: .* does not pay for it twice\. With 'On Error' set to 'Continue', it is returned right away\. \[status 400, code moderation_blocked(?:, request [^\]]+)?\]$/,
			),
			context: { itemIndex: 1 },
			httpCode: '400',
		});
	});

	it('is an item of its own when the node continues, with a cost that is unknown', async () => {
		const { items } = await run({
			continueOnFail: true,
			input: [{ json: {} }, { json: {} }],
			answer: (_options, index) => (index === 0 ? refused : made([jpeg])),
		});

		expect(items).toHaveLength(2);
		expect(items[0]?.json).toMatchObject({
			error: 'The request was blocked by moderation (the image that was made): violence',
			code: 'moderation_blocked',
			httpStatus: 400,
			moderation: { stage: 'output', categories: ['violence'] },
			prompt: PARAMETERS.prompt,
			model: 'gpt-image-2',
			cost: { usd: null, basis: 'unknown' },
			request: { id: 'req_1', attempts: 1 },
		});
		expect(items[0]).not.toHaveProperty('binary');
		expect(items[0]?.pairedItem).toEqual({ item: 0 });
		expect(items[1]?.json).toMatchObject({ cost: { usd: 0.00595 } });
	});

	it('for a setting of the whole run is an item for each input item when the node continues, not the input handed on', async () => {
		const { items, n8n } = await run({
			continueOnFail: true,
			input: [{ json: { sku: 1 } }, { json: { sku: 2 } }],
			parameters: { run: { budgetUsd: 'a lot' } },
		});

		expect(n8n.requests).toEqual([]);
		expect(items.map(({ json, pairedItem }) => [json.error, json.code, pairedItem])).toEqual(
			[0, 1].map((item) => [
				expect.stringContaining("'Budget (USD)' is 'a lot'"),
				'invalid_input',
				{ item },
			]),
		);
		expect(items.map(({ json }) => json.request)).toEqual(
			[0, 1].map(() =>
				expect.objectContaining({ id: null, key: expect.stringMatching(/^req_/), attempts: 0 }),
			),
		);
		expect(n8n.hints).toEqual([
			expect.objectContaining({
				type: 'warning',
				message: expect.stringContaining("Every item failed: 'Budget (USD)' is 'a lot'"),
			}),
		]);
	});

	it('for a setting of the whole run keeps its row with Include Input Fields, and the report counts it as never sent', async () => {
		const { items } = await run({
			continueOnFail: true,
			input: [{ json: { sku: 1 } }, { json: { sku: 2 } }],
			parameters: { options: { includeInputFields: true }, run: { timeoutSeconds: 9_999_999 } },
		});

		expect(items.map(({ json }) => json.input)).toEqual([{ sku: 1 }, { sku: 2 }]);
		expect(makeReport(readRecords(items.map(({ json }) => json)))).toMatchObject({
			total: { cost: 0n, atLeast: false },
			failures: { count: 2, neverSent: 2 },
			ignored: 0,
		});
	});

	it('is told of in a hint, also when there is no image at all', async () => {
		const { n8n } = await run({
			continueOnFail: true,
			input: [{ json: {} }],
			parameters: { run: { maxAttempts: 1 } },
			answer: () => refused,
		});

		expect(n8n.hints).toContainEqual(
			expect.objectContaining({ type: 'warning', message: 'No image was made: 1 failed' }),
		);
	});

	it('for its own input is told before anything is sent', async () => {
		const parameters = (index: number) => (index === 1 ? { prompt: '', quality: 'max' } : {});
		const n8n = fakeN8n({
			input: [{ json: {} }, { json: {} }],
			parameters: (index) => ({ ...PARAMETERS, ...parameters(index) }),
		});

		await expect(new GptImage().execute.call(n8n.context)).rejects.toMatchObject({
			message: expect.stringContaining("'Prompt' is empty."),
			description: expect.stringContaining(
				"Also: 'Quality' is 'max', which gpt-image-2 does not support.",
			),
			context: { itemIndex: 1 },
		});
		expect(n8n.requests).toEqual([]);
	});

	it('for its own input is an item when the node continues, and the others are served', async () => {
		const { items, n8n } = await run({
			continueOnFail: true,
			input: [{ json: {} }, { json: {} }],
			parameters: (index) => (index === 0 ? { count: 0, prompt: 17 } : {}),
			answer: () => made([jpeg]),
		});

		expect(items[0]?.json).toMatchObject({
			code: 'invalid_input',
			prompt: '17',
			cost: { usd: null, basis: 'unknown' },
			request: { id: null, attempts: 0 },
		});
		expect(items[0]?.json.error).toContain("'Number of Images' is '0'");
		expect(items[1]?.json).toMatchObject({ operation: 'generate' });
		expect(n8n.requests).toHaveLength(1);
	});

	describe('because n8n can’t store its image ends the run: the next would be lost, too', () => {
		const setup: FakeSetup = {
			input: [{ json: {} }, { json: {} }],
			parameters: { run: { maxConcurrency: 1 } },
			answer: () => made([jpeg]),
			store: () => {
				throw Object.assign(new Error('disk full'), { code: 'ENOSPC' });
			},
		};

		it('as an error', async () => {
			await expect(run(setup)).rejects.toMatchObject({
				message: 'The image could not be stored: disk full',
				description: expect.stringMatching(
					/The image was made and billed, but n8n could not store it\. Check n8n's storage for binary data\. \[code not_stored, /,
				),
			});
		});

		it('and says of none that was not sent that it was billed', async () => {
			const { items, n8n } = await run({ ...setup, continueOnFail: true });

			expect(n8n.requests).toHaveLength(1);
			expect(items.map(({ json }) => [json.code, json.error])).toEqual([
				['not_stored', 'The image could not be stored: disk full'],
				['not_started', 'Not started because n8n could not store another image.'],
			]);
			expect(items[1]?.json.description).toMatch(/^Input item 2 of 2 .*\. Nothing was sent\. /);
			expect(n8n.hints.map(({ message }) => message).join()).toContain(
				'1 image made and billed, but not stored',
			);
		});
	});
});

describe('what is told besides', () => {
	it('is the sum, in the output panel and to the editor', async () => {
		const { n8n } = await run({ input: [{ json: {} }, { json: {} }], answer: () => made([jpeg]) });

		expect(n8n.hints).toContainEqual({
			message: '2 images for $0.0119',
			type: 'info',
			location: 'outputPane',
		});
		expect(n8n.messages.at(-1)).toBe('GPT Image: 2 of 2 images done, $0.0119 spent so far');
	});

	it('are the tokens, for n8n’s own count', async () => {
		const { n8n } = await run({ input: [{ json: {} }, { json: {} }], answer: () => made([jpeg]) });

		expect(n8n.metadata).toMatchObject({ tokenUsage: { inputTokens: 28, outputTokens: 392 } });
	});

	it('is a warning for an experimental size, once for all items', async () => {
		const { n8n } = await run({
			input: [{ json: {} }, { json: {} }],
			parameters: { size: 'custom', width: '3840', height: 2160 },
			answer: () => made([jpeg]),
		});

		expect(n8n.hints.filter(({ type }) => type === 'warning')).toEqual([
			{
				message:
					'The size 3840x2160 is above 2560x1440, which OpenAI calls experimental: results may vary.',
				type: 'warning',
				location: 'outputPane',
			},
		]);
		expect(bodies(n8n)[0]).toMatchObject({ size: '3840x2160' });
	});

	it('nothing that is secret', async () => {
		const { items, n8n } = await run({ answer: () => made([jpeg]) });

		expect(JSON.stringify([items, n8n.hints, n8n.messages, n8n.metadata])).not.toContain('sk-test');
	});
});
