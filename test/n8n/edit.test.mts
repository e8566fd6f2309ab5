import sharp, { type Sharp } from 'sharp';
import { filesNode, openWorkshop, pngs, type Workshop } from './workshop.mts';

const picture = (width: number, height: number, alpha = false): Sharp =>
	sharp({
		create: {
			width,
			height,
			channels: alpha ? 4 : 3,
			background: alpha ? { r: 0, g: 0, b: 0, alpha: 0 } : '#7aa',
		},
	});

const base64 = async (image: Sharp): Promise<string> => (await image.toBuffer()).toString('base64');

const EDIT = { operation: 'edit', prompt: 'put it on a beach' };

describe('Edit', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => await workshop.close());

	it('several images and a mask of one item are sent, and the item says what they cost', async () => {
		const item = {
			photo: await base64(picture(640, 480).png()),
			logo: await base64(picture(200, 100).webp()),
			hole: await base64(picture(640, 480, true).png()),
		};
		const { json, output } = await workshop.run(
			[item],
			{
				...EDIT,
				inputBinaryFields: 'photo, logo',
				maskBinaryField: 'hole',
				options: { inputFidelity: 'low', safetyIdentifier: 'u1' },
			},
			{},
			pngs('photo', 'logo', 'hole'),
		);

		const [request] = workshop.simulator.requests;
		const [bill] = workshop.simulator.billed;
		expect(request!.path).toBe('/v1/images/edits');
		const files = request!.files.map(({ field, mimeType, width, height }) => ({
			field: field.replace('[]', ''),
			mimeType,
			width,
			height,
		}));
		expect(files.sort((a, b) => a.field.localeCompare(b.field))).toEqual([
			{ field: 'image', mimeType: 'image/png', width: 640, height: 480 },
			{ field: 'image', mimeType: 'image/webp', width: 200, height: 100 },
			{ field: 'mask', mimeType: 'image/png', width: 640, height: 480 },
		]);
		expect(json[0]).toMatchObject({
			operation: 'edit',
			prompt: 'put it on a beach',
			model: 'gpt-image-1-mini',
			cost: {
				basis: 'usage',
				tokens: { imageInput: bill!.usage.input_tokens_details.image_tokens },
			},
		});
		expect(BigInt(Math.round(json[0]!['cost'].usd * 1e12))).toBe(bill!.costPicodollars);
		expect(output.items[0]!.binary!['data']!.mimeType).toBe('image/jpeg');
	});

	it('a wrong MIME type on the incoming item is corrected, not passed on', async () => {
		await workshop.run(
			[{ data: await base64(picture(64, 64).jpeg()) }],
			EDIT,
			{},
			filesNode({ data: { mimeType: 'application/octet-stream', fileName: 'download.bin' } }),
		);

		expect(workshop.simulator.requests[0]!.files).toMatchObject([
			{ mimeType: 'image/jpeg', filename: 'image-1.jpg', width: 64 },
		]);
	});

	it('sixteen images are sent in their order, byte for byte', async () => {
		const images = await Promise.all(
			Array.from({ length: 16 }, async (_, i) => await base64(picture(64 + i, 64).png())),
		);
		const fields = images.map((_, i) => `f${i}`);
		await workshop.run(
			[Object.fromEntries(images.map((image, i) => [`f${i}`, image]))],
			{ ...EDIT, inputBinaryFields: fields.join(',') },
			{},
			pngs(...fields),
		);

		expect(workshop.simulator.requests[0]!.files.map(({ width }) => width)).toEqual(
			images.map((_, i) => 64 + i),
		);
	});

	it('an edited image can be edited again, whatever binary field it is in', async () => {
		const first = await workshop.run(
			[{ data: await base64(picture(256, 256).png()) }],
			{ ...EDIT, options: { outputBinaryField: 'edited' } },
			{},
			pngs('data'),
		);
		const bytes = await workshop.bytesOf(first.output.items[0]!, 'edited');

		await workshop.run(
			[{ edited: bytes.toString('base64') }],
			{ ...EDIT, inputBinaryFields: 'edited' },
			{},
			pngs('edited'),
		);

		expect(workshop.simulator.requests[1]!.files).toMatchObject([
			{ mimeType: 'image/jpeg', width: 1024, bytes: bytes.length },
		]);
	});

	it.each<[string, Record<string, unknown>, () => Promise<Record<string, string>>, RegExp]>([
		[
			'a binary field that is not there',
			{ inputBinaryFields: 'photo' },
			async () => ({ data: await base64(picture(64, 64).png()) }),
			/'Input Binary Fields' names 'photo', which the input item does not have\. It has 'data'\./,
		],
		[
			'a file that is no image',
			{},
			async () => ({ data: Buffer.from('%PDF-1.7').toString('base64') }),
			/'Input Binary Fields': the file in 'data' is not an image.*Use PNG, JPEG or WebP/,
		],
		[
			'a gif',
			{},
			async () => ({ data: await base64(picture(64, 64).gif()) }),
			/the file in 'data' is image\/gif\. Use PNG, JPEG or WebP/,
		],
		[
			'a mask without alpha',
			{ maskBinaryField: 'mask' },
			async () => ({
				data: await base64(picture(64, 64).png()),
				mask: await base64(picture(64, 64).png()),
			}),
			/'Mask Binary Field': the file in 'mask' has no alpha channel/,
		],
		[
			'a mask of another size',
			{ maskBinaryField: 'mask' },
			async () => ({
				data: await base64(picture(64, 64).png()),
				mask: await base64(picture(64, 65, true).png()),
			}),
			/is 64x65 pixels, but the first image is 64x64/,
		],
		[
			'a mask that is no png',
			{ maskBinaryField: 'mask' },
			async () => ({
				data: await base64(picture(64, 64).png()),
				mask: await base64(picture(64, 64, true).webp()),
			}),
			/is image\/webp\. A mask must be a PNG/,
		],
		[
			'a fidelity that the model does not have',
			{ options: { inputFidelity: 'high' } },
			async () => ({ data: await base64(picture(64, 64).png()) }),
			/'Input Fidelity' is 'high', which gpt-image-1-mini does not support\. Choose low/,
		],
	])('%s is refused before anything is sent', async (_, parameters, files, message) => {
		const item = await files();
		const { output } = await workshop.run(
			[item],
			{ ...EDIT, ...(parameters as object) },
			{},
			pngs(...Object.keys(item)),
		);

		expect(output.error?.message).toMatch(message);
		expect(workshop.simulator.requests).toEqual([]);
	});

	it('more than sixteen images are refused before anything is sent', async () => {
		const file = await base64(picture(64, 64).png());
		const { output } = await workshop.run(
			[{ data: file }],
			{ ...EDIT, inputBinaryFields: Array(17).fill('data').join(',') },
			{},
			pngs('data'),
		);

		expect(output.error?.message).toBe(
			"'Input Binary Fields' names 17 images; at most 16 are allowed. Remove 1.",
		);
		expect(workshop.simulator.requests).toEqual([]);
	});
});
