import sharp from 'sharp';
import type { Simulator } from '../simulator/index.mts';
import { formOf, imageBytes, picture, postJson, send, start } from './support.mts';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await start();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

async function draw(body: Record<string, unknown>): Promise<Buffer> {
	const answer = await postJson(simulator, '/images/generations', {
		model: 'gpt-image-2.5-flare',
		prompt: 'A quiet lake',
		quality: 'low',
		size: '1024x1024',
		...body,
	});
	expect(answer.status).toBe(200);
	return imageBytes(answer.body);
}

/** Mean absolute difference of two pictures of one size, 0 to 255. */
async function difference(one: Buffer, other: Buffer): Promise<number> {
	const [a, b] = await Promise.all(
		[one, other].map((image) => sharp(image).removeAlpha().resize(128, 128).raw().toBuffer()),
	);
	let sum = 0;
	for (const [index, value] of (a ?? Buffer.alloc(0)).entries())
		sum += Math.abs(value - (b?.[index] ?? 0));
	return sum / (a?.length ?? 1);
}

test.each([
	['png', '1024x1024'],
	['jpeg', '1536x1024'],
	['webp', '1024x1536'],
	['png', '1536x512'],
	['webp', '512x1536'],
	['jpeg', '3840x2160'],
])('a %s of %s is one', async (format, size) => {
	const image = await draw({ output_format: format, size });
	const { format: really, width, height, hasAlpha } = await sharp(image).metadata();
	expect({ really, size: `${width}x${height}`, hasAlpha }).toEqual({
		really: format,
		size,
		hasAlpha: false,
	});
	const { channels } = await sharp(image).stats();
	expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(10);
});

test.each(['png', 'webp'])(
	'a transparent %s is transparent at its corners and opaque inside',
	async (format) => {
		const image = sharp(await draw({ output_format: format, background: 'transparent' }));
		expect((await image.metadata()).hasAlpha).toBe(true);
		const { data, info } = await image
			.extractChannel('alpha')
			.raw()
			.toBuffer({ resolveWithObject: true });
		expect(data[0]).toBe(0);
		expect(data[data.length - 1]).toBe(0);
		expect(data[Math.floor(data.length / 2) + info.width / 2]).toBe(255);
	},
);

test.each(['jpeg', 'webp'])('a stronger compression makes a shorter %s', async (output_format) => {
	const best = await draw({ output_format });
	const small = await draw({ output_format, output_compression: 10 });
	expect(small.length).toBeLessThan(best.length / 2);
	await expect(draw({ output_format, output_compression: 0 })).resolves.toBeInstanceOf(Buffer);
});

test('the same request gives the same bytes; prompt, number, model and quality change them', async () => {
	const first = await draw({});
	expect((await draw({})).equals(first)).toBe(true);
	for (const change of [{ prompt: 'A loud lake' }, { model: 'gpt-image-2' }, { quality: 'max' }])
		expect((await draw(change)).equals(first)).toBe(false);
	const { body } = await postJson(simulator, '/images/generations', {
		model: 'gpt-image-2',
		prompt: 'A quiet lake',
		n: 3,
		quality: 'low',
	});
	const images = [0, 1, 2].map((index) => imageBytes(body as never, index).toString('base64'));
	expect(new Set(images).size).toBe(3);
});

test('a draft looks more like the final of its own prompt than like any other', async () => {
	const prompts = ['A quiet lake', 'A market street in Lisbon', 'A fox in a field'];
	const drafts = await Promise.all(prompts.map((prompt) => draw({ prompt })));
	const finals = await Promise.all(prompts.map((prompt) => draw({ prompt, quality: 'high' })));
	for (const [index, draft] of drafts.entries()) {
		const distances = await Promise.all(finals.map((final) => difference(draft, final)));
		expect(distances.indexOf(Math.min(...distances))).toBe(index);
	}
});

test('an edit shows its first input image', async () => {
	const red = await sharp({
		create: { width: 200, height: 200, channels: 3, background: '#ff0000' },
	})
		.png()
		.toBuffer();
	const form = (bytes: Buffer): FormData =>
		formOf([
			['model', 'gpt-image-2'],
			['prompt', 'x'],
			['quality', 'low'],
			['image', { bytes, type: 'image/png' }],
		]);
	const { body } = await send(simulator, '/images/edits', { method: 'POST', body: form(red) });
	const pixel = await sharp(imageBytes(body))
		.extract({ left: 820, top: 200, width: 1, height: 1 })
		.raw()
		.toBuffer();
	expect([...pixel]).toEqual([255, 0, 0]);
});

/** The colour in the middle of a picture. */
async function middle(image: Buffer): Promise<number[]> {
	return [
		...(await sharp(image)
			.removeAlpha()
			.extract({ left: 500, top: 560, width: 24, height: 24 })
			.resize(1, 1)
			.raw()
			.toBuffer()),
	];
}

test('a thing has the colour that the prompt names', async () => {
	const [red, , blue] = await middle(await draw({ prompt: 'A red mug', quality: 'high' }));
	expect(red).toBeGreaterThan(blue! + 60);
	const [less, , more] = await middle(await draw({ prompt: 'A blue mug', quality: 'high' }));
	expect(more).toBeGreaterThan(less! + 60);
});

test('an edit of one of its own pictures keeps the composition, at the quality that is asked for', async () => {
	const drawn = {
		model: 'gpt-image-2',
		prompt: 'A running shoe',
		n: 3,
		quality: 'low',
		size: '1024x1024',
	};
	const { body } = await postJson(simulator, '/images/generations', drawn);
	const drafts = [0, 1, 2].map((index) => imageBytes(body as never, index));
	for (const [index, draft] of drafts.entries()) {
		const form = formOf([
			['model', 'gpt-image-2'],
			['prompt', 'A running shoe'],
			['quality', 'high'],
			['size', '1024x1024'],
			['image', { bytes: draft, type: 'image/png' }],
		]);
		const final = imageBytes(
			(await send(simulator, '/images/edits', { method: 'POST', body: form })).body,
		);
		const distances = await Promise.all(drafts.map((other) => difference(final, other)));
		expect(distances.indexOf(Math.min(...distances))).toBe(index);
		expect(final.equals(draft)).toBe(false);
	}
});

test.each([
	['prompts with markup, emoji and control characters', '<b>&"\u0007 🎨 日本語 </span>'],
	['prompts without a space', 'x'.repeat(500)],
])('%s are drawn', async (_name, prompt) => {
	expect((await sharp(await draw({ prompt })).metadata()).width).toBe(1024);
});

describe('padded pictures for load tests', () => {
	const bytes = 3_000_000;
	beforeAll(() => simulator.configure({ imageBytes: bytes }));

	test.each(['png', 'jpeg', 'webp'])(
		'%s has about the asked length, decodes, and differs from the next one',
		async (output_format) => {
			const { body } = await postJson(simulator, '/images/generations', {
				model: 'gpt-image-2',
				prompt: 'x',
				n: 2,
				quality: 'low',
				size: '1536x1024',
				output_format,
			});
			const [first, second] = [imageBytes(body as never, 0), imageBytes(body as never, 1)];
			expect(Math.abs(first.length - bytes)).toBeLessThan(16);
			expect(first.equals(second)).toBe(false);
			const { info } = await sharp(first, { failOn: 'warning' })
				.raw()
				.toBuffer({ resolveWithObject: true });
			expect(info).toMatchObject({ width: 1536, height: 1024 });
			expect((await sharp(first).metadata()).format).toBe(output_format);
		},
	);

	test('a picture that is longer already stays as it is', async () => {
		simulator.configure({ imageBytes: 10 });
		expect((await sharp(await draw({})).metadata()).format).toBe('png');
	});
});

test('the helper of these tests makes what it says', async () => {
	expect(await sharp(await picture('webp', 10, 20, 0)).metadata()).toMatchObject({
		format: 'webp',
		width: 10,
		height: 20,
		hasAlpha: true,
	});
});
