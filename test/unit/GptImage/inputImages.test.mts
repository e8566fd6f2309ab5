import type { IDataObject, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';
import sharp from 'sharp';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import {
	fakeN8n,
	jsonAnswer,
	type FakeAnswer,
	type FakeN8n,
	type FakeSetup,
} from '../fixtures/fakeN8n.mts';
import { canvas } from '../fixtures/pictures.mts';
import { withoutOffer } from '../fixtures/providers.mts';

const PARAMETERS = {
	resource: 'image',
	operation: 'edit',
	model: { mode: 'id', value: 'gpt-image-2' },
	prompt: 'put it on a beach',
	quality: 'low',
	size: '1024x1024',
	count: 1,
	options: {},
	run: { maxAttempts: 1 },
};
const LINK = 'https://shop.example/a.png?signature=s3cr3t';

let png: Buffer;
let jpeg: Buffer;
let gif: Buffer;
beforeAll(async () => {
	png = await canvas(true).png().toBuffer();
	jpeg = await canvas(false).jpeg().toBuffer();
	gif = await canvas(false).gif().toBuffer();
});

const made = () =>
	jsonAnswer({
		data: [{ b64_json: jpeg.toString('base64') }],
		usage: { input_tokens: 1000, output_tokens: 196 },
	});
const image = (body: Buffer, headers: Record<string, string> = {}): FakeAnswer => ({
	statusCode: 200,
	headers,
	body,
});
const redirect = (location: string, statusCode = 302): FakeAnswer => ({
	statusCode,
	headers: { location },
	body: Buffer.alloc(0),
});

/** A file at the API, or what the simulator of it answers to anything else. */
const withFiles =
	(files: Record<string, IDataObject>, answer = made) =>
	({ url }: IHttpRequestOptions): FakeAnswer => {
		const id = /\/files\/([^/?]+)$/.exec(String(url))?.[1];
		if (id === undefined) return answer();
		const file = files[id];
		return file === undefined
			? jsonAnswer({ error: { message: `No such File object: ${id}`, code: null } }, 404)
			: jsonAnswer({ id, object: 'file', filename: 'a.png', bytes: 7, ...file });
	};

interface Ran {
	items: INodeExecutionData[];
	n8n: FakeN8n;
}

async function run(setup: FakeSetup): Promise<Ran> {
	const { parameters } = setup;
	const n8n = fakeN8n({
		answer: made,
		...setup,
		parameters: (index) => ({
			...PARAMETERS,
			...(typeof parameters === 'function' ? parameters(index) : parameters),
		}),
	});
	const context = Object.assign(n8n.context, { getWorkflow: () => ({ id: 'w' }) });
	const [items = []] = await new GptImage().execute.call(context);
	return { items, n8n };
}

const sentTo = ({ n8n }: Ran): string[] =>
	n8n.requests.map(
		({ options }) => `${options.method} ${String(options.url).replace(/^https:\/\/[^/]+/, '')}`,
	);
const formFiles = async ({ n8n }: Ran): Promise<Buffer[]> => {
	const form = n8n.requests.at(-1)!.options.body as unknown as FormData;
	return await Promise.all(
		(form.getAll('image[]') as File[]).map(async (file) => Buffer.from(await file.arrayBuffer())),
	);
};
const jsonBody = ({ n8n }: Ran): IDataObject =>
	JSON.parse(String(n8n.requests.at(-1)!.options.body)) as IDataObject;
const dataUrl = (bytes: Buffer, type: string): string =>
	`data:${type};base64,${bytes.toString('base64')}`;

describe('input images by URL', () => {
	it('are downloaded without the credential or a header of ours, and sent as files', async () => {
		const ran = await run({
			parameters: { inputFrom: 'url', inputUrls: `${LINK}\nhttps://shop.example/b` },
			link: (_options, index) => image(index === 0 ? png : jpeg, { 'content-type': 'text/html' }),
		});

		expect(
			ran.n8n.links.map(({ url, method, headers, body }) => ({ url, method, headers, body })),
		).toEqual([{ url: LINK }, { url: 'https://shop.example/b' }]);
		expect(sentTo(ran)).toEqual(['POST /v1/images/edits']);
		expect(await formFiles(ran)).toEqual([png, jpeg]);
		expect(ran.items[0]?.json).toMatchObject({ status: 'made', operation: 'edit' });
	});

	it('are downloaded once, however many items name them', async () => {
		const ran = await run({
			input: Array.from({ length: 20 }, () => ({ json: {} })),
			parameters: (index) => ({
				inputFrom: 'url',
				inputUrls: [LINK, `https://shop.example/${index % 2}`],
			}),
			link: () => image(png),
		});

		expect(ran.n8n.links).toHaveLength(3);
		expect(ran.items).toHaveLength(20);
	});

	it('are all there before anything is sent', async () => {
		const attempt = run({
			input: [{ json: {} }, { json: {} }],
			parameters: (index) => ({ inputFrom: 'url', inputUrls: `https://shop.example/${index}` }),
			link: ({ url }) => (url!.endsWith('1') ? image(gif) : image(png)),
			answer: () => {
				throw new Error('Something was sent.');
			},
		});

		await expect(attempt).rejects.toMatchObject({
			message: "'URLs': the image at https://shop.example/1 is image/gif. Use PNG, JPEG or WebP",
			description: 'Input item 2 of 2 ("put it on a beach"). Nothing was sent, nothing was billed.',
		});
	});

	it('where the node continues, an item with a dead link is one that failed, and the others are made', async () => {
		const ran = await run({
			continueOnFail: true,
			input: [{ json: {} }, { json: {} }],
			parameters: (index) => ({
				inputFrom: 'url',
				inputUrls: `https://shop.example/${index}?key=s3cr3t`,
			}),
			link: ({ url }) =>
				url!.includes('/1')
					? image(png)
					: { statusCode: 404, headers: {}, body: Buffer.from('no') },
		});

		expect(ran.items.map(({ json }) => [json.status, json.error ?? null])).toEqual([
			[
				'failed',
				"'URLs': the image at https://shop.example/0?… answered with status 404: nothing is there",
			],
			['made', null],
		]);
		expect(sentTo(ran)).toEqual(['POST /v1/images/edits']);
		expect(JSON.stringify(ran.items)).not.toContain('s3cr3t');
	});

	it.each<[string, NonNullable<FakeSetup['link']>, RegExp]>([
		['no image', () => image(Buffer.from('<html>')), /is not an image\. Use PNG, JPEG or WebP$/],
		['nothing', () => image(Buffer.alloc(0)), /is not an image/],
		[
			'what is too large, as the server says',
			() => image(png, { 'content-length': '52428801' }),
			/is larger than 50 MB$/,
		],
		[
			'what is too large, as it turns out',
			() => image(Buffer.alloc(50 * 1024 * 1024 + 1)),
			/is larger than 50 MB$/,
		],
		['a redirect without end', () => redirect('/again'), /redirects more than 5 times$/],
		[
			'a redirect into a private network',
			() => redirect('http://10.0.0.1/'),
			/redirects from https to http/,
		],
		[
			'a redirect to the metadata service',
			() => redirect('https://metadata.google.internal/'),
			/redirects to an address that is the address of a cloud's metadata service/,
		],
		[
			'a redirect to nowhere',
			() => ({ statusCode: 302, headers: {}, body: Buffer.alloc(0) }),
			/answered with status 302$/,
		],
		[
			'no name',
			() =>
				Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })),
			/could not be opened: The server could not be reached: no server has this name/,
		],
		[
			'what n8n does not allow',
			() =>
				Promise.reject(
					Object.assign(
						new Error('The request was blocked because it resolves to a restricted IP address'),
						{ name: 'SsrfBlockedIpError' },
					),
				),
			/is blocked by n8n's settings: The request was blocked/,
		],
	])('%s is refused before anything is sent', async (_, link, message) => {
		const attempt = run({ parameters: { inputFrom: 'url', inputUrls: LINK }, link });

		await expect(attempt).rejects.toMatchObject({ message: expect.stringMatching(message) });
	});

	it('a server that is busy is asked again, one that refuses is not', async () => {
		const busy = await run({
			parameters: { inputFrom: 'url', inputUrls: LINK },
			link: (_options, index) => (index < 2 ? { ...image(png), statusCode: 503 } : image(png)),
		});
		const denied = run({
			continueOnFail: true,
			parameters: { inputFrom: 'url', inputUrls: LINK },
			link: () => ({ ...image(png), statusCode: 403 }),
		});

		expect(busy.n8n.links).toHaveLength(3);
		expect((await denied).n8n.links).toHaveLength(1);
	});

	it('of a private network nothing is told but in the log', async () => {
		const ran = await run({
			continueOnFail: true,
			input: [{ json: {} }, { json: {} }, { json: {} }],
			parameters: (index) => ({ inputFrom: 'url', inputUrls: `http://10.0.0.${index}/` }),
			link: ({ url }) => {
				if (url!.includes('.0/')) throw Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
				return url!.includes('.1/') ? image(gif) : { ...image(png), statusCode: 401 };
			},
		});
		const words = ran.items.map(({ json }) => String(json.error).replace(/10\.0\.0\.\d/, '…'));

		expect(new Set(words).size).toBe(1);
		expect(words[0]).toMatch(
			/could not be used\. Because it is in a private network, only n8n's log says why, at the level debug\.$/,
		);
		const log = ran.n8n.log.flatMap(({ level, message }) => (level === 'debug' ? message : []));
		for (const words of [/10\.0\.0\.0.*nothing listens/, /image\/gif/, /status 401/])
			expect(log).toContainEqual(expect.stringMatching(words));
	});

	it('another try finds what was downloaded, also when the link has ended by then', async () => {
		const nodeContext = {};
		const files = {};
		const setup: FakeSetup = {
			nodeContext,
			files,
			keepsFiles: true,
			input: [{ json: {} }, { json: {} }],
			parameters: (index) => ({
				inputFrom: 'url',
				inputUrls: LINK,
				prompt: index === 0 ? 'one' : 'two',
				run: { maxAttempts: 1, maxConcurrency: 1 },
			}),
			link: () => image(png),
		};
		let isDown = true;
		const answer = (options: IHttpRequestOptions): FakeAnswer => {
			const prompt = (options.body as unknown as FormData).get('prompt');
			return prompt === 'two' && isDown
				? jsonAnswer({ error: { message: 'Overloaded' } }, 500)
				: made();
		};
		await expect(run({ ...setup, answer })).rejects.toThrow(/Overloaded/);
		isDown = false;
		const again = await run({
			...setup,
			executionId: '2',
			answer,
			link: () => ({ ...image(png), statusCode: 410 }),
		});

		expect(again.n8n.links).toEqual([]);
		expect(sentTo(again)).toEqual(['POST /v1/images/edits']);
		expect(again.items.map(({ json }) => json.status)).toEqual(['made', 'made']);
		expect(nodeContext).not.toHaveProperty('downloads');
	});

	describe('where n8n keeps files in items and the link has ended by another try', () => {
		const twoItems = (links: [string, string]) => {
			const nodeContext = {};
			let isDown = true;
			const setup: FakeSetup = {
				nodeContext,
				retryOnFail: true,
				input: [{ json: {} }, { json: {} }],
				parameters: (index) => ({
					inputFrom: 'url',
					inputUrls: links[index],
					prompt: index === 0 ? 'one' : 'two',
					run: { maxAttempts: 1, maxConcurrency: 1 },
				}),
				link: ({ url }) =>
					url === LINK && !isDown ? { ...image(png), statusCode: 410 } : image(png),
				answer: (options) =>
					isDown && (options.body as unknown as FormData).get('prompt') === 'two'
						? jsonAnswer({ error: { message: 'Overloaded' } }, 500)
						: made(),
			};
			const again = async (more: FakeSetup = {}): Promise<Ran> => {
				await expect(run(setup)).rejects.toThrow(/Overloaded/);
				isDown = false;
				return await run({ ...setup, ...more });
			};
			return { again, nodeContext };
		};

		it('what was made of it is delivered, and the others are made', async () => {
			const { again, nodeContext } = twoItems([LINK, 'https://shop.example/b']);
			const { items, n8n } = await again();

			expect(n8n.requests).toHaveLength(1);
			expect(items.map(({ json }) => [json.status, (json.request as IDataObject).reused])).toEqual([
				['made', true],
				['made', false],
			]);
			expect(nodeContext).not.toHaveProperty('downloads');
		});

		it('what was not made of it says so before anything is sent, and what was is kept', async () => {
			const attempt = twoItems(['https://shop.example/b', LINK]).again();

			await expect(attempt).rejects.toMatchObject({
				message:
					"The input could not be read: the image at https://shop.example/a.png?… was downloaded by an earlier try, but n8n has not kept it, and now it answered with status 410: it is no longer there. Use a link that lasts longer, or download the image with an 'HTTP Request' node before this one.",
				description: expect.stringMatching(
					/An earlier try made 1 image\. It is kept with this execution/,
				),
			});
		});

		it('with On Error: Continue, it fails alone', async () => {
			const { items, n8n } = await twoItems(['https://shop.example/b', LINK]).again({
				continueOnFail: true,
			});

			expect(n8n.requests).toHaveLength(0);
			expect(items.map(({ json }) => [json.status, json.code ?? null])).toEqual([
				['made', null],
				['failed', 'unreadable_input'],
			]);
		});

		it('one that was never there is refused, in words that tell of what an earlier try has made', async () => {
			const { again } = twoItems(['https://shop.example/b', 'https://shop.example/c']);
			const attempt = again({
				parameters: (index) => ({
					inputFrom: 'url',
					inputUrls: `https://shop.example/${index === 0 ? 'b' : 'd'}`,
					prompt: index === 0 ? 'one' : 'two',
				}),
				link: ({ url }) => (url!.endsWith('d') ? image(gif) : image(png)),
			});

			await expect(attempt).rejects.toMatchObject({
				message: expect.stringMatching(/is image\/gif/),
				description: expect.stringMatching(
					/^Input item 2 of 2 \("two"\)\. This try sent nothing\. An earlier try made 1 image\. It is kept/,
				),
			});
		});
	});

	it('where n8n keeps files in items, none is written into the execution once more', async () => {
		const nodeContext = {};
		await expect(
			run({
				nodeContext,
				parameters: { inputFrom: 'url', inputUrls: LINK },
				link: () => image(png),
				answer: () => jsonAnswer({ error: { message: 'no' } }, 400),
			}),
		).rejects.toThrow(/no/);

		expect(JSON.stringify(nodeContext)).not.toContain(png.toString('base64').slice(0, 40));
	});

	it('a cancelled execution follows no link and sends nothing', async () => {
		const cancel = new AbortController();
		const input = Array.from({ length: 40 }, () => ({ json: {} }));
		const attempt = run({
			input,
			cancelSignal: cancel.signal,
			parameters: (index) => ({ inputFrom: 'url', inputUrls: `https://shop.example/${index}` }),
			link: () => {
				cancel.abort();
				throw Object.assign(new Error('canceled'), { code: 'ERR_CANCELED' });
			},
			answer: () => {
				throw new Error('Something was sent.');
			},
		});

		await expect(attempt).rejects.toThrow(/was not downloaded: the execution was cancelled/);
	});

	it('of a cancelled execution that continues, all items say that it was cancelled', async () => {
		const cancel = new AbortController();
		const { items } = await run({
			continueOnFail: true,
			input: [{ json: {} }, { json: {} }],
			cancelSignal: cancel.signal,
			parameters: (index) => ({
				inputFrom: 'url',
				inputUrls: `https://shop.example/${index}`,
				run: { maxAttempts: 1 },
			}),
			link: ({ url }) => {
				if (url!.endsWith('0')) return image(png);
				cancel.abort();
				throw Object.assign(new Error('canceled'), { code: 'ERR_CANCELED' });
			},
			answer: () => {
				throw new Error('Something was sent.');
			},
		});

		expect(items.map(({ json }) => json.code)).toEqual(['cancelled', 'cancelled']);
	});
});

describe('URLs that are sent as URLs', () => {
	const urls = { inputFrom: 'url', inputUrls: LINK, options: { sendUrls: true } };

	it('are quoted without their query when the API could not open them', async () => {
		const { items } = await run({
			continueOnFail: true,
			parameters: urls,
			answer: () =>
				jsonAnswer(
					{ error: { message: `Error while downloading ${LINK}.`, code: 'invalid_image_url' } },
					400,
				),
		});

		expect(JSON.stringify(items)).not.toContain('s3cr3t');
		expect(items[0]?.json['error']).toMatch(
			/Error while downloading https:\/\/shop\.example\/a\.png/,
		);
	});

	it('go to OpenAI in JSON, and n8n downloads nothing', async () => {
		const ran = await run({ parameters: urls });

		expect(ran.n8n.links).toEqual([]);
		expect(jsonBody(ran)).toEqual({
			model: 'gpt-image-2',
			prompt: 'put it on a beach',
			quality: 'low',
			size: '1024x1024',
			output_format: 'jpeg',
			n: 1,
			images: [{ image_url: LINK }],
		});
	});

	it.each([
		['openrouter', 'input_references', [{ type: 'image_url', image_url: { url: LINK } }]],
		['fal', 'image_urls', [LINK]],
	])('go to %s as it takes them', async (provider, name, value) => {
		const ran = await run({
			parameters: { ...urls, model: { mode: 'id', value: 'gpt-image-1-mini' } },
			credential: { provider },
			continueOnFail: true,
			answer: () => jsonAnswer({ error: { message: 'no' } }, 400),
		});

		expect(jsonBody(ran)[name]).toEqual(value);
	});

	it.each(withoutOffer('imageUrls'))('are refused with %s', async (provider) => {
		const attempt = run({
			parameters: urls,
			credential: { provider, baseUrl: 'https://me.example/openai/v1' },
		});

		await expect(attempt).rejects.toThrow(
			/^'Send URLs' is on, but .* does not download images\. Turn it off/,
		);
	});
});

describe('input images by file ID', () => {
	const ids = { inputFrom: 'fileId', inputFileIds: 'file-a, file-b' };
	const files = { 'file-a': { purpose: 'vision' }, 'file-b': { purpose: 'user_data' } };

	it('are looked up once each and named in JSON', async () => {
		const ran = await run({
			input: Array.from({ length: 5 }, () => ({ json: {} })),
			parameters: { ...ids, run: { maxAttempts: 1, maxConcurrency: 1 } },
			answer: withFiles(files),
		});

		expect(sentTo(ran).sort()).toEqual([
			'GET /v1/files/file-a',
			'GET /v1/files/file-b',
			...Array<string>(5).fill('POST /v1/images/edits'),
		]);
		expect(jsonBody(ran).images).toEqual([{ file_id: 'file-a' }, { file_id: 'file-b' }]);
	});

	it('stand beside files and URLs in the order of the list', async () => {
		const ran = await run({
			input: [
				{ json: {}, binary: { photo: { data: png.toString('base64'), mimeType: 'image/png' } } },
			],
			parameters: { inputFrom: 'mixed', inputMixed: `file-a\nphoto\n${LINK}`, maskBinaryField: '' },
			link: () => image(jpeg),
			answer: withFiles(files),
		});

		expect(jsonBody(ran).images).toEqual([
			{ file_id: 'file-a' },
			{ image_url: dataUrl(png, 'image/png') },
			{ image_url: dataUrl(jpeg, 'image/jpeg') },
		]);
	});

	it.each<[string, Record<string, IDataObject>, RegExp]>([
		[
			'that is not there',
			{},
			/^'File IDs': file-a does not exist: it has expired, was deleted or belongs to another project\. Upload it again/,
		],
		[
			'of another purpose',
			{ 'file-a': { purpose: 'batch' } },
			/file-a was uploaded for another purpose \('batch'\)/,
		],
	])('one %s is refused before anything is sent', async (_, there, message) => {
		const attempt = run({
			parameters: { inputFrom: 'fileId', inputFileIds: 'file-a' },
			answer: withFiles(there, () => {
				throw new Error('Something was sent.');
			}),
		});

		await expect(attempt).rejects.toMatchObject({ message: expect.stringMatching(message) });
	});

	it('a key that may not read files edits with them all the same', async () => {
		const ran = await run({
			parameters: ids,
			answer: ({ url }) =>
				String(url).includes('/files/')
					? jsonAnswer(
							{ error: { message: 'You have insufficient permissions for this operation.' } },
							403,
						)
					: made(),
		});

		expect(ran.items[0]?.json.status).toBe('made');
	});

	it.each(withoutOffer('files'))(
		'are refused with %s before anything is sent',
		async (provider) => {
			const attempt = run({
				parameters: { ...ids, model: { mode: 'id', value: 'gpt-image-1-mini' } },
				credential: { provider, baseUrl: 'https://me.example/openai/v1' },
				answer: () => {
					throw new Error('Something was sent.');
				},
			});

			await expect(attempt).rejects.toThrow(
				/^'File IDs' contains file IDs, but .* does not support them\. Use binary fields or URLs/,
			);
		},
	);
});

describe('a list of input images', () => {
	it.each<[string, Record<string, unknown>, RegExp]>([
		[
			'that an expression gives null for',
			{ inputFrom: 'url', inputUrls: null },
			/^'URLs' is empty\. Enter at least one image, e\.g\. https:\/\/example\.com\/photo\.png, or check the expression/,
		],
		['of no IDs', { inputFrom: 'fileId', inputFileIds: [] }, /^'File IDs' is empty/],
		[
			'of 17 images',
			{ inputFrom: 'url', inputUrls: Array(17).fill(LINK) },
			/^'URLs' names 17 images; at most 16 are allowed\. Remove 1\.$/,
		],
		[
			'with a link that is none',
			{ inputFrom: 'url', inputUrls: `${LINK}, /b.png` },
			/^'URLs': '\/b\.png' is not a complete URL/,
		],
	])('%s is refused before anything is sent', async (_, parameters, message) => {
		const attempt = run({
			parameters,
			link: () => {
				throw new Error('A link was followed.');
			},
		});

		await expect(attempt).rejects.toMatchObject({ message: expect.stringMatching(message) });
	});
});

describe('a photo that its EXIF header turns, and what lies over it', () => {
	/** Stored as 64x48 pixels and shown as 48x64, as phones do. */
	const photo = async (orientation: number): Promise<Buffer> =>
		await sharp({ create: { width: 64, height: 48, channels: 3, background: '#7aa' } })
			.withExif({ IFD0: { Orientation: String(orientation) } })
			.withMetadata({ orientation })
			.jpeg()
			.toBuffer();
	const overlay = async (width: number, height: number): Promise<Buffer> =>
		await sharp({ create: { width, height, channels: 4, background: '#00000000' } })
			.png()
			.toBuffer();
	const edit = async (orientation: number, [width, height]: [number, number]) => {
		const binary = (bytes: Buffer) => ({ data: bytes.toString('base64'), mimeType: 'image/png' });
		return await run({
			input: [
				{
					json: {},
					binary: {
						data: binary(await photo(orientation)),
						over: binary(await overlay(width, height)),
					},
				},
			],
			parameters: {
				model: { mode: 'id', value: 'gpt-image-2.5-flare' },
				inputBinaryFields: 'data',
				markupBinaryField: 'over',
			},
		});
	};

	it.each([6, 8, 1])(
		'orientation %d: a markup of its size, upright or as stored, is sent',
		async (orientation) => {
			// The API compares it with the upright image; which one that is only the API needs to know.
			for (const size of [
				[48, 64],
				[64, 48],
			] as Array<[number, number]>) {
				const { n8n } = await edit(orientation, size);
				const form = n8n.requests[0]!.options.body as unknown as FormData;
				expect((await sharp(await photo(orientation)).metadata()).orientation).toBe(orientation);
				expect(form.get('markup')).toBeInstanceOf(File);
			}
		},
	);

	it('a markup of another size is refused before anything is sent', async () => {
		await expect(edit(6, [64, 64])).rejects.toThrow(
			"'Markup Binary Field': the file in 'over' is 64x64 pixels, but the first image is 64x48. Both must be the same size.",
		);
	});
});

describe('a draft by its URL', () => {
	it('is promoted, with no file in the item', async () => {
		const ran = await run({
			input: [{ json: { prompt: 'a mug', size: '1024x1536', url: LINK } }],
			parameters: {
				operation: 'promote',
				mode: 'refine',
				size: 'same',
				inputFrom: 'url',
				inputUrls: LINK,
			},
			link: () => image(png),
		});
		const form = ran.n8n.requests[0]!.options.body as unknown as FormData;

		expect(await formFiles(ran)).toEqual([png]);
		expect(form.get('size')).toBe('1024x1536');
		expect(ran.items[0]?.json).toMatchObject({ status: 'made', operation: 'promote' });
	});
});

describe('a batch of edits', () => {
	const batch = {
		resource: 'batch',
		operation: 'submit',
		endpoint: 'edit',
		customId: '',
		label: '',
		requestsPerBatch: 200,
		inputFrom: 'mixed',
		inputMixed: `file-a\n${LINK}`,
		options: { includeInputFields: false },
	};

	/** What is uploaded, by its purpose, and the batch that is made of it. */
	function batchServer() {
		const uploaded: Array<{ purpose: string; text: string }> = [];
		const answer = async ({ url, method, body }: IHttpRequestOptions): Promise<FakeAnswer> => {
			if (String(url).endsWith('/files/file-a'))
				return jsonAnswer({ id: 'file-a', object: 'file', purpose: 'vision' });
			if (String(url).endsWith('/files')) {
				const form = body as unknown as FormData;
				const text = await new Response((form.get('file') as File).stream()).text();
				uploaded.push({ purpose: String(form.get('purpose')), text });
				return jsonAnswer({ id: `file-up${uploaded.length}` });
			}
			if (method !== 'POST') return jsonAnswer({ object: 'list', has_more: false, data: [] });
			const { endpoint, metadata } = JSON.parse(String(body)) as IDataObject;
			return jsonAnswer({
				id: 'batch_1',
				object: 'batch',
				status: 'in_progress',
				endpoint,
				metadata,
				input_file_id: 'file-up2',
				created_at: 1,
				request_counts: { total: 2, completed: 0, failed: 0 },
			});
		};
		return { answer, uploaded };
	}
	const linesOf = (text: string): IDataObject[] =>
		text
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as IDataObject);

	it('uploads what it has downloaded once, and takes no file for its own that is the user’s', async () => {
		const server = batchServer();
		const { n8n } = await run({
			input: [{ json: {} }, { json: {} }],
			parameters: batch,
			link: () => image(png),
			answer: server.answer,
		});
		const [, lines, manifest] = server.uploaded;

		expect(n8n.links).toHaveLength(1);
		expect(server.uploaded.map(({ purpose }) => purpose)).toEqual(['vision', 'batch', 'batch']);
		expect(linesOf(lines!.text).map(({ body }) => (body as IDataObject)['images'])).toEqual(
			Array.from({ length: 2 }, () => [{ file_id: 'file-a' }, { file_id: 'file-up1' }]),
		);
		expect(manifest!.text).toContain('file-up1');
		expect(manifest!.text).not.toContain('file-a');
	});

	it('names URLs that are sent as URLs, and uploads no image', async () => {
		const server = batchServer();
		await run({
			parameters: { ...batch, options: { includeInputFields: false, sendUrls: true } },
			answer: server.answer,
		});

		expect(server.uploaded.map(({ purpose }) => purpose)).toEqual(['batch', 'batch']);
		expect(linesOf(server.uploaded[0]!.text)).toMatchObject([
			{ body: { images: [{ file_id: 'file-a' }, { image_url: LINK }] } },
		]);
	});

	it('is not submitted where a link is dead', async () => {
		const server = batchServer();
		const attempt = run({
			parameters: batch,
			link: () => ({ ...image(png), statusCode: 404 }),
			answer: server.answer,
		});

		await expect(attempt).rejects.toThrow(/answered with status 404/);
		expect(server.uploaded).toEqual([]);
	});
});

describe('an estimate', () => {
	it('downloads nothing and counts the images', async () => {
		const ran = await run({
			parameters: {
				resource: 'cost',
				operation: 'estimate',
				endpoint: 'edit',
				inputFrom: 'mixed',
				inputMixed: `${LINK}\nfile-a`,
			},
			answer: () => {
				throw new Error('Something was sent.');
			},
		});

		expect(ran.n8n.links).toEqual([]);
		expect(ran.items[0]?.json.estimate).toMatchObject({
			tokens: { imageInput: expect.any(Number) },
			upperBound: true,
		});
		expect(ran.n8n.hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(
				/2 input images are not downloaded for an estimate, so their size is not known, and they count as the largest\.$/,
			),
		]);
	});

	it('takes a large file and a markup beside a link, as the run does, which downloads it', async () => {
		const large = Buffer.concat([png, Buffer.alloc(16 * 1024 * 1024)]);
		const binary = (bytes: Buffer) => ({ data: bytes.toString('base64'), mimeType: 'image/png' });
		const setup: FakeSetup = {
			input: [{ json: {}, binary: { large: binary(large), marks: binary(png) } }],
			parameters: {
				model: { mode: 'id', value: 'gpt-image-2.5-flare' },
				inputFrom: 'mixed',
				inputMixed: `${LINK}\nlarge`,
				markupBinaryField: 'marks',
			},
			link: () => image(png),
		};
		const estimate = await run({
			...setup,
			parameters: {
				...(setup.parameters as object),
				resource: 'cost',
				operation: 'estimate',
				endpoint: 'edit',
			},
		});

		expect((await run(setup)).items[0]?.json.status).toBe('made');
		expect(estimate.items[0]?.json.estimate).toMatchObject({ usd: expect.any(Number) });
	});
});
