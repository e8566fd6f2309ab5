import type { ImageFacts } from '../../../../nodes/core/images/inspect';
import { checkInputImages, type InputFile } from '../../../../nodes/core/requests/inputImages';
import { modelNamed } from '../../fixtures/models.mts';

const MB = 1024 * 1024;
const CAPABILITIES = modelNamed('gpt-image-2').capabilities;
const PNG: ImageFacts = {
	format: 'png',
	mimeType: 'image/png',
	extension: 'png',
	width: 64,
	height: 48,
	alphaChannel: true,
};
const JPEG: ImageFacts = {
	...PNG,
	format: 'jpeg',
	mimeType: 'image/jpeg',
	extension: 'jpg',
	alphaChannel: false,
};
const GIF: ImageFacts = {
	...PNG,
	format: 'gif',
	mimeType: 'image/gif',
	extension: 'gif',
	alphaChannel: null,
};

const file = (changes: Partial<InputFile> = {}): InputFile => ({
	field: 'data',
	isField: true,
	reference: null,
	fileName: '',
	bytes: 1000,
	identity: 'x',
	facts: PNG,
	declaredType: 'image/png',
	...changes,
});
const check = (images: InputFile[], mask: InputFile | null = null) =>
	checkInputImages(images, mask, CAPABILITIES);

describe('images to edit', () => {
	it.each(['png', 'jpeg', 'webp'] as const)('may be %s', (format) => {
		expect(check([file({ facts: { ...PNG, format } })])).toEqual([]);
	});

	it('may be 1 to 16', () => {
		expect(check(Array.from({ length: 16 }, () => file()))).toEqual([]);
		expect(check(Array.from({ length: 17 }, () => file()))).toEqual([
			{
				field: 'inputBinaryFields',
				message: "'Input Binary Fields' names 17 images; at most 16 are allowed. Remove 1.",
			},
		]);
		expect(check([])).toEqual([
			{
				field: 'inputBinaryFields',
				message:
					"'Input Binary Fields' is empty. Enter the binary field that contains the image, e.g. data. Separate several with commas.",
			},
		]);
	});

	it.each([
		[
			'a gif',
			{ facts: GIF },
			"the file in 'data' is image/gif. Use PNG, JPEG or WebP; n8n's 'Edit Image' node can convert it.",
		],
		[
			'a pdf',
			{ facts: null, declaredType: 'application/pdf' },
			"the file in 'data' is not an image that can be edited (declared as application/pdf). Use PNG",
		],
		[
			'a text that is labelled as png',
			{ facts: null },
			'is not an image that can be edited (declared as image/png)',
		],
		[
			'empty',
			{ bytes: 0, facts: null },
			"the file in 'data' is empty. Check the node that it comes from.",
		],
		['50 MB', { bytes: 50 * MB }, "the file in 'data' has 50 MB; it must be smaller than 50 MB."],
		[
			'far too large',
			{ bytes: 61.5 * MB },
			"the file in 'data' has 61.5 MB; it must be smaller than 50 MB.",
		],
	])('may not be %s', (_title, changes, message) => {
		const found = check([file(changes)]);

		expect(found).toHaveLength(1);
		expect(found[0]).toMatchObject({
			field: 'inputBinaryFields',
			message: expect.stringContaining(message),
		});
	});

	it('may be a byte smaller than 50 MB', () => {
		expect(check([file({ bytes: 50 * MB - 1 })])).toEqual([]);
	});

	it('are all named when several can’t be used', () => {
		const found = check([
			file({ field: 'a', bytes: 0 }),
			file({ field: 'b' }),
			file({ field: 'c', facts: GIF }),
		]);

		expect(found.map(({ message }) => message)).toEqual([
			expect.stringContaining("'a'"),
			expect.stringContaining("'c'"),
		]);
	});
});

describe('a mask', () => {
	const mask = (changes: Partial<InputFile> = {}): InputFile => file({ field: 'mask', ...changes });

	it('is a png with alpha, as large as the first image', () => {
		expect(
			check([file({ facts: JPEG }), file({ facts: { ...PNG, width: 9, height: 9 } })], mask()),
		).toEqual([]);
	});

	it.each([
		[
			'a jpeg',
			{ facts: JPEG },
			"the file in 'mask' is image/jpeg. A mask must be a PNG whose transparent areas may be changed.",
		],
		[
			'no image',
			{ facts: null, declaredType: 'text/plain' },
			'is not an image (declared as text/plain). A mask must be a PNG',
		],
		[
			'opaque',
			{ facts: { ...PNG, alphaChannel: false } },
			'has no alpha channel. Save it as a 32-bit PNG (RGBA)',
		],
		[
			'of another size',
			{ facts: { ...PNG, width: 48, height: 64 } },
			'is 48x64 pixels, but the first image is 64x48. Both must be the same size.',
		],
		['4 MB', { bytes: 4 * MB }, 'has 4 MB; it must be smaller than 4 MB.'],
	])('may not be %s', (_title, changes, message) => {
		const found = check([file()], mask(changes));

		expect(found).toHaveLength(1);
		expect(found[0]).toMatchObject({
			field: 'maskBinaryField',
			message: expect.stringContaining(message),
		});
	});

	it('may be a byte smaller than 4 MB', () => {
		expect(check([file()], mask({ bytes: 4 * MB - 1 }))).toEqual([]);
	});

	it('is not measured against an image whose size can’t be told', () => {
		expect(check([file({ facts: { ...JPEG, width: null, height: null } })], mask())).toEqual([]);
	});

	it('and images are checked at once', () => {
		expect(check([file({ bytes: 0 })], mask({ facts: JPEG })).map(({ field }) => field)).toEqual([
			'inputBinaryFields',
			'maskBinaryField',
		]);
	});
});
