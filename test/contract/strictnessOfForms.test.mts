import { padImage } from '../simulator/drawing/padding.mts';
import type { Simulator } from '../simulator/index.mts';
import { editForm, picture, send, start } from './support.mts';
import type { Part } from './support.mts';

type Expected = Record<string, unknown>;
const USER = 'image_generation_user_error';

let simulator: Simulator;
let png: { bytes: Buffer; type: string };
let transparent: { bytes: Buffer; type: string };
beforeAll(async () => {
	simulator = await start();
	png = { bytes: await picture('png'), type: 'image/png' };
	transparent = { bytes: await picture('png', 64, 64, 0), type: 'image/png' };
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

describe('a form', () => {
	test.each<[string, () => Part[], Expected]>([
		['without an image', () => [], { code: 'missing_required_parameter', param: 'image' }],
		['with a text for an image', () => [['image', 'x']], { code: 'invalid_type', param: 'image' }],
		[
			'with 17 images',
			() => Array.from({ length: 17 }, (): Part => ['image[]', png]),
			{ code: 'array_above_max_length', param: 'image' },
		],
		[
			'with a declared type of its own',
			() => [['image', { ...png, type: 'application/octet-stream' }]],
			{
				code: 'unsupported_file_mimetype',
				param: 'image',
				message:
					"Invalid file 'image': unsupported mimetype ('application/octet-stream'). Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.",
			},
		],
		[
			'with another picture than declared',
			() => [
				['image[]', png],
				['image[]', { ...png, type: 'image/webp' }],
			],
			{ code: 'unsupported_file_mimetype', param: 'image[1]' },
		],
		[
			'with something that is no picture',
			() => [['image', { bytes: Buffer.from('hello'), type: 'image/png' }]],
			{
				code: 'invalid_image_file',
				type: USER,
				message: 'Invalid image file or mode for image 1, please check your image file.',
			},
		],
		[
			'with half a picture',
			() => [['image', { ...png, bytes: png.bytes.subarray(0, png.bytes.length - 60) }]],
			{ code: 'invalid_image_file' },
		],
		[
			'with the field of the JSON form',
			() => [['images', png]],
			{
				code: 'invalid_value',
				message: "Unknown parameter: 'images'. For multipart/form-data use 'image' or 'image[]'.",
			},
		],
		[
			'with an unknown file',
			() => [
				['image', png],
				['picture', png],
			],
			{ code: 'unknown_parameter', param: 'picture' },
		],
		[
			'with an unknown text',
			() => [
				['image', png],
				['style', 'vivid'],
			],
			{ code: 'unknown_parameter', param: 'style' },
		],
		[
			'with a word for a number',
			() => [
				['image', png],
				['n', 'two'],
			],
			{
				code: 'invalid_type',
				param: 'n',
				message:
					"Invalid type for 'n': expected an integer, but got a string value that could not be converted into an integer.",
			},
		],
		[
			'with n 11',
			() => [
				['image', png],
				['n', '11'],
			],
			{ code: 'integer_above_max_value', param: 'n' },
		],
		[
			'with input_fidelity',
			() => [
				['image', png],
				['input_fidelity', 'high'],
			],
			{
				code: 'invalid_input_fidelity_model',
				type: USER,
				param: 'input_fidelity',
				message: "The model 'gpt-image-2' does not support the 'input_fidelity' parameter.",
			},
		],
		[
			'with two images of the name of one',
			() => [
				['image', png],
				['image', png],
			],
			{
				code: 'duplicate_parameter',
				param: 'image',
				message:
					"Duplicate parameter: 'image'. You provided multiple values for this parameter, whereas only one is allowed. If you are trying to provide a list of values, use the array syntax instead e.g. 'image[]=<value>'.",
			},
		],
		[
			'with a size given twice',
			() => [
				['image', png],
				['size', 'auto'],
				['size', '1024x1024'],
			],
			{ code: 'duplicate_parameter', param: 'size' },
		],
		[
			'with svg',
			() => [
				['image', png],
				['svg', '{}'],
			],
			{
				code: 'invalid_value',
				param: 'svg',
				message: "'svg' is only supported with output_format=svg.",
			},
		],
		[
			'with an image of 50 MB',
			() => [
				[
					'image',
					{ bytes: padImage(png.bytes, 'png', 50 * 1024 * 1024 + 64, 'big'), type: 'image/png' },
				],
			],
			{ param: 'image', code: 'image_too_large' },
		],
	])('%s is refused', async (_name, parts, expected) => {
		const { status, error } = await editForm(simulator, parts());
		expect(status).toBe(400);
		expect(error).toMatchObject(expected);
		expect(simulator.billed).toEqual([]);
	});

	test('input_fidelity is low only on mini, low or high on 1.5, unknown to 2.5 and later', async () => {
		const statusOf = async (model: string, fidelity: string): Promise<number> =>
			(
				await editForm(
					simulator,
					[
						['image', png],
						['input_fidelity', fidelity],
					],
					model,
				)
			).status;
		expect(await statusOf('gpt-image-1-mini', 'low')).toBe(200);
		expect(await statusOf('gpt-image-1-mini', 'high')).toBe(400);
		expect(await statusOf('gpt-image-1.5', 'high')).toBe(200);
		expect(await statusOf('gpt-image-2.5-sunburst', 'low')).toBe(400);
		expect(await statusOf('gpt-image-2.6-sunburst', 'high')).toBe(400);
	});

	test('16 images, numbers as text and a mask of the right size are fine', async () => {
		const images = Array.from({ length: 16 }, (_, index): Part => [`image[${index}]`, png]);
		const { status, body } = await editForm(simulator, [
			...images,
			['mask', transparent],
			['n', '2'],
			['output_format', 'webp'],
			['output_compression', '50'],
		]);
		expect(status).toBe(200);
		expect(body.data).toHaveLength(2);
	});

	test('a broken form and another content type are refused', async () => {
		const headers = { 'content-type': 'multipart/form-data; boundary=b' };
		expect(
			(
				await send(simulator, '/images/edits', {
					method: 'POST',
					body: '--b\r\ncontent-disposition: form-data; name="prompt"\r\n\r\nx',
					headers,
				})
			).status,
		).toBe(400);
		const other = await send(simulator, '/images/edits', {
			method: 'POST',
			body: 'x',
			headers: { 'content-type': 'text/plain' },
		});
		expect(other).toMatchObject({ status: 400, error: { code: 'unsupported_content_type' } });
	});
});
