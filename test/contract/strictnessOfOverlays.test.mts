import { padImage } from '../simulator/drawing/padding.mts';
import type { Simulator } from '../simulator/index.mts';
import { editForm, picture, start } from './support.mts';
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
		[
			'with a mask of another size',
			() => [
				['image', png],
				['mask', { bytes: maskOf128, type: 'image/png' }],
			],
			{
				code: 'invalid_mask_image_format',
				type: USER,
				message: 'Invalid mask image format - mask size does not match image size',
			},
		],
		[
			'with a mask without alpha',
			() => [
				['image', png],
				['mask', png],
			],
			{ code: 'invalid_mask_image_format' },
		],
		[
			'with a WebP mask',
			() => [
				['image', png],
				['mask', { bytes: webp, type: 'image/webp' }],
			],
			{ code: 'unsupported_file_mimetype', param: 'mask' },
		],
		[
			'with a mask of 4 MB',
			() => [
				['image', png],
				[
					'mask',
					{
						bytes: padImage(transparent.bytes, 'png', 4 * 1024 * 1024 + 64, 'mask'),
						type: 'image/png',
					},
				],
			],
			{ code: 'invalid_mask_image_format' },
		],
		[
			'with a text for a mask',
			() => [
				['image', png],
				['mask', 'x'],
			],
			{ code: 'invalid_type', param: 'mask' },
		],
		[
			'with markup on a model without it',
			() => [
				['image', png],
				['markup', transparent],
			],
			{ param: 'markup', type: USER },
		],
	])('%s is refused', async (_name, parts, expected) => {
		const { status, error } = await editForm(simulator, parts());
		expect(status).toBe(400);
		expect(error).toMatchObject(expected);
		expect(simulator.billed).toEqual([]);
	});

	let maskOf128: Buffer;
	let webp: Buffer;
	beforeAll(async () => {
		maskOf128 = await picture('png', 128, 64, 0);
		webp = await picture('webp', 64, 64, 0);
	});

	test('markup is fine on 2.5, but not together with a mask', async () => {
		expect(
			(
				await editForm(
					simulator,
					[
						['image', png],
						['markup', transparent],
					],
					'gpt-image-2.5-flare',
				)
			).status,
		).toBe(200);
		const both = await editForm(
			simulator,
			[
				['image', png],
				['markup', transparent],
				['mask', transparent],
			],
			'gpt-image-2.5-flare',
		);
		expect(both).toMatchObject({ status: 400, error: { param: 'markup' } });
	});
});
