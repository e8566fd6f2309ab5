import { storeImage } from '../../../../nodes/platform/n8n/binary';
import { describeInput, readUpload } from '../../../../nodes/platform/n8n/inputBinary';
import { HEADER_BYTES } from '../../../../nodes/core/images/inspect';
import { fakeN8n } from '../../fixtures/fakeN8n.mts';
import { canvas } from '../../fixtures/pictures.mts';

let png: Buffer;
beforeAll(async () => {
	png = await canvas(true).png().toBuffer();
});

describe('an input file', () => {
	const inMemory = (bytes: Buffer, mimeType = 'image/png') =>
		fakeN8n({
			input: [
				{
					json: {},
					binary: { data: { data: bytes.toString('base64'), mimeType, fileName: 'shop.PNG' } },
				},
			],
		});
	const inStore = (bytes: Buffer, stated?: number) =>
		fakeN8n({
			input: [
				{
					json: {},
					binary: {
						data: {
							data: 'filesystem-v2',
							id: 'filesystem-v2:1',
							mimeType: 'image/png',
							...(stated !== undefined && { bytes: stated }),
						},
					},
				},
			],
			files: { 'filesystem-v2:1': bytes },
		});

	it('in memory is described by its bytes, not its label', async () => {
		expect(await describeInput(inMemory(png, 'text/plain').context, 0, 'data')).toEqual({
			field: 'data',
			isField: true,
			reference: null,
			binary: expect.objectContaining({ mimeType: 'text/plain' }) as object,
			fileName: 'shop.PNG',
			identity: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
			bytes: png.length,
			declaredType: 'text/plain',
			facts: {
				format: 'png',
				mimeType: 'image/png',
				extension: 'png',
				width: 60,
				height: 40,
				alphaChannel: true,
			},
		});
	});

	it('in the binary store is described as well', async () => {
		expect(await describeInput(inStore(png).context, 0, 'data')).toMatchObject({
			bytes: png.length,
			facts: { format: 'png', width: 60 },
		});
	});

	it.each([
		['as stated', 3_000_001],
		['as the store says', undefined],
	])(
		'of some megabytes is read no further than its header; its size is taken %s',
		async (_title, stated) => {
			const n8n = inStore(Buffer.concat([png, Buffer.alloc(3_000_001 - png.length)]), stated);

			expect(await describeInput(n8n.context, 0, 'data')).toMatchObject({
				bytes: 3_000_001,
				facts: { width: 60 },
			});
			expect(n8n.read.bytes).toBeLessThanOrEqual(HEADER_BYTES + 4 * 64 * 1024);
		},
	);

	it('that is exactly as long as the header is measured right', async () => {
		const bytes = Buffer.concat([png, Buffer.alloc(HEADER_BYTES - png.length)]);

		expect((await describeInput(inStore(bytes).context, 0, 'data')).bytes).toBe(HEADER_BYTES);
	});

	it('that is empty is no image of 0 bytes', async () => {
		for (const n8n of [inMemory(Buffer.alloc(0)), inStore(Buffer.alloc(0))]) {
			expect(await describeInput(n8n.context, 0, 'data')).toMatchObject({ bytes: 0, facts: null });
		}
	});

	it('is uploaded whole, named and typed after its bytes', async () => {
		for (const n8n of [inMemory(png, 'image/jpeg'), inStore(png)]) {
			const file = await readUpload(
				n8n.context,
				await describeInput(n8n.context, 0, 'data'),
				'image-1',
			);

			expect([file.name, file.type, file.size]).toEqual(['image-1.png', 'image/png', png.length]);
			expect(Buffer.from(await file.arrayBuffer()).equals(png)).toBe(true);
		}
	});
});

describe('a made image', () => {
	it('is stored byte for byte', async () => {
		const n8n = fakeN8n();
		const stored = await storeImage(n8n.context, png, { name: 'red-balloon-2' });

		expect(n8n.stored).toHaveLength(1);
		expect(n8n.stored[0]?.bytes.equals(png)).toBe(true);
		expect(stored).toMatchObject({
			bytes: png.length,
			fileName: 'red-balloon-2.png',
			mimeType: 'image/png',
			facts: { width: 60, height: 40 },
		});
	});
});

describe('an image that is stored', () => {
	const naming = { name: 'x' };
	const failing = (failures: Error[], signal?: AbortSignal) => {
		const store = (): void => {
			const failure = failures.shift();
			if (failure !== undefined) throw failure;
		};
		return fakeN8n({ input: [], store, ...(signal && { cancelSignal: signal }) });
	};

	it('is stored again while the store is away: it is paid for', async () => {
		const n8n = failing([new Error('Connection terminated'), new Error('ECONNREFUSED')]);

		expect(await storeImage(n8n.context, png, naming)).toMatchObject({
			mimeType: 'image/png',
			bytes: png.length,
		});
		expect(n8n.stored).toHaveLength(1);
	});

	it.each([
		['a full disk', Object.assign(new Error('disk full'), { code: 'ENOSPC' })],
		['a file that is too large', new Error('File too large')],
	])('is given up at once for %s', async (_title, failure) => {
		const n8n = failing([failure]);

		await expect(storeImage(n8n.context, png, naming)).rejects.toThrow(failure.message);
		expect(n8n.stored).toEqual([]);
	});

	it('is given up when the execution is cancelled', async () => {
		const n8n = failing([new Error('Connection terminated')], AbortSignal.abort());

		await expect(storeImage(n8n.context, png, naming)).rejects.toThrow('Connection terminated');
	});
});
