import type {
	IDataObject,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	INodeExecutionData,
} from 'n8n-workflow';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { searchReferences } from '../../../nodes/GptImage/methods/searchReferences';
import {
	fakeN8n,
	jsonAnswer,
	type FakeAnswer,
	type FakeN8n,
	type FakeSetup,
} from '../fixtures/fakeN8n.mts';
import { canvas } from '../fixtures/pictures.mts';
import { withoutOffer } from '../fixtures/providers.mts';

let png: Buffer;
let jpeg: Buffer;
beforeAll(async () => {
	png = await canvas(true).png().toBuffer();
	jpeg = await canvas(false).jpeg().toBuffer();
});

const CREATED = 1_795_000_000;

/** As much of the Files API as references need. */
function filesServer(listed: IDataObject[] = []) {
	const files = new Map(listed.map((file) => [String(file['id']), file]));
	let uploads = 0;
	const answer = async ({ url, method, body, qs }: IHttpRequestOptions): Promise<FakeAnswer> => {
		const address = new URL(String(url));
		const id = /\/files\/([^/]+)$/.exec(address.pathname)?.[1];
		if (method === 'POST') {
			const form = body as unknown as FormData;
			const upload = form.get('file') as File;
			const seconds = form.get('expires_after[seconds]');
			const file = {
				id: `file-up${(uploads += 1)}`,
				object: 'file',
				filename: upload.name,
				bytes: (await upload.arrayBuffer()).byteLength,
				purpose: String(form.get('purpose')),
				created_at: CREATED,
				...(seconds !== null && { expires_at: CREATED + Number(seconds) }),
			};
			files.set(file.id, file);
			return jsonAnswer(file);
		}
		if (id === undefined) {
			const after = address.searchParams.get('after') ?? (qs as IDataObject | undefined)?.['after'];
			const all = [...files.values()];
			const start = after ? all.findIndex((file) => file['id'] === after) + 1 : 0;
			return jsonAnswer({
				object: 'list',
				data: all.slice(start, start + 100),
				has_more: all.length > start + 100,
			});
		}
		const file = files.get(id);
		if (file === undefined)
			return jsonAnswer({ error: { message: `No such File object: ${id}` } }, 404);
		if (method === 'DELETE') files.delete(id);
		return jsonAnswer(method === 'DELETE' ? { id, object: 'file', deleted: true } : file);
	};
	return { answer, files, uploads: () => uploads };
}

async function run(setup: FakeSetup): Promise<{ items: INodeExecutionData[]; n8n: FakeN8n }> {
	const { parameters } = setup;
	const n8n = fakeN8n({
		...setup,
		parameters: (index) => ({
			resource: 'reference',
			operation: 'upload',
			...(typeof parameters === 'function' ? parameters(index) : parameters),
		}),
	});
	const [items = []] = await new GptImage().execute.call(n8n.context);
	return { items, n8n };
}

const item = (bytes: Buffer, fileName = 'logo.png'): INodeExecutionData => ({
	json: {},
	binary: { data: { data: bytes.toString('base64'), mimeType: 'image/png', fileName } },
});

describe('an upload of references', () => {
	it('gives the ID of each image and what it is', async () => {
		const server = filesServer();
		const { items } = await run({
			input: [item(png)],
			parameters: { options: { expiresAfterDays: 7 } },
			answer: server.answer,
		});

		expect(items).toEqual([
			{
				json: {
					fileId: 'file-up1',
					fileName: 'logo.png',
					bytes: png.length,
					mimeType: 'image/png',
					width: 60,
					height: 40,
					sha256: expect.stringMatching(/^[\da-f]{64}$/),
					createdAt: new Date(CREATED * 1000).toISOString(),
					expiresAt: new Date((CREATED + 7 * 86_400) * 1000).toISOString(),
					reused: false,
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(server.files.get('file-up1')).toMatchObject({ purpose: 'vision' });
	});

	it('sends the same bytes once, also in another run of the execution', async () => {
		const server = filesServer();
		const nodeContext = {};
		const setup: FakeSetup = {
			input: [item(png), item(png, 'other.png'), item(jpeg)],
			nodeContext,
			answer: server.answer,
		};
		const first = await run(setup);
		const second = await run({ ...setup, runIndex: 1 });
		server.files.delete('file-up1');
		const third = await run({ ...setup, runIndex: 2 });
		const idsOf = ({ items }: { items: INodeExecutionData[] }) =>
			items.map(({ json }) => [json['fileId'], json['reused']]);

		expect(idsOf(first)).toEqual([
			['file-up1', false],
			['file-up1', true],
			['file-up2', false],
		]);
		expect(idsOf(second)).toEqual([
			['file-up1', true],
			['file-up1', true],
			['file-up2', true],
		]);
		// Somebody has deleted one.
		expect(idsOf(third)).toEqual([
			['file-up3', false],
			['file-up3', true],
			['file-up2', true],
		]);
		expect(server.uploads()).toBe(3);
	});

	it('sends one again whose time is half over, so that a loop gives none that is about to end', async () => {
		const server = filesServer();
		const setup: FakeSetup = {
			input: [item(png)],
			nodeContext: {},
			parameters: { options: { expiresAfterDays: 1 } },
			answer: server.answer,
		};
		const clock = jest.spyOn(Date, 'now');
		const ids: unknown[] = [];
		for (const hours of [0, 11, 13]) {
			clock.mockReturnValue((CREATED + hours * 3600) * 1000);
			ids.push((await run({ ...setup, runIndex: hours })).items[0]?.json['fileId']);
		}
		clock.mockRestore();

		expect(ids).toEqual(['file-up1', 'file-up1', 'file-up2']);
	});

	it('has no name that only images of batches have', async () => {
		const { items } = await run({
			input: [item(png, `input-${'a'.repeat(16)}.png`)],
			answer: filesServer().answer,
		});

		expect(items[0]?.json['fileName']).toBe(`reference-input-${'a'.repeat(16)}.png`);
	});

	it('takes links', async () => {
		const server = filesServer();
		const nodeContext = {};
		const { items, n8n } = await run({
			nodeContext,
			keepsFiles: true,
			parameters: { inputFrom: 'url', inputUrls: ['https://shop.example/brand/logo.png?x=1'] },
			link: () => ({ statusCode: 200, headers: {}, body: png }),
			answer: server.answer,
		});

		expect(items[0]?.json).toMatchObject({ fileId: 'file-up1', fileName: 'logo.png' });
		expect(n8n.links).toHaveLength(1);
		expect(nodeContext).not.toHaveProperty('downloads');
	});

	it.each<[string, FakeSetup, RegExp]>([
		['no image', { input: [item(Buffer.from('text'))] }, /is not an image/],
		[
			'no file',
			{ input: [{ json: {} }] },
			/'Input Binary Fields' names 'data', which the input item does not have/,
		],
	])('of %s is refused before anything is sent', async (_, setup, message) => {
		await expect(run(setup)).rejects.toMatchObject({ message: expect.stringMatching(message) });
	});

	it.each([0, -1, 0.01, 31, 'soon'])(
		'to expire after %j days is refused',
		async (expiresAfterDays) => {
			const attempt = run({ input: [item(png)], parameters: { options: { expiresAfterDays } } });

			await expect(attempt).rejects.toThrow(
				/^'Expires After \(Days\)' is '.*'\. It must be a number from 0\.05 \(about an hour\) to 30/,
			);
		},
	);

	it('where the node continues, what failed is an item, and the others are uploaded', async () => {
		const { items } = await run({
			continueOnFail: true,
			input: [item(Buffer.from('text')), item(png)],
			answer: filesServer().answer,
		});

		expect(items.map(({ json }) => [json['status'] ?? null, json['fileId'] ?? null])).toEqual([
			['failed', null],
			[null, 'file-up1'],
		]);
	});

	it('is known to n8n’s next try by a link that has ended since, where another item has failed', async () => {
		const server = filesServer();
		const nodeContext = {};
		let downloads = 0;
		const attempt = async () =>
			await run({
				input: [{ json: {} }, { json: {} }],
				parameters: (index) => ({
					inputFrom: 'url',
					inputUrls:
						index === 0 ? 'https://shop.example/gone.png' : 'https://shop.example/once.png',
				}),
				continueOnFail: true,
				retryOnFail: true,
				nodeContext,
				answer: server.answer,
				link: ({ url }) =>
					url.endsWith('once.png') && (downloads += 1) === 1
						? { statusCode: 200, headers: {}, body: png }
						: { statusCode: 404, headers: {}, body: Buffer.alloc(0) },
			});
		const idsOf = ({ items }: { items: INodeExecutionData[] }) =>
			items.map(({ json }) => json['fileId'] ?? null);

		expect(idsOf(await attempt())).toEqual([null, 'file-up1']);
		expect(idsOf(await attempt())).toEqual([null, 'file-up1']);
		expect(server.uploads()).toBe(1);
	});

	describe('of which the second image fails', () => {
		const setup = (): FakeSetup => {
			const server = filesServer();
			return {
				input: [
					{ json: {}, binary: { a: item(png).binary!.data!, b: item(jpeg).binary!.data! } },
					item(jpeg),
				],
				parameters: (index) => ({
					inputBinaryFields: index === 0 ? 'a, b' : 'data',
					run: { maxAttempts: 1 },
				}),
				answer: async (options) =>
					server.uploads() === 1 && options.method === 'POST'
						? jsonAnswer({ error: { message: 'No more files', code: 'too_many_files' } }, 400)
						: await server.answer(options),
			};
		};

		it('gives the first one all the same where the node continues', async () => {
			const { items } = await run({ ...setup(), continueOnFail: true });

			expect(
				items.map(({ json, pairedItem }) => [json['fileId'], json['code'], pairedItem]),
			).toEqual([
				['file-up1', undefined, { item: 0 }],
				[undefined, 'too_many_files', { item: 0 }],
				[undefined, 'too_many_files', { item: 1 }],
			]);
		});

		it('names the first one in the error where it stops', async () => {
			await expect(run(setup())).rejects.toMatchObject({
				description: expect.stringMatching(/ Done before it: file-up1\.$/),
			});
		});
	});

	it.each(withoutOffer('files'))('is refused with %s', async (provider) => {
		const attempt = run({
			input: [item(png)],
			credential: { provider, baseUrl: 'https://me.example/openai/v1' },
		});

		await expect(attempt).rejects.toMatchObject({
			message: expect.stringMatching(/ has no reference files$/),
			description: expect.stringContaining('Nothing was sent.'),
		});
	});
});

describe('the list of references', () => {
	const files = Array.from({ length: 230 }, (_, index) => ({
		id: `file-${index}`,
		object: 'file',
		filename: index % 10 === 0 ? `input-${'a'.repeat(16)}.png` : `logo-${index}.png`,
		bytes: 7,
		purpose: 'vision',
		created_at: CREATED,
	}));

	it.each([
		[{ returnAll: true }, 207],
		[{ returnAll: false, limit: 120 }, 120],
		[{}, 50],
	])('%j: without the files of batches', async (parameters, count) => {
		const { items } = await run({
			parameters: { operation: 'getAll', ...parameters },
			answer: filesServer(files).answer,
		});

		expect(items).toHaveLength(count);
		expect(items[0]?.json).toEqual({
			fileId: 'file-1',
			fileName: 'logo-1.png',
			bytes: 7,
			createdAt: new Date(CREATED * 1000).toISOString(),
			expiresAt: null,
		});
	});

	it('that never ends is ended', async () => {
		const attempt = run({
			parameters: { operation: 'getAll', returnAll: true },
			answer: () => jsonAnswer({ object: 'list', data: files.slice(1, 2), has_more: true }),
		});

		await expect(attempt).rejects.toThrow(/or the same ones again/);
	});
});

describe('the deletion of a reference', () => {
	const file = (id: string, purpose: string) => ({
		id,
		object: 'file',
		filename: 'a.png',
		bytes: 7,
		purpose,
		created_at: CREATED,
	});

	it('says that it is deleted', async () => {
		const server = filesServer([file('file-a', 'vision')]);
		const { items } = await run({
			parameters: { operation: 'delete', fileId: { __rl: true, mode: 'id', value: 'file-a' } },
			answer: server.answer,
		});

		expect(items[0]?.json).toEqual({ deleted: true, fileId: 'file-a' });
		expect(server.files.size).toBe(0);
	});

	it('that an attempt without an answer has deleted is deleted', async () => {
		const server = filesServer([file('file-a', 'vision')]);
		let deletions = 0;
		const { items } = await run({
			parameters: { operation: 'delete', fileId: 'file-a' },
			answer: async (options) => {
				const answer = await server.answer(options);
				if (options.method !== 'DELETE') return answer;
				deletions += 1;
				return deletions === 1 ? jsonAnswer({ error: { message: 'too slow' } }, 504) : answer;
			},
		});

		expect(items[0]?.json).toEqual({ deleted: true, fileId: 'file-a' });
		expect(deletions).toBe(2);
	});

	it.each<[string, unknown, RegExp]>([
		['that is not there', 'file-none', /^There is no reference file-none$/],
		[
			'that is the file of a batch',
			'file-batch',
			/^The file file-batch is not a reference: its purpose is 'batch'$/,
		],
		[
			'that a line of a batch works on',
			'file-line',
			/^The file file-line is not a reference: input-a{16}\.png is an image of a batch$/,
		],
		['without an ID', '', /^'Reference' is empty, which is not a file ID/],
		['by a path', 'file-a/../../batches', /which is not a file ID/],
	])('one %s is refused', async (_, fileId, message) => {
		const ofLine = { ...file('file-line', 'vision'), filename: `input-${'a'.repeat(16)}.png` };
		const server = filesServer([file('file-batch', 'batch'), ofLine]);
		const attempt = run({ parameters: { operation: 'delete', fileId }, answer: server.answer });

		await expect(attempt).rejects.toMatchObject({ message: expect.stringMatching(message) });
		expect(server.files.size).toBe(2);
	});
});

it('the list in the editor tells references of the same name apart, by when they were uploaded and by the end of their ID', async () => {
	const named = (id: string, created_at: number | undefined) => ({
		id,
		object: 'file',
		filename: 'chair.png',
		purpose: 'vision',
		bytes: 5,
		...(created_at !== undefined && { created_at }),
	});
	const { answer } = filesServer([
		named('file-aaa111111', CREATED),
		named('file-aaa222222', CREATED + 10),
		named('file-aaa333333', CREATED + 86_400),
		// Of a server that does not say when.
		named('file-aaa444444', undefined),
	]);
	const { context } = fakeN8n({ answer });
	const search = async (filter?: string) =>
		(await searchReferences.call(context as unknown as ILoadOptionsFunctions, filter)).results;

	expect((await search()).map(({ name }) => name)).toEqual([
		'chair.png, 2026-11-18 11:06 (…111111)',
		'chair.png, 2026-11-18 11:06 (…222222)',
		'chair.png, 2026-11-19 11:06 (…333333)',
		'chair.png (…444444)',
	]);
	expect((await search('222222')).map(({ value }) => value)).toEqual(['file-aaa222222']);
});
