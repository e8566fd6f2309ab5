/** GIF, SVG and markup, judged by the official client and its types. */
import OpenAI, { BadRequestError, toFile } from 'openai';
import type { ImageGenerateParamsNonStreaming } from 'openai/resources/images';
import sharp from 'sharp';
import { inspectImage } from '../../nodes/core/images/inspect';
import type { Simulator } from '../simulator/index.mts';
import { clientOf, editForm, imageBytes, picture, postJson, rejection, start } from './support.mts';
import type { Part } from './support.mts';

const FLARE = 'gpt-image-2.6-flare';

let simulator: Simulator;
let client: OpenAI;
beforeAll(async () => {
	simulator = await start();
	client = clientOf(simulator);
});
beforeEach(() => {
	simulator.reset();
	simulator.configure({ svgModelSelection: true, svgs: undefined });
});
afterAll(() => simulator.close());

const generate = (params: Partial<ImageGenerateParamsNonStreaming>) =>
	client.images.generate({ model: FLARE, prompt: 'A quiet lake', quality: 'low', ...params });

describe('a GIF', () => {
	test.each([
		[undefined, undefined, 9, 200],
		[2, 85, 2, 90],
		[16, 4000, 16, 4000],
	])('of %s frames and %s ms', async (frame_count, frame_duration_ms, frames, ms) => {
		const response = await generate({
			output_format: 'gif',
			size: '320x288',
			...(frame_count !== undefined && { frame_count }),
			...(frame_duration_ms !== undefined && { frame_duration_ms }),
		});
		const bytes = imageBytes(response);
		const { format, width, pageHeight, pages, delay } = await sharp(bytes, {
			pages: -1,
		}).metadata();

		expect(response).toMatchObject({ output_format: 'gif', size: '320x288' });
		expect({ format, width, pageHeight, pages }).toEqual({
			format: 'gif',
			width: 320,
			pageHeight: 288,
			pages: frames,
		});
		expect(new Set(delay)).toEqual(new Set([ms]));
		expect(inspectImage(bytes)).toMatchObject({ width: 320, height: 288, frames });
	});

	test('is billed as one picture of all its frames', async () => {
		const [nine, twelve] = [
			await generate({ output_format: 'gif', size: '512x512' }),
			await generate({ output_format: 'gif', size: '512x512', frame_count: 12 }),
		];
		const sheets = [await generate({ size: '1536x1536' }), await generate({ size: '2048x1536' })];

		expect([nine, twelve].map(({ usage }) => usage?.output_tokens)).toEqual(
			sheets.map(({ usage }) => usage?.output_tokens),
		);
	});
});

describe('an SVG', () => {
	test('comes with what its author took, which is billed beside the image', async () => {
		const response = await generate({
			output_format: 'svg',
			svg: { model: 'gpt-6-luna', reasoning: { effort: 'low' } },
		});
		const bytes = imageBytes(response);
		const { svg_usage: usage } = response;
		const [bill] = simulator.billed;

		expect(bytes.toString()).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
		expect((await sharp(bytes).metadata()).format).toBe('svg');
		expect(inspectImage(bytes)).toMatchObject({ format: 'svg', width: 1024, height: 1024 });
		expect(response.output_format).toBe('svg');
		expect(usage).toMatchObject({ model: 'gpt-6-luna' });
		expect(usage!.total_tokens).toBe(usage!.input_tokens + usage!.output_tokens);
		expect(bill!.svgUsage).toEqual(usage);
		expect(bill!.costPicodollars).toBe(
			BigInt(response.usage!.input_tokens) * 5_000_000n +
				BigInt(response.usage!.output_tokens) * 30_000_000n +
				BigInt(usage!.input_tokens) * 100_000n +
				BigInt(usage!.output_tokens) * 500_000n,
		);
	});

	test('of an edit is asked for in fields of the form', async () => {
		const response = await client.images.edit({
			model: FLARE,
			prompt: 'As a logo',
			image: await toFile(await picture('png'), 'a.png', { type: 'image/png' }),
			output_format: 'svg',
			svg: { model: 'gpt-5-mini', reasoning: { effort: 'minimal' } },
		});

		expect(response.svg_usage?.model).toBe('gpt-5-mini');
		expect(simulator.requests[0]?.parameters).toMatchObject({
			'svg[model]': 'gpt-5-mini',
			'svg[reasoning][effort]': 'minimal',
		});
	});

	test('has no author to choose where the project may not', async () => {
		simulator.configure({ svgModelSelection: false });

		expect((await generate({ output_format: 'svg' })).svg_usage?.model).toBe('gpt-6-luna');
		expect(
			await rejection(generate({ output_format: 'svg', svg: { model: 'gpt-6-luna' } })),
		).toMatchObject({ status: 400, param: 'svg' });
	});

	test('can be one that somebody else wrote', async () => {
		const svgs = [Buffer.from('<svg/>'), Buffer.from('other')];
		simulator.configure({ svgs });
		const asked = { output_format: 'svg', svg: { model: 'gpt-6-luna' } } as const;
		const given = [await generate(asked), await generate(asked), await generate(asked)];

		expect(given.map((response) => imageBytes(response).toString())).toEqual([
			'<svg/>',
			'other',
			'<svg/>',
		]);
	});
});

const LUNA = { model: 'gpt-6-luna' };
test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
	['a GIF of one frame', { output_format: 'gif', frame_count: 1 }, { param: 'frame_count' }],
	['a GIF of 17 frames', { output_format: 'gif', frame_count: 17 }, { param: 'frame_count' }],
	['half a frame', { output_format: 'gif', frame_count: 2.5 }, { code: 'invalid_type' }],
	['no time', { output_format: 'gif', frame_duration_ms: 0 }, { param: 'frame_duration_ms' }],
	['large frames', { output_format: 'gif', size: '1024x1024' }, { param: 'size' }],
	[
		'six large frames',
		{ output_format: 'gif', frame_count: 6, size: '1024x1024' },
		{ param: 'size' },
	],
	['many frames', { output_format: 'gif', frame_count: 10, size: '832x832' }, { param: 'size' }],
	['small frames', { output_format: 'gif', size: '256x256' }, { param: 'size' }],
	['odd frames', { output_format: 'gif', size: '500x500' }, { param: 'size' }],
	[
		'two GIFs beyond the budget',
		{ output_format: 'gif', n: 2, size: '960x960' },
		{ param: 'size' },
	],
	[
		'a transparent GIF',
		{ output_format: 'gif', background: 'transparent' },
		{ param: 'background' },
	],
	[
		'a small GIF',
		{ output_format: 'gif', output_compression: 50 },
		{ param: 'output_compression' },
	],
	['frames of a png', { frame_count: 4 }, { param: 'frame_count' }],
	[
		'a time of an SVG',
		{ output_format: 'svg', svg: LUNA, frame_duration_ms: 100 },
		{ param: 'frame_duration_ms' },
	],
	['two SVGs', { output_format: 'svg', svg: LUNA, n: 2 }, { param: 'n' }],
	[
		'a small SVG',
		{ output_format: 'svg', svg: LUNA, output_compression: 50 },
		{ param: 'output_compression' },
	],
	['an author of a png', { svg: LUNA }, { param: 'svg' }],
	[
		'an SVG by nobody',
		{ output_format: 'svg' },
		{ message: "SVG generation requires 'svg.model'." },
	],
	[
		'an unknown author',
		{ output_format: 'svg', svg: { model: 'gpt-0' } },
		{ code: 'model_not_found' },
	],
	[
		'an effort too little',
		{ output_format: 'svg', svg: { ...LUNA, reasoning: { effort: 'minimal' } } },
		{ code: 'unsupported_value' },
	],
	[
		'another effort',
		{ output_format: 'svg', svg: { ...LUNA, reasoning: { effort: 'more' } } },
		{ code: 'invalid_value' },
	],
	[
		'something else of an author',
		{ output_format: 'svg', svg: { ...LUNA, style: 'flat' } },
		{ code: 'unknown_parameter' },
	],
])('%s is refused', async (_name, change, expected) => {
	const { status, error } = await postJson(simulator, '/images/generations', {
		model: FLARE,
		prompt: 'x',
		...change,
	});
	expect(status).toBe(400);
	expect(error).toMatchObject(expected);
	expect(simulator.billed).toEqual([]);
});

test.each(['gpt-image-1.5', 'gpt-image-2', 'gpt-image-2.5-sunburst'])(
	'%s makes neither',
	async (model) => {
		for (const output_format of ['gif', 'svg'] as const)
			expect(
				await rejection(client.images.generate({ model, prompt: 'x', output_format })),
			).toBeInstanceOf(BadRequestError);
	},
);

describe('an edit', () => {
	let png: { bytes: Buffer; type: string };
	let empty: { bytes: Buffer; type: string };
	let full: { bytes: Buffer; type: string };
	beforeAll(async () => {
		png = { bytes: await picture('png'), type: 'image/png' };
		empty = { bytes: await picture('png', 64, 64, 0), type: 'image/png' };
		full = { bytes: await picture('png', 64, 64, 1), type: 'image/png' };
	});

	test('takes a markup beside the image', async () => {
		const response = await client.images.edit({
			model: FLARE,
			prompt: 'Follow the arrows',
			image: await toFile(png.bytes, 'a.png', { type: 'image/png' }),
			markup: await toFile(empty.bytes, 'b.png', { type: 'image/png' }),
		});

		expect(response.data).toHaveLength(1);
		expect(simulator.requests[0]?.files.map(({ field }) => field).sort()).toEqual([
			'image',
			'markup',
		]);
	});

	test.each<[string, () => Part[], Record<string, unknown>]>([
		['a markup without a transparent pixel', () => [['markup', full]], { param: 'markup' }],
		[
			'a mask of a GIF',
			() => [
				['mask', empty],
				['output_format', 'gif'],
			],
			{ param: 'mask' },
		],
	])('%s is refused', async (_name, parts, expected) => {
		const { status, error } = await editForm(simulator, [['image', png], ...parts()], FLARE);

		expect(status).toBe(400);
		expect(error).toMatchObject(expected);
		expect(simulator.billed).toEqual([]);
	});
});
