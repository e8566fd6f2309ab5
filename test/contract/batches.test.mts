import { Readable } from 'node:stream';
import { toFile } from 'openai';
import type OpenAI from 'openai';
import type { DownloadOddity, Simulator } from '../simulator/index.mts';
import { clientOf, closeAll, picture, rejection, simulate } from './support.mts';

type Batch = OpenAI.Batches.Batch;

afterEach(closeAll);

const generation = (customId: string, body: object = {}) => ({
	custom_id: customId,
	method: 'POST',
	url: '/v1/images/generations',
	body: { model: 'gpt-image-2', prompt: `picture ${customId}`, quality: 'low', n: 1, ...body },
});

const fileOf = async (lines: unknown[]) =>
	await toFile(
		Buffer.from(
			lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
		),
		'requests.jsonl',
	);

/** Uploads and creates; resolves when the batch has ended. */
async function run(
	simulator: Simulator,
	lines: unknown[],
	endpoint: string = '/v1/images/generations',
): Promise<Batch> {
	const client = clientOf(simulator);
	const input = await client.files.create({ file: await fileOf(lines), purpose: 'batch' });
	const batch = await client.batches.create({
		input_file_id: input.id,
		endpoint: endpoint as '/v1/images/edits',
		completion_window: '24h',
		metadata: { label: 'test' },
	});
	expect(batch.status).toBe('validating');
	await simulator.settled();
	return await client.batches.retrieve(batch.id);
}

interface ResultLine {
	id: string;
	custom_id: string;
	response: {
		status_code: number;
		request_id: string;
		body: {
			data?: { b64_json: string }[];
			error?: { code: string };
			usage?: { total_tokens: number };
		};
	} | null;
	error: { code: string } | null;
}

async function linesOf(
	simulator: Simulator,
	fileId: string | null | undefined,
): Promise<ResultLine[]> {
	if (!fileId) return [];
	const content = await clientOf(simulator).files.content(fileId);
	const text = await content.text();
	expect(text.endsWith('\n')).toBe(true);
	return text
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as ResultLine);
}

const ids = (lines: ResultLine[]) => lines.map((line) => line.custom_id).sort();

describe('a batch', () => {
	it('makes what live requests make, in any order, at half the price', async () => {
		const simulator = await simulate();
		const names = Array.from({ length: 12 }, (_, index) => `sku-${String(index).padStart(2, '0')}`);
		const batch = await run(
			simulator,
			names.map((name) => generation(name)),
		);
		const lines = await linesOf(simulator, batch.output_file_id);

		expect(batch).toMatchObject({
			status: 'completed',
			model: 'gpt-image-2',
			metadata: { label: 'test' },
			request_counts: { total: 12, completed: 12, failed: 0 },
		});
		expect(batch.error_file_id).toBeNull();
		expect(ids(lines)).toEqual(names);
		expect(lines.map((line) => line.custom_id)).not.toEqual(names);

		const live = await clientOf(simulator).images.generate({
			model: 'gpt-image-2',
			prompt: 'picture sku-00',
			quality: 'low',
		});
		const line = lines.find((one) => one.custom_id === 'sku-00');
		expect(line?.response?.body).toMatchObject({
			data: live.data,
			usage: live.usage,
			size: live.size,
			quality: 'low',
		});
		const [batched, single] = [
			simulator.billed.find(({ customId }) => customId === 'sku-00'),
			simulator.billed.at(-1),
		];
		expect(batched).toMatchObject({ batchId: batch.id, model: 'gpt-image-2' });
		expect((batched?.costPicodollars ?? 0n) * 2n).toBe(single?.costPicodollars);
	});

	it('puts refused lines into a file of their own', async () => {
		const simulator = await simulate();
		const batch = await run(simulator, [
			generation('good'),
			generation('bad', { prompt: 'x [blocked]' }),
			generation('odd', { size: '5x5' }),
		]);

		expect(batch.request_counts).toEqual({ total: 3, completed: 1, failed: 2 });
		expect(ids(await linesOf(simulator, batch.output_file_id))).toEqual(['good']);
		const errors = await linesOf(simulator, batch.error_file_id);
		expect(ids(errors)).toEqual(['bad', 'odd']);
		expect(errors.find((line) => line.custom_id === 'bad')?.response).toMatchObject({
			status_code: 400,
			body: { error: { code: 'moderation_blocked' } },
		});
		expect(simulator.billed).toHaveLength(1);
	});

	it('has only a file of errors when nothing was made', async () => {
		const simulator = await simulate();
		const batch = await run(simulator, [generation('bad', { prompt: '[blocked]' })]);

		expect(batch).toMatchObject({
			status: 'completed',
			output_file_id: null,
			error_file_id: expect.any(String),
		});
	});

	it('edits uploaded files', async () => {
		const simulator = await simulate();
		const client = clientOf(simulator);
		const image = await client.files.create({
			file: await toFile(await picture('png'), 'in.png', { type: 'image/png' }),
			purpose: 'vision',
		});
		const line = {
			custom_id: 'e',
			method: 'POST',
			url: '/v1/images/edits',
			body: { model: 'gpt-image-2', prompt: 'x', quality: 'low', images: [{ file_id: image.id }] },
		};
		const batch = await run(simulator, [line], '/v1/images/edits');
		const [result] = await linesOf(simulator, batch.output_file_id);

		expect(result?.response?.body.data).toHaveLength(1);
		expect(simulator.billed[0]).toMatchObject({
			endpoint: 'edits',
			usage: { input_tokens_details: { image_tokens: expect.any(Number) } },
		});
	});

	it.each([
		['expired', 4, 6],
		['cancelled', 4, 0],
	] as const)('that has %s brings what was done by then', async (outcome, done, errors) => {
		const simulator = await simulate({ holdBatches: true });
		const client = clientOf(simulator);
		const input = await client.files.create({
			file: await fileOf(Array.from({ length: 10 }, (_, index) => generation(`n${index}`))),
			purpose: 'batch',
		});
		const { id } = await client.batches.create({
			input_file_id: input.id,
			endpoint: '/v1/images/generations',
			completion_window: '24h',
		});
		if (outcome === 'cancelled') {
			expect((await client.batches.cancel(id)).status).toBe('cancelling');
			await simulator.settled();
		} else await simulator.finishBatch(id, outcome, done);
		const batch = await client.batches.retrieve(id);

		expect(batch.status).toBe(outcome);
		const output = await linesOf(simulator, batch.output_file_id);
		const failed = await linesOf(simulator, batch.error_file_id);
		expect([output.length, failed.length]).toEqual([outcome === 'cancelled' ? 5 : done, errors]);
		for (const line of failed)
			expect(line).toMatchObject({ response: null, error: { code: 'batch_expired' } });
		expect(new Set([...ids(output), ...ids(failed)]).size).toBe(output.length + failed.length);
	});

	it('expires a day after its creation', async () => {
		let now = new Date('2026-11-20T12:00:00Z');
		const simulator = await simulate({ holdBatches: true, now: () => now });
		const client = clientOf(simulator);
		const input = await client.files.create({
			file: await fileOf([generation('a'), generation('b')]),
			purpose: 'batch',
		});
		const { id } = await client.batches.create({
			input_file_id: input.id,
			endpoint: '/v1/images/generations',
			completion_window: '24h',
		});
		now = new Date('2026-11-21T11:59:59Z');
		expect(['validating', 'in_progress']).toContain((await client.batches.retrieve(id)).status);
		now = new Date('2026-11-21T12:00:00Z');
		const batch = await client.batches.retrieve(id);
		expect(batch.status).toBe('expired');
		now = new Date('2026-12-21T12:00:00Z');
		expect(await rejection(client.files.content(batch.output_file_id ?? ''))).toMatchObject({
			status: 404,
		});
	});
});

describe('a batch is refused as a whole', () => {
	it.each([
		['no JSON', ['{'], 'invalid_json_line', 1],
		['a name twice', [generation('a'), generation('a')], 'duplicate_custom_id', 2],
		['no name', [{ ...generation('a'), custom_id: undefined }], 'missing_required_parameter', 1],
		[
			'two models',
			[generation('a'), generation('b', { model: 'gpt-image-1-mini' })],
			'mismatched_model',
			2,
		],
		['another endpoint', [{ ...generation('a'), url: '/v1/images/edits' }], 'mismatched_url', 1],
		['another method', [{ ...generation('a'), method: 'GET' }], 'invalid_method', 1],
		['an unknown field', [{ ...generation('a'), more: 1 }], 'unknown_parameter', 1],
		['streaming', [generation('a', { stream: true })], 'invalid_request', 1],
		['nothing in it', [], 'empty_file', null],
		[
			'a model that batches do not take',
			[generation('a', { model: 'gpt-image-2.6-flare' })],
			'model_not_supported',
			null,
		],
		['a model that is gone', [generation('a', { model: 'gpt-image-1' })], 'model_not_found', null],
	])('for %s', async (_, lines, code, line) => {
		const simulator = await simulate();
		const batch = await run(simulator, lines);

		expect(batch).toMatchObject({
			status: 'failed',
			errors: { object: 'list', data: [{ code, line }] },
		});
		expect(batch.output_file_id).toBeNull();
		expect(simulator.billed).toHaveLength(0);
	});

	it('for gpt-image-2.5 where batches do not take it', async () => {
		const lines = [generation('a', { model: 'gpt-image-2.5-flare' })];

		expect((await run(await simulate(), lines)).status).toBe('completed');
		expect((await run(await simulate({ batchFor25: false }), lines)).status).toBe('failed');
	});
});

describe('the endpoints', () => {
	it('refuse what the API refuses', async () => {
		const simulator = await simulate();
		const client = clientOf(simulator);
		const input = await client.files.create({
			file: await fileOf([generation('a')]),
			purpose: 'batch',
		});
		const other = await client.files.create({
			file: await fileOf([generation('a')]),
			purpose: 'user_data',
		});
		const create = async (changes: object) =>
			await rejection(
				client.batches.create({
					input_file_id: input.id,
					endpoint: '/v1/images/generations',
					completion_window: '24h',
					...changes,
				}),
			);

		expect(await create({ input_file_id: other.id })).toMatchObject({
			status: 400,
			param: 'input_file_id',
		});
		expect(await create({ input_file_id: 'file-none' })).toMatchObject({ status: 400 });
		expect(await create({ endpoint: '/v1/embeddings' })).toMatchObject({
			status: 400,
			param: 'endpoint',
		});
		expect(await create({ completion_window: '48h' })).toMatchObject({
			status: 400,
			param: 'completion_window',
		});
		expect(await create({ metadata: { a: 'x'.repeat(513) } })).toMatchObject({ status: 400 });
		expect(
			await create({
				metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v'])),
			}),
		).toMatchObject({ status: 400, param: 'metadata' });
		expect(
			await create({ output_expires_after: { anchor: 'created_at', seconds: 60 } }),
		).toMatchObject({ status: 400 });
		expect(await create({ priority: 'high' })).toMatchObject({
			status: 400,
			code: 'unknown_parameter',
		});
		expect(await rejection(client.batches.retrieve('batch_none'))).toMatchObject({ status: 404 });
		expect(simulator.batches).toEqual([]);
		const wrongName = toFile(Buffer.from('{}'), 'requests.txt');
		expect(
			await rejection(client.files.create({ file: await wrongName, purpose: 'batch' })),
		).toMatchObject({ status: 400 });
	});

	it('refuse for want of money, and to cancel what has ended', async () => {
		const simulator = await simulate();
		const batch = await run(simulator, [generation('a')]);
		expect(await rejection(clientOf(simulator).batches.cancel(batch.id))).toMatchObject({
			status: 409,
		});
		simulator.configure({ billingHardLimit: true });
		const again = clientOf(simulator).batches.create({
			input_file_id: batch.input_file_id,
			endpoint: '/v1/images/generations',
			completion_window: '24h',
		});
		expect(await rejection(again)).toMatchObject({
			status: 400,
			code: 'billing_hard_limit_reached',
		});
	});

	it('list the newest first, page by page', async () => {
		const simulator = await simulate();
		const client = clientOf(simulator);
		const input = await client.files.create({
			file: await fileOf([generation('a')]),
			purpose: 'batch',
		});
		const made: string[] = [];
		for (let index = 0; index < 5; index += 1) {
			made.unshift(
				(
					await client.batches.create({
						input_file_id: input.id,
						endpoint: '/v1/images/generations',
						completion_window: '24h',
					})
				).id,
			);
		}
		const found: string[] = [];
		for await (const batch of client.batches.list({ limit: 2 })) found.push(batch.id);

		expect(found).toEqual(made);
		expect((await client.batches.list({ limit: 2 })).has_more).toBe(true);
		await simulator.settled();
	});

	it('make the batch although its answer is lost', async () => {
		const simulator = await simulate();
		const client = clientOf(simulator);
		const input = await client.files.create({
			file: await fileOf([generation('a')]),
			purpose: 'batch',
		});
		simulator.failNext('dropBeforeAnswer', 1, '/v1/batches');
		await rejection(
			client.batches.create({
				input_file_id: input.id,
				endpoint: '/v1/images/generations',
				completion_window: '24h',
			}),
		);

		expect(simulator.batches).toHaveLength(1);
		await simulator.settled();
	});
});

describe('files', () => {
	it('go to disk and come back as they were, also from the middle', async () => {
		const simulator = await simulate();
		const client = clientOf(simulator);
		const content = Buffer.from(
			Array.from({ length: 3_000_000 }, (_, index) => (index * 31) % 251),
		);
		const uploaded = await client.files.create({
			file: await toFile(
				Readable.from([content.subarray(0, 1_000_000), content.subarray(1_000_000)]),
				'big.bin',
			),
			purpose: 'user_data',
		});
		const whole = Buffer.from(await (await client.files.content(uploaded.id)).arrayBuffer());
		const rest = await client.files.content(uploaded.id, { headers: { Range: 'bytes=2999990-' } });

		expect(uploaded.bytes).toBe(content.length);
		expect(whole.equals(content)).toBe(true);
		expect(rest.status).toBe(206);
		expect(Buffer.from(await rest.arrayBuffer()).equals(content.subarray(2_999_990))).toBe(true);
		simulator.configure({ acceptRanges: false });
		expect(
			(await client.files.content(uploaded.id, { headers: { Range: 'bytes=2999990-' } })).status,
		).toBe(200);
	});

	it('break off in the middle when asked to', async () => {
		const simulator = await simulate();
		const client = clientOf(simulator);
		const uploaded = await client.files.create({
			file: await toFile(Buffer.alloc(3_000_000), 'big.bin'),
			purpose: 'user_data',
		});
		simulator.cutNextDownload(1_000_000);

		await rejection((await client.files.content(uploaded.id)).arrayBuffer());
		expect((await (await client.files.content(uploaded.id)).arrayBuffer()).byteLength).toBe(
			3_000_000,
		);
	});

	it('are odd when asked to', async () => {
		const simulator = await simulate();
		const client = clientOf(simulator);
		const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
		const { id } = await client.files.create({
			file: await toFile(content, 'b_output.jsonl'),
			purpose: 'user_data',
		});
		const download = async (oddity: DownloadOddity, from?: number) => {
			simulator.nextDownload(oddity);
			return await client.files.content(
				id,
				from === undefined ? {} : { headers: { Range: `bytes=${from}-` } },
			);
		};
		const bytesOf = async (response: Response): Promise<Buffer> =>
			Buffer.from(await response.arrayBuffer());

		const short = await download({ after: 40_000, then: 'end', hidesLength: true });
		expect(short.headers.get('content-length')).toBeNull();
		expect((await bytesOf(short)).equals(content.subarray(0, 40_000))).toBe(true);
		const shifted = await download({ shift: -100 }, 50_000);
		expect(shifted.headers.get('content-range')).toBe('bytes 49900-99999/100000');
		expect((await bytesOf(shifted)).equals(content.subarray(49_900))).toBe(true);
		const packed = await download({ gzip: true });
		expect(packed.headers.get('content-encoding')).toBe('gzip');
		expect((await bytesOf(packed)).equals(content)).toBe(true);
		expect(await rejection(download({}, 100_000))).toMatchObject({ status: 416 });
		simulator.nextDownload({ of: 'error', after: 0 });
		expect((await bytesOf(await client.files.content(id))).equals(content)).toBe(true);
	});
});

describe('files of a finished batch', () => {
	it('are named late, and written in three ways when there are none', async () => {
		const simulator = await simulate();
		const client = clientOf(simulator);
		const { id, output_file_id: output } = await run(simulator, [generation('a')]);
		const looks = async () => {
			const { output_file_id, error_file_id } = await client.batches.retrieve(id);
			return [output_file_id, error_file_id];
		};

		expect(await looks()).toEqual([output, null]);
		simulator.configure({ noFile: 'empty' });
		expect(await looks()).toEqual([output, '']);
		simulator.configure({ noFile: 'absent', filesComeAfter: 4 });
		expect([await looks(), await looks()]).toEqual([
			[undefined, undefined],
			[output, undefined],
		]);
	});

	it('hold what a test puts into them', async () => {
		const simulator = await simulate({ rewriteResults: (text, kind) => `${kind}\n${text}` });
		const { output_file_id: output } = await run(simulator, [generation('a')]);

		expect(await (await clientOf(simulator).files.content(output ?? '')).text()).toMatch(
			/^output\n\{/,
		);
	});
});

describe('the room in an account’s queue', () => {
	const submit = async (simulator: Simulator, from: number, count: number): Promise<Batch> => {
		const client = clientOf(simulator);
		const lines = Array.from({ length: count }, (_, index) => generation(`n${from + index}`));
		const input = await client.files.create({ file: await fileOf(lines), purpose: 'batch' });
		return await client.batches.create({
			input_file_id: input.id,
			endpoint: '/v1/images/generations',
			completion_window: '24h',
		});
	};
	const untilChecked = async (simulator: Simulator, { id }: Batch): Promise<Batch> => {
		for (;;) {
			const batch = await clientOf(simulator).batches.retrieve(id);
			if (batch.status !== 'validating') return batch;
		}
	};

	it.each([
		[
			{ requests: 5 },
			/^Enqueued request limit reached for gpt-image-2 in organization org-simulator\. Limit: 5 enqueued requests\. Please try again/,
		],
		[
			{ tokens: 40 },
			/^Enqueued token limit reached for gpt-image-2 in organization org-simulator\. Limit: 40 enqueued tokens\./,
		],
	])(
		'ends with %p: a batch beyond it fails, and goes through once an earlier one has ended',
		async (batchQueue, words) => {
			const simulator = await simulate({ batchQueue, holdBatches: true });
			const first = await untilChecked(simulator, await submit(simulator, 0, 3));
			const second = await untilChecked(simulator, await submit(simulator, 3, 3));
			await simulator.finishBatch(first.id);
			const third = await untilChecked(simulator, await submit(simulator, 6, 3));

			expect([first.status, second.status, third.status]).toEqual([
				'in_progress',
				'failed',
				'in_progress',
			]);
			expect(second.errors?.data).toMatchObject([
				{ code: 'token_limit_exceeded', line: null, message: expect.stringMatching(words) },
			]);
			await simulator.finishBatch(third.id);
		},
	);

	it.each([400, 429] as const)('may refuse the creation, with %d', async (refusedWith) => {
		const simulator = await simulate({
			batchQueue: { requests: 5, refusedWith },
			holdBatches: true,
		});
		const first = await submit(simulator, 0, 3);

		expect(await rejection(submit(simulator, 3, 3))).toMatchObject({
			status: refusedWith,
			code: 'token_limit_exceeded',
		});
		expect(simulator.batches).toHaveLength(1);
		await simulator.finishBatch(first.id);
	});
});
