import type { Simulator } from '../simulator/index.mts';
import {
	dataUrl,
	editForm,
	formOf,
	imageBytes,
	picture,
	postJson,
	send,
	start,
} from './support.mts';
import type { RawAnswer } from './support.mts';

type Expected = Record<string, unknown>;

let simulator: Simulator;
let png: { bytes: Buffer; type: string };
beforeAll(async () => {
	simulator = await start();
	png = { bytes: await picture('png'), type: 'image/png' };
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

function editJson(body: Record<string, unknown>): Promise<RawAnswer> {
	return postJson(simulator, '/images/edits', {
		model: 'gpt-image-2',
		prompt: 'x',
		quality: 'low',
		...body,
	});
}

test('a model of null is the documented default', async () => {
	const { status } = await editJson({ model: null, images: [{ image_url: dataUrl(png.bytes) }] });
	expect([status, simulator.billed[0]?.model]).toEqual([200, 'gpt-image-1.5']);
});

describe('a JSON body', () => {
	test.each<[string, () => Record<string, unknown>, Expected]>([
		['without images', () => ({}), { code: 'missing_required_parameter', param: 'images' }],
		['with no image in the list', () => ({ images: [] }), { code: 'empty_array', param: 'images' }],
		['with images null', () => ({ images: null }), { code: 'invalid_type', param: 'images' }],
		[
			'with a plain URL',
			() => ({ images: ['https://example.com/a.png'] }),
			{ code: 'invalid_type', param: 'images[0]' },
		],
		[
			'with the field of the form',
			() => ({ image: dataUrl(png.bytes) }),
			{
				code: 'invalid_value',
				message:
					"Unknown parameter: 'image'. For application/json on /v1/images/edits, use 'images' (array).",
			},
		],
		[
			'with both kinds of reference',
			() => ({ images: [{ image_url: dataUrl(png.bytes), file_id: 'file-1' }] }),
			{ code: 'invalid_value', param: 'images[0]' },
		],
		[
			'with an unknown key',
			() => ({ images: [{ url: 'x' }] }),
			{ code: 'unknown_parameter', param: 'images[0].url' },
		],
		[
			'with an unknown file',
			() => ({ images: [{ file_id: 'file-none' }] }),
			{ param: 'images[0].file_id', message: 'No such File object: file-none' },
		],
		[
			'with an address elsewhere',
			() => ({ images: [{ image_url: 'https://example.com/a.png' }] }),
			{ code: 'not_simulated', param: 'images[0].image_url' },
		],
		[
			'with a data URL of another type',
			() => ({ images: [{ image_url: dataUrl(png.bytes, 'image/gif') }] }),
			{ code: 'unsupported_file_mimetype', param: 'images[0]' },
		],
		[
			'with a data URL above 20,971,520 characters',
			() => ({ images: [{ image_url: dataUrl(Buffer.alloc(15_728_640)) }] }),
			{ code: 'string_above_max_length', param: 'images[0].image_url' },
		],
		[
			'with 17 images',
			() => ({ images: Array.from({ length: 17 }, () => ({ image_url: dataUrl(png.bytes) })) }),
			{ code: 'array_above_max_length', param: 'images' },
		],
	])('%s is refused', async (_name, body, expected) => {
		const { status, error } = await editJson(body());
		expect(status).toBe(400);
		expect(error).toMatchObject(expected);
	});

	test('takes data URLs, uploaded files and local addresses, and records their bytes', async () => {
		const upload = formOf([
			['purpose', 'vision'],
			['file', { bytes: await picture('jpeg', 80, 80), type: 'image/jpeg', name: 'a.jpg' }],
		]);
		const file = await send(simulator, '/files', { method: 'POST', body: upload });
		const images = [{ file_id: file.body.id }, { image_url: dataUrl(png.bytes) }];
		const { status } = await editJson({ images, mask: null });
		expect(status).toBe(200);
		const record = simulator.requests.at(-1);
		expect(record?.files).toMatchObject([
			{ field: 'images[0]', filename: 'a.jpg', mimeType: 'image/jpeg', width: 80 },
			{ field: 'images[1]', mimeType: 'image/png', bytes: png.bytes.length },
		]);
		expect(record?.parameters).toMatchObject({
			images: [
				{ file_id: file.body.id },
				{ image_url: expect.stringMatching(/^data:image\/png;base64,… \(\d+ characters\)$/) },
			],
		});
	});

	test('gives the same picture as the form', async () => {
		const one = (await editJson({ images: [{ image_url: dataUrl(png.bytes) }] })).body;
		const other = (await editForm(simulator, [['image', png]])).body;
		expect(imageBytes(one).equals(imageBytes(other))).toBe(true);
		expect(one.usage).toEqual(other.usage);
	});
});
