import type { IDataObject, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';
import sharp from 'sharp';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { fakeN8n, jsonAnswer, type FakeAnswer, type FakeSetup } from '../fixtures/fakeN8n.mts';

/** One that the catalogue doesn't know, and that the API may take in batches: today it takes none that make these formats. */
const MODEL = { mode: 'id', value: 'gpt-image-9' };
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"/>');
const SVG_USAGE = { model: 'gpt-5', input_tokens: 100, output_tokens: 200, total_tokens: 300 };

let gif: Buffer;
beforeAll(async () => {
	const [width, height, frames] = [32, 32, 3];
	const pixels = Buffer.alloc(width * height * frames * 3);
	for (let at = 0; at < pixels.length; at++) pixels[at] = at % 251;
	gif = await sharp(pixels, {
		raw: { width, height: height * frames, channels: 3, pageHeight: height },
	})
		.gif()
		.toBuffer();
});

/** Files and batches of a provider, which is done with a batch at once. */
class Server {
	readonly files: string[] = [];

	batch: IDataObject = {};

	answer = async ({ url, method, body }: IHttpRequestOptions): Promise<FakeAnswer> => {
		const id = /\/files\/file-(\d+)\/content$/.exec(url)?.[1];
		if (id !== undefined)
			return { statusCode: 200, headers: {}, body: Buffer.from(this.files[Number(id)]!) };
		if (url.endsWith('/files')) {
			const upload = (body as unknown as FormData).get('file') as File;
			return this.store(await new Response(upload.stream()).text());
		}
		if (method === 'POST') {
			const given = JSON.parse(String(body)) as IDataObject;
			this.batch = {
				...given,
				id: 'batch_1',
				object: 'batch',
				status: 'in_progress',
				created_at: Math.floor(Date.now() / 1000),
				request_counts: { total: 3, completed: 0, failed: 0 },
			};
		}
		return jsonAnswer(
			url.includes('batch_1') || method === 'POST'
				? this.batch
				: { object: 'list', has_more: false, data: [] },
		);
	};

	get lines(): Array<{ custom_id: string; body: IDataObject }> {
		return this.files[0]!.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as { custom_id: string; body: IDataObject });
	}

	finish(): void {
		const results = this.lines.map(({ custom_id, body }) => {
			const isGif = body['output_format'] === 'gif';
			return JSON.stringify({
				id: 'r',
				custom_id,
				response: {
					status_code: 200,
					request_id: 'req',
					body: {
						created: 1,
						data: [{ b64_json: (isGif ? gif : SVG).toString('base64') }],
						usage: { input_tokens: 10, output_tokens: 272 },
						...(!isGif && { svg_usage: SVG_USAGE }),
					},
				},
				error: null,
			});
		});
		this.store(`${results.join('\n')}\n`);
		Object.assign(this.batch, {
			status: 'completed',
			output_file_id: `file-${this.files.length - 1}`,
			completed_at: Math.floor(Date.now() / 1000),
			request_counts: { total: results.length, completed: results.length, failed: 0 },
		});
	}

	private store(text: string): FakeAnswer {
		this.files.push(text);
		return jsonAnswer({ id: `file-${this.files.length - 1}`, object: 'file' });
	}
}

async function run(
	server: Server,
	parameters: (index: number) => Record<string, unknown>,
	input: FakeSetup['input'] = [{ json: {} }],
): Promise<{ items: INodeExecutionData[]; stored: string[] }> {
	const stored: string[] = [];
	const n8n = fakeN8n({
		input,
		// Its memory is used again.
		store: ({ bytes }) => stored.push(bytes.toString('base64')),
		answer: server.answer,
		parameters: (index) => ({ resource: 'batch', run: { maxAttempts: 1 }, ...parameters(index) }),
	});
	const [items = []] = await new GptImage().execute.call(n8n.context);
	return { items, stored };
}

it('GIFs and SVGs go into a batch one a line, and come out as what they are', async () => {
	const server = new Server();
	const submitted = await run(
		server,
		(index) => ({
			operation: 'submit',
			endpoint: 'generate',
			model: MODEL,
			prompt: index === 0 ? 'a wave' : 'a logo',
			quality: 'low',
			size: index === 0 ? '512x512' : '1536x1024',
			count: index === 0 ? 2 : 1,
			options:
				index === 0
					? { outputFormat: 'gif', frameCount: 3, frameDurationMs: 100 }
					: { outputFormat: 'svg', svgModel: 'gpt-5' },
			customId: '',
			label: '',
			requestsPerBatch: 200,
		}),
		[{ json: {} }, { json: {} }],
	);
	server.finish();
	const collected = await run(server, () => ({
		operation: 'collect',
		batchId: 'batch_1',
		whenUnfinished: 'error',
		options: {},
	}));

	expect(submitted.items[0]?.json).toMatchObject({ requestCount: 3, imageCount: 3 });
	const wave = { output_format: 'gif', frame_count: 3, n: 1, size: '512x512' };
	expect(server.lines.map(({ body }) => body)).toMatchObject([
		wave,
		wave,
		{ output_format: 'svg', svg: { model: 'gpt-5' }, n: 1, size: '1536x1024' },
	]);
	expect(collected.stored).toEqual([gif, gif, SVG].map((bytes) => bytes.toString('base64')));
	expect(
		collected.items.map(({ json, binary }) => {
			const { mimeType, fileName, frames } = json['image'] as IDataObject;
			return [json['size'], mimeType, binary?.['data']?.mimeType, fileName, frames];
		}),
	).toEqual([
		['32x32', 'image/gif', 'image/gif', 'a-wave-1.gif', 3],
		['32x32', 'image/gif', 'image/gif', 'a-wave-2.gif', 3],
		['1536x1024', 'image/svg+xml', 'image/svg+xml', 'a-logo.svg', undefined],
	]);
	// Nothing is known of its price, which is no 0.
	expect(collected.items.map(({ json }) => (json['cost'] as IDataObject)['usd'])).toEqual([
		null,
		null,
		null,
	]);
});
