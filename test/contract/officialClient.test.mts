import { createHash } from 'node:crypto';
import OpenAI, { NotFoundError, toFile } from 'openai';
import sharp from 'sharp';
import type { Simulator } from '../simulator/index.mts';
import { clientOf, imageBytes, picture, rejection, start } from './support.mts';

let simulator: Simulator;
let client: OpenAI;

beforeAll(async () => {
	simulator = await start();
	client = clientOf(simulator);
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

describe('images', () => {
	test.each([
		['gpt-image-2', 'png', undefined],
		['gpt-image-2.5-flare', 'jpeg', 70],
		['gpt-image-1.5', 'webp', 60],
	] as const)('%s generates %s', async (model, format, compression) => {
		const response = await client.images.generate({
			model,
			prompt: 'A quiet lake',
			n: 2,
			size: '1024x1024',
			quality: 'low',
			output_format: format,
			...(compression !== undefined && { output_compression: compression }),
		});
		expect(response).toMatchObject({
			background: 'opaque',
			output_format: format,
			quality: 'low',
			size: '1024x1024',
		});
		expect(response.created).toBe(Date.parse('2026-11-20T12:00:00Z') / 1000);
		expect(response.data).toHaveLength(2);
		expect(imageBytes(response, 0).equals(imageBytes(response, 1))).toBe(false);
		const metadata = await sharp(imageBytes(response)).metadata();
		expect(metadata).toMatchObject({ format, width: 1024, height: 1024 });
		expect(simulator.requests[0]).toMatchObject({
			method: 'POST',
			path: '/v1/images/generations',
			status: 200,
			parameters: { model, n: 2 },
		});
	});

	test('several images and a mask are edited, and recorded as they came', async () => {
		const first = await picture('png', 96, 64);
		const second = await picture('jpeg', 50, 70);
		const mask = await picture('png', 96, 64, 0);
		const response = await client.images.edit({
			model: 'gpt-image-2.5-sunburst',
			prompt: 'Add a hat',
			image: [
				await toFile(first, 'first.png', { type: 'image/png' }),
				await toFile(second, 'second.jpg', { type: 'image/jpeg' }),
			],
			mask: await toFile(mask, 'mask.png', { type: 'image/png' }),
			n: 1,
			quality: 'low',
		});
		expect(response.size).toBe('1536x1024');
		expect(response.usage?.input_tokens_details.image_tokens).toBe(64 + 64);
		const [request] = simulator.requests;
		expect(request?.parameters).toEqual({
			model: 'gpt-image-2.5-sunburst',
			prompt: 'Add a hat',
			n: '1',
			quality: 'low',
		});
		// The client sends the mask before the list of images.
		expect(request?.files).toEqual([
			expect.objectContaining({
				field: 'mask',
				filename: 'mask.png',
				mimeType: 'image/png',
				bytes: mask.length,
			}),
			expect.objectContaining({
				field: 'image[]',
				filename: 'first.png',
				mimeType: 'image/png',
				bytes: first.length,
				width: 96,
				height: 64,
			}),
			expect.objectContaining({
				field: 'image[]',
				filename: 'second.jpg',
				mimeType: 'image/jpeg',
				bytes: second.length,
				width: 50,
				height: 70,
			}),
		]);
		expect(request?.files[1]?.sha256).toBe(createHash('sha256').update(first).digest('hex'));
		expect(simulator.billed).toEqual([
			expect.objectContaining({ endpoint: 'edits', n: 1, model: 'gpt-image-2.5-sunburst' }),
		]);
	});

	test('a single image goes by the plain field name', async () => {
		const image = await toFile(await picture('webp'), 'one.webp', { type: 'image/webp' });
		const response = await client.images.edit({
			model: 'gpt-image-1.5',
			prompt: 'Brighter',
			image,
			input_fidelity: 'high',
			quality: 'low',
		});
		expect(simulator.requests[0]?.files.map(({ field }) => field)).toEqual(['image']);
		expect(response.usage?.input_tokens_details.image_tokens).toBe(65 + 129 + 4160);
	});
});

describe('models', () => {
	test('list live ids with their shutdown dates', async () => {
		const models = (await client.models.list()).data;
		const dates = Object.fromEntries(models.map((model) => [model.id, model.shutdown_date]));
		expect(dates).toMatchObject({
			'gpt-image-1-mini': '2026-12-01',
			'gpt-image-2': null,
			'gpt-image-2.6-flare': null,
			'gpt-5-mini': null,
		});
		expect(dates).toHaveProperty(['gpt-image-2.5-flare-2026-09-08'], null);
		expect(dates).not.toHaveProperty(['gpt-image-1']);
	});

	test('are gone from the day of their shutdown', async () => {
		const later = await start({ now: () => new Date('2026-12-01T00:00:00Z') });
		try {
			const ids = (await clientOf(later).models.list()).data.map(({ id }) => id);
			expect(ids).not.toContain('gpt-image-1.5');
			expect(ids).toContain('gpt-image-2');
			await expect(clientOf(later).models.retrieve('gpt-image-1.5')).rejects.toBeInstanceOf(
				NotFoundError,
			);
		} finally {
			await later.close();
		}
	});

	test('are retrieved by id; an unknown one is not found', async () => {
		expect(await client.models.retrieve('gpt-image-2')).toMatchObject({
			id: 'gpt-image-2',
			object: 'model',
			shutdown_date: null,
		});
		const error = await rejection(client.models.retrieve('gpt-image-9'));
		expect(error).toBeInstanceOf(NotFoundError);
		expect(error).toMatchObject({
			status: 404,
			code: 'model_not_found',
			requestID: simulator.requests.at(-1)?.requestId,
		});
	});
});

describe('files', () => {
	test('live from upload to deletion', async () => {
		const bytes = await picture('png');
		const file = await client.files.create({
			file: await toFile(bytes, 'input.png'),
			purpose: 'vision',
			expires_after: { anchor: 'created_at', seconds: 3600 },
		});
		expect(file).toMatchObject({
			object: 'file',
			filename: 'input.png',
			purpose: 'vision',
			bytes: bytes.length,
		});
		expect(file.expires_at).toBe(file.created_at + 3600);
		expect(await client.files.retrieve(file.id)).toEqual(file);
		expect(
			Buffer.from(await (await client.files.content(file.id)).arrayBuffer()).equals(bytes),
		).toBe(true);
		expect(await client.files.delete(file.id)).toMatchObject({ id: file.id, deleted: true });
		const error = await rejection(client.files.retrieve(file.id));
		expect(error).toBeInstanceOf(NotFoundError);
		expect(error).toMatchObject({ message: `404 No such File object: ${file.id}`, param: 'id' });
	});

	test('are listed page by page, newest first, and by purpose', async () => {
		for (const name of ['a', 'b', 'c'])
			await client.files.create({
				file: await toFile(Buffer.from(name), `${name}.txt`),
				purpose: 'user_data',
			});
		await client.files.create({
			file: await toFile(Buffer.from('{}'), 'd.jsonl'),
			purpose: 'batch',
		});
		const names: string[] = [];
		for await (const file of client.files.list({ limit: 2, purpose: 'user_data' }))
			names.push(file.filename);
		expect(names).toEqual(['c.txt', 'b.txt', 'a.txt']);
		expect(
			simulator.requests.filter(({ method, path }) => method === 'GET' && path === '/v1/files'),
		).toHaveLength(2);
		const oldest = await client.files.list({ order: 'asc', limit: 1 });
		expect(oldest.data.map(({ filename }) => filename)).toEqual(['a.txt']);
	});

	test('expire', async () => {
		let now = new Date('2026-11-20T00:00:00Z');
		const clocked = await start({ now: () => now });
		try {
			const files = clientOf(clocked).files;
			const { id, expires_at } = await files.create({
				file: await toFile(Buffer.from('{}'), 'in.jsonl'),
				purpose: 'batch',
			});
			expect(expires_at).toBe(Date.parse('2026-12-20T00:00:00Z') / 1000);
			now = new Date('2026-12-20T00:00:00Z');
			await expect(files.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
		} finally {
			await clocked.close();
		}
	});
});

describe('references', () => {
	const ask = (images: object[]) => ({
		body: { model: 'gpt-image-2', prompt: 'x', quality: 'low', size: '1024x1024', images },
	});
	let time = Date.parse('2026-11-20T12:00:00Z');
	let clocked: Simulator;
	beforeAll(async () => {
		clocked = await start({ now: () => new Date(time) });
	});
	afterAll(() => clocked.close());

	test('a file is uploaded, listed, used for edits until it expires, and deleted', async () => {
		const openai = clientOf(clocked);
		const file = await openai.files.create({
			file: await toFile(await picture('png', 64, 64), 'logo.png', { type: 'image/png' }),
			purpose: 'vision',
			expires_after: { anchor: 'created_at', seconds: 3600 },
		});
		const kept = await openai.files.create({
			file: await toFile(await picture('jpeg', 64, 64), 'cat.jpg', { type: 'image/jpeg' }),
			purpose: 'vision',
		});
		const listed = await openai.files.list({ purpose: 'vision', order: 'desc', limit: 100 });
		const edit = async (...ids: string[]) =>
			await openai.post('/images/edits', ask(ids.map((id) => ({ file_id: id }))));
		const edited = (await edit(file.id, kept.id)) as OpenAI.ImagesResponse;

		expect([file.expires_at, kept.expires_at]).toEqual([time / 1000 + 3600, undefined]);
		expect(listed.data.map(({ id }) => id)).toEqual([kept.id, file.id]);
		expect(edited.usage?.input_tokens_details.image_tokens).toBe(128);
		time += 3_600_000;
		expect(await rejection(edit(kept.id, file.id))).toMatchObject({
			status: 400,
			param: 'images[1].file_id',
			message: expect.stringContaining(`No such File object: ${file.id}`),
		});
		expect(await rejection(openai.files.retrieve(file.id))).toBeInstanceOf(NotFoundError);
		expect(await openai.files.delete(kept.id)).toMatchObject({ id: kept.id, deleted: true });
		expect(await rejection(edit(kept.id))).toMatchObject({ status: 400 });
		expect(await rejection(openai.files.delete(kept.id))).toBeInstanceOf(NotFoundError);
	});

	test.each([
		[
			'of a batch',
			'batch',
			'lines.jsonl',
			'{}',
			/has purpose 'batch' and cannot be used as an image/,
		],
		['that is no image', 'user_data', 'a.png', 'text', /unsupported mimetype/],
	] as const)('a file %s is refused', async (_name, purpose, name, content, message) => {
		const openai = clientOf(clocked);
		const file = await openai.files.create({
			file: await toFile(Buffer.from(content), name),
			purpose,
		});
		const refused = await rejection(openai.post('/images/edits', ask([{ file_id: file.id }])));

		expect(refused).toMatchObject({ status: 400, message: expect.stringMatching(message) });
	});

	test('an address that gives nothing is refused', async () => {
		const refused = await rejection(
			clientOf(clocked).post('/images/edits', ask([{ image_url: 'http://127.0.0.1:1/a.png' }])),
		);

		expect(refused).toMatchObject({
			status: 400,
			param: 'images[0].image_url',
			message: expect.stringContaining('Error while downloading http://127.0.0.1:1/a.png'),
		});
	});
});
