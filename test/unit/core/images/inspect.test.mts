import sharp from 'sharp';
import { HEADER_BYTES, inspectImage, type ImageFacts } from '../../../../nodes/core/images/inspect';
import { canvas, withSegments } from '../../fixtures/pictures.mts';
import { hostileSvgs } from '../../../fixtures/svg/hostile.mts';
import { seeded } from '../../fixtures/random.mts';

const SIZE = { width: 60, height: 40 };
const PNG = { format: 'png', mimeType: 'image/png', extension: 'png', ...SIZE };
const JPEG = {
	format: 'jpeg',
	mimeType: 'image/jpeg',
	extension: 'jpg',
	...SIZE,
	alphaChannel: false,
};
const WEBP = { format: 'webp', mimeType: 'image/webp', extension: 'webp', ...SIZE };
const GIF = { format: 'gif', mimeType: 'image/gif', extension: 'gif', ...SIZE, alphaChannel: null };

const animation = async (frames: number): Promise<Buffer> => {
	const pngs = Array.from({ length: frames }, async (_, index) =>
		canvas(false)
			.tint({ r: 80 * index, g: 90, b: 30 })
			.png()
			.toBuffer(),
	);
	return await sharp(await Promise.all(pngs), { join: { animated: true } })
		.gif({ delay: pngs.map(() => 200) })
		.toBuffer();
};

/** Segments as large as a segment can be: an embedded profile of some hundred kilobytes is split over many. */
const largeProfile = (segments: number): Array<[number, Buffer]> =>
	Array.from({ length: segments }, (_, index) => [
		0xe2,
		Buffer.concat([
			Buffer.from(`ICC_PROFILE\0${String.fromCharCode(index + 1, segments)}`, 'latin1'),
			Buffer.alloc(65_000, 0xff),
		]),
	]);

const pictures: Array<[title: string, bytes: () => Promise<Buffer>, facts: object]> = [
	['png without alpha', () => canvas(false).png().toBuffer(), { ...PNG, alphaChannel: false }],
	['png with alpha', () => canvas(true).png().toBuffer(), { ...PNG, alphaChannel: true }],
	[
		'png with a palette',
		() => canvas(false).png({ palette: true, colours: 4 }).toBuffer(),
		{ ...PNG, alphaChannel: false },
	],
	[
		'png of 16 bits',
		() => canvas(false).toColourspace('rgb16').png().toBuffer(),
		{ ...PNG, alphaChannel: false },
	],
	[
		'png of 16 bits with alpha',
		() => canvas(true).toColourspace('rgb16').png().toBuffer(),
		{ ...PNG, alphaChannel: true },
	],
	['grey png', () => canvas(false).greyscale().png().toBuffer(), { ...PNG, alphaChannel: false }],
	[
		'grey png with alpha',
		() => canvas(true).greyscale().png().toBuffer(),
		{ ...PNG, alphaChannel: true },
	],
	[
		'interlaced png',
		() => canvas(true).png({ progressive: true }).toBuffer(),
		{ ...PNG, alphaChannel: true },
	],
	['baseline jpeg', () => canvas(false).jpeg().toBuffer(), JPEG],
	['progressive jpeg', () => canvas(false).jpeg({ progressive: true }).toBuffer(), JPEG],
	['grey jpeg', () => canvas(false).greyscale().jpeg().toBuffer(), JPEG],
	['jpeg in CMYK', () => canvas(false).toColourspace('cmyk').jpeg().toBuffer(), JPEG],
	[
		'jpeg with Exif',
		() =>
			canvas(false)
				.withExif({ IFD0: { Copyright: 'x'.repeat(2000) } })
				.jpeg()
				.toBuffer(),
		JPEG,
	],
	['jpeg with a profile', () => canvas(false).withIccProfile('p3').jpeg().toBuffer(), JPEG],
	['lossy webp', () => canvas(false).webp().toBuffer(), { ...WEBP, alphaChannel: false }],
	[
		'lossless webp',
		() => canvas(false).webp({ lossless: true }).toBuffer(),
		{ ...WEBP, alphaChannel: false },
	],
	['lossy webp with alpha', () => canvas(true).webp().toBuffer(), { ...WEBP, alphaChannel: true }],
	[
		'lossless webp with alpha',
		() => canvas(true).webp({ lossless: true }).toBuffer(),
		{ ...WEBP, alphaChannel: true },
	],
	[
		'webp with Exif',
		() =>
			canvas(false)
				.withExif({ IFD0: { Copyright: 'x' } })
				.webp()
				.toBuffer(),
		{ ...WEBP, alphaChannel: false },
	],
	['gif', () => canvas(false).gif().toBuffer(), { ...GIF, frames: 1 }],
	['gif with transparency', () => canvas(true).gif().toBuffer(), { ...GIF, frames: 1 }],
	['gif of three frames', () => animation(3), { ...GIF, frames: 3 }],
];

describe('the first bytes of a picture', () => {
	it.each(pictures)('tell what it is: %s', async (_title, bytes, facts) => {
		expect(inspectImage(await bytes())).toEqual(facts);
	});

	it.each(pictures)('agree with sharp: %s', async (_title, make) => {
		const bytes = await make();
		const { width, height, format } = await sharp(bytes).metadata();

		expect(inspectImage(bytes)).toMatchObject({ width, height, format });
	});

	it.each([
		[1, 1],
		[65_535, 1],
		[1, 16_383],
	])('tell extreme sizes: %i x %i', async (width, height) => {
		expect(inspectImage(await canvas(false, width, height).png().toBuffer())).toMatchObject({
			width,
			height,
		});
		expect(
			inspectImage(await canvas(false, Math.min(width, 65_500), height).jpeg().toBuffer()),
		).toMatchObject({ width: Math.min(width, 65_500), height });
		expect(
			inspectImage(await canvas(true, Math.min(width, 16_383), height).webp().toBuffer()),
		).toMatchObject({ width: Math.min(width, 16_383), height });
	});

	it('tell the size of a jpeg behind a large profile and a thumbnail, within what is read of a file', async () => {
		const thumbnail = await canvas(false, 16, 8).jpeg().toBuffer();
		const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), thumbnail]);
		const bytes = withSegments(await canvas(false).jpeg().toBuffer(), [
			[0xe1, exif],
			...largeProfile(7),
			[0xfe, Buffer.from('a comment')],
		]);

		expect(bytes.length).toBeGreaterThan(400_000);
		expect(inspectImage(bytes.subarray(0, HEADER_BYTES))).toEqual(JPEG);
	});

	it('tell a jpeg whose header lies beyond what is read, but not its size', async () => {
		const bytes = withSegments(await canvas(false).jpeg().toBuffer(), largeProfile(9));

		expect(inspectImage(bytes.subarray(0, HEADER_BYTES))).toEqual({
			...JPEG,
			width: null,
			height: null,
		});
	});

	it.each([0xc4, 0xc8, 0xcc])(
		'tell the size of a jpeg with a table (marker %i) before its frame',
		async (marker) => {
			expect(
				inspectImage(
					withSegments(await canvas(false).jpeg().toBuffer(), [[marker, Buffer.alloc(40, 7)]]),
				),
			).toEqual(JPEG);
		},
	);

	it('tell the size of a jpeg with fill bytes between its segments', async () => {
		const jpeg = await canvas(false).jpeg().toBuffer();

		expect(
			inspectImage(Buffer.concat([jpeg.subarray(0, 2), Buffer.alloc(20, 0xff), jpeg.subarray(2)])),
		).toEqual(JPEG);
	});

	it('are read from the middle of a larger buffer, too', async () => {
		const png = await canvas(true).png().toBuffer();
		const larger = Buffer.concat([Buffer.alloc(13, 0x89), png, Buffer.alloc(7)]);

		expect(inspectImage(larger.subarray(13, 13 + png.length))).toEqual({
			...PNG,
			alphaChannel: true,
		});
	});

	it.each([
		['nothing', ''],
		['a text', 'hello'],
		['html', '<!doctype html>'],
		['pdf', '%PDF-1.7'],
		['a bitmap', 'BM6\0\0\0'],
		['another RIFF file', 'RIFF\x24\0\0\0WAVEfmt '],
		['an avif', '\0\0\0\x1cftypavif\0\0\0\0'],
		['json', '{"data":[]}'],
	])('of %s are no image', (_title, text) => {
		expect(inspectImage(Buffer.from(text, 'latin1'))).toBeNull();
	});
});

describe('an SVG', () => {
	const SVG = { format: 'svg', mimeType: 'image/svg+xml', extension: 'svg', alphaChannel: null };
	const NS = 'xmlns="http://www.w3.org/2000/svg"';
	const sizeOf = (root: string) => {
		const { width, height, ...rest } = inspectImage(Buffer.from(root))!;
		expect(rest).toEqual(SVG);
		return [width, height];
	};

	it.each<[string, string, [number | null, number | null]]>([
		['its size', `<svg ${NS} width="60" height='40'/>`, [60, 40]],
		['pixels', `<svg ${NS} width="60px" height="40.4px"></svg>`, [60, 40]],
		['a view box', `<svg ${NS} viewBox="0 0 60 40"/>`, [60, 40]],
		['a view box with commas', `<svg ${NS} viewBox=" -5,-5, 60 , 40"/>`, [60, 40]],
		[
			'its size before its view box',
			`<svg ${NS} viewBox="0 0 1 1" width="60" height="40"/>`,
			[60, 40],
		],
		['percentages', `<svg ${NS} width="100%" height="100%" viewBox="0 0 60 40"/>`, [60, 40]],
		['other units', `<svg ${NS} width="6cm" height="4cm"/>`, [null, null]],
		['no size', `<svg ${NS}/>`, [null, null]],
		[
			'no size that can be',
			`<svg ${NS} width="-1" height="1e999" viewBox="0 0 0 0"/>`,
			[null, null],
		],
		['a name that only ends so', `<svg ${NS} stroke-width="60" x-height="40"/>`, [null, null]],
	])('says its size by %s', (_title, root, size) => {
		expect(sizeOf(root)).toEqual(size);
	});

	it.each([
		['a declaration', '<?xml version="1.0"?>\n'],
		['a mark', '\ufeff'],
		['comments', '<!-- <html> --><!---->'],
		['a document type', '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">'],
		['entities', '<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "d">]>'],
	])('is known behind %s', (_title, before) => {
		expect(sizeOf(`${before}<svg ${NS} title="a>b" width="60" height="40">`)).toEqual([60, 40]);
	});

	it('is known with a prefix and in UTF-16', () => {
		const root = '<s:svg xmlns:s="http://www.w3.org/2000/svg" width="60" height="40"/>';
		const wide = Buffer.from(`\ufeff${root}`, 'utf16le');

		expect(sizeOf(root)).toEqual([60, 40]);
		expect(inspectImage(wide)).toEqual({ ...SVG, width: 60, height: 40 });
		expect(inspectImage(Buffer.from(wide).swap16())).toEqual({ ...SVG, width: 60, height: 40 });
	});

	it('is nothing whose root is another, or that begins with anything else', () => {
		for (const text of [
			`<html ${NS}/>`,
			`<svgx ${NS}/>`,
			`<!doctype html><script/>${`<svg ${NS}/>`}`,
			`x<svg ${NS}/>`,
			'<svg width="60',
			'<!--',
		])
			expect([text, inspectImage(Buffer.from(text))]).toEqual([text, null]);
	});

	it.each(
		hostileSvgs('http://127.0.0.1:9').map(
			({ name, bytes, isSvg }) => [name, bytes, isSvg] as const,
		),
	)('that is hostile is taken for what it is: %s', (_name, bytes, isSvg) => {
		expect(inspectImage(bytes)?.format ?? null).toBe(isSvg ? 'svg' : null);
	});
});

describe('broken bytes', () => {
	const plausible = (facts: ImageFacts | null): boolean =>
		facts === null ||
		[facts.width, facts.height].every(
			(edge) => edge === null || (Number.isInteger(edge) && edge >= 0),
		);

	it.each(pictures)(
		'of a cut off %s are never taken for another size',
		async (_title, make, facts) => {
			const bytes = await make();
			const whole = facts as ImageFacts;
			for (let length = 0; length <= Math.min(bytes.length, 1500); length++) {
				const told = inspectImage(bytes.subarray(0, length));

				if (told === null) continue;
				expect(told.format).toBe(whole.format);
				expect([null, whole.width]).toContain(told.width);
				expect([null, whole.height]).toContain(told.height);
			}
		},
	);

	it('never throw, whichever byte is changed', async () => {
		const random = seeded(6);
		for (const [, make] of pictures) {
			const bytes = await make();
			for (let round = 0; round < 150; round++) {
				const changed = Uint8Array.from(bytes.subarray(0, random.int(1, 400)));
				for (let change = 0; change < 4; change++)
					changed[random.int(0, changed.length - 1)] = random.int(0, 255);
				expect(plausible(inspectImage(changed))).toBe(true);
			}
		}
	});

	it('never throw when they are random behind a true beginning', () => {
		const random = seeded(7);
		const beginnings = [
			'\x89PNG\r\n\x1a\n',
			'\x89PNG\r\n\x1a\n\0\0\0\rIHDR',
			'\xff\xd8\xff',
			'RIFF\0\0\0\0WEBP',
			'RIFF\0\0\0\0WEBPVP8X',
			'RIFF\0\0\0\0WEBPVP8L',
			'RIFF\0\0\0\0WEBPVP8 ',
			'GIF8',
			'',
		];
		for (let round = 0; round < 4000; round++) {
			const bytes = Buffer.concat([
				Buffer.from(random.pick(beginnings), 'latin1'),
				random.bytes(random.int(0, 60)),
			]);
			expect(plausible(inspectImage(bytes))).toBe(true);
		}
	});

	it('never keep it busy: a jpeg of empty segments is read once', () => {
		const endless = Buffer.concat([
			Buffer.from([0xff, 0xd8]),
			...Array.from({ length: 50_000 }, () => Buffer.from([0xff, 0xe0, 0, 0])),
		]);

		expect(inspectImage(endless)).toMatchObject({ format: 'jpeg', width: null });
	});
});
