import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import type { Batch } from '../../../../nodes/core/batch/batch';
import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { secretForms, withoutSecretsIn } from '../../../../nodes/core/failures/secrets';
import { apiServerOf, catalogueAt } from '../../../../nodes/core/providers/connection';
import { readRecords } from '../../../../nodes/core/report/records';
import { makeReport } from '../../../../nodes/core/report/report';
import type { BatchApi } from '../../../../nodes/platform/api/batchApi';
import { collectBatch } from '../../../../nodes/platform/batches/collectBatch';
import { collectedItems } from '../../../../nodes/platform/batches/collectItems';
import type { Collected, WantedResults } from '../../../../nodes/platform/batches/collectTypes';
import { FilesToDelete } from '../../../../nodes/platform/batches/filesToDelete';
import { finishedItems } from '../../../../nodes/platform/batches/finishedItems';
import type { BatchTask } from '../../../../nodes/platform/batches/perBatch';
import { Hints } from '../../../../nodes/platform/n8n/hints';
import { NameBook } from '../../../../nodes/platform/n8n/nameBook';
import { batchOf, type Fate, FileServer, lineOf } from '../../fixtures/batchOnServer.mts';
import { fakeN8n, NODE } from '../../fixtures/fakeN8n.mts';
import { VirtualRuntime } from '../../fixtures/virtualRuntime.mts';

const OURS = { created_by: 'n8n-nodes-gpt-image', submission: 's', manifest_file_id: 'manifest' };
const catalogue = catalogueAt(CATALOGUE, apiServerOf({ provider: 'openai' }), '');

/** A server with one line for each request in the right file. */
function serverOf(fates: Record<string, Fate>): FileServer {
	const server = new FileServer(() => 1000);
	const linesOf = (...wanted: Fate[]): string =>
		Object.entries(fates)
			.filter(([, fate]) => wanted.includes(fate))
			.map(
				([id, fate]) =>
					`${lineOf({ id, prompt: '', fate, images: [Buffer.from(`image of ${id}`)], isListed: true })}\n`,
			)
			.join('');
	server.files.set('output', Buffer.from(linesOf('images', 'noImage')));
	server.files.set('errors', Buffer.from(linesOf('refused', 'blocked', 'expired')));
	return server;
}

async function collect(
	server: FileServer,
	batch: Batch,
	results: WantedResults = 'all',
): Promise<{ collected: Collected; json: IDataObject[] }> {
	const { context } = fakeN8n();
	const runtime = new VirtualRuntime();
	const collector = {
		store: context,
		api: server,
		options: { maxAttempts: 3, maxWaitMs: 60_000 },
		runtime,
		results,
		catalogue,
		now: new Date(1100 * 1000),
		names: new NameBook({}),
		progress: () => undefined,
	};
	const collected = await runtime.until(collectBatch(collector, batch));
	const items = collectedItems(collected, {
		getNode: () => NODE,
		results,
		field: 'data',
		itemIndex: 0,
		now: new Date(),
		catalogue,
	});
	return { collected, json: items.map(({ json }) => json) };
}

const inputOf = (...ids: string[]): Buffer =>
	Buffer.from(
		ids
			.map(
				(id) =>
					`${JSON.stringify({ custom_id: id, body: { prompt: `prompt of ${id.split('#')[0]}`, model: 'gpt-image-1-mini', n: 6 } })}\n`,
			)
			.join(''),
	);

describe('the report on a batch', () => {
	const fates: Record<string, Fate> = {
		a: 'images',
		b: 'noImage',
		c: 'refused',
		d: 'expired',
		e: 'untouched',
	};
	const batch = batchOf({ status: 'expired', counts: { total: 5, completed: 2, failed: 1 } });

	it('that was collected twice counts each request once, and what was never worked on as known to cost nothing', async () => {
		const server = serverOf(fates);
		server.files.set('input', inputOf('a', 'b', 'c', 'd', 'e'));
		const { json } = await collect(server, batch);
		const once = makeReport(readRecords(json));
		const twice = makeReport(readRecords([...json, ...(await collect(server, batch)).json]));

		expect(json.map(({ customId, code }) => [customId, code])).toEqual([
			['a', undefined],
			['b', 'malformed_response'],
			['c', 'invalid_value'],
			['d', 'batch_expired'],
			['e', 'batch_expired'],
		]);
		expect(once.failures).toMatchObject({ count: 4, neverSent: 2, billed: 1, unknownCost: 1 });
		expect(once.total).toMatchObject({ images: 1, lost: 1, cost: 2n * 1_098_000_000n });
		expect({ ...twice, duplicates: 0 }).toEqual({ ...once, duplicates: 0 });
		expect(twice.duplicates).toBe(5);
	});

	it('names a link that the API could not open without its query', async () => {
		const server = serverOf({ a: 'refused' });
		server.files.set('input', inputOf('a'));
		const quoted = String(server.files.get('errors')).replace(
			'bad size',
			'Error while downloading https://cdn.example.com/a.png?signature=0123456789abcdef.',
		);
		server.files.set('errors', Buffer.from(quoted));
		const { json } = await collect(
			server,
			batchOf({ counts: { total: 1, completed: 0, failed: 1 }, outputFileId: null }),
		);

		expect(json[0]!['error']).toContain('https://cdn.example.com/a.png');
		expect(JSON.stringify(json)).not.toContain('0123456789abcdef');
	});

	it('forgets a request without a result once its image is there', async () => {
		const late = batchOf({ counts: { total: 2, completed: 2, failed: 0 }, errorFileId: null });
		const early = serverOf({ a: 'images' });
		early.files.set('input', inputOf('a', 'b'));
		const first = (await collect(early, late)).json;
		const whole = serverOf({ a: 'images', b: 'images' });
		whole.files.set('input', inputOf('a', 'b'));
		const second = (await collect(whole, late)).json;
		const made = makeReport(readRecords(second));

		expect(makeReport(readRecords(first))).toMatchObject({
			failures: { count: 1, unknownCost: 1 },
			maybeBilledAttempts: 1,
			total: { atLeast: true },
		});
		expect({ ...makeReport(readRecords([...first, ...second])), duplicates: 0 }).toEqual({
			...made,
			duplicates: 0,
		});
		expect(made).toMatchObject({
			failures: { count: 0 },
			maybeBilledAttempts: 0,
			total: { images: 2, atLeast: false },
		});
	});

	it('of edits has them as edits', async () => {
		const { json } = await collect(
			serverOf({ a: 'images' }),
			batchOf({
				endpoint: '/v1/images/edits',
				counts: { total: 1, completed: 1, failed: 0 },
				errorFileId: null,
			}),
		);

		expect(makeReport(readRecords(json)).byStage.map(({ name }) => name)).toEqual(['edit']);
	});
});

describe('a result that repeats the key', () => {
	it('is told without it', async () => {
		const server = serverOf({ a: 'images', c: 'refused' });
		server.files.set('input', inputOf('a', 'c'));
		server.withoutKey = (read) => withoutSecretsIn(read, secretForms('bad size'));
		const { json } = await collect(
			server,
			batchOf({ counts: { total: 2, completed: 1, failed: 1 } }),
		);

		expect(json).toMatchObject([{ customId: 'a' }, { customId: 'c', code: 'invalid_value' }]);
		expect(JSON.stringify(json)).toContain('…');
		expect(JSON.stringify(json)).not.toContain('bad size');
	});
});

describe('a batch that was refused', () => {
	it('of which nothing is known any more is one failed item, not none', async () => {
		const refused = batchOf({
			status: 'failed',
			outputFileId: null,
			errorFileId: null,
			problems: [{ code: 'invalid_json_line', message: 'Not JSON.', line: 3 }],
			metadata: { ...OURS, request_count: '7' },
		});
		const { json, collected } = await collect(new FileServer(() => 10), refused);

		expect(json).toMatchObject([
			{
				status: 'failed',
				customId: null,
				code: 'invalid_json_line',
				error:
					'The whole batch was refused: Not JSON. (line 3) (This applies to 7 requests of batch_1 whose prompts are no longer known.)',
			},
		]);
		expect(json[0]?.['description']).toContain('nothing was billed');
		expect(collected.account.sums).toMatchObject({ total: 7, failed: { no: 7 } });
	});

	it('for want of room is not to be submitted again from here once Submit took its requests back', async () => {
		const refused = batchOf({
			status: 'failed',
			outputFileId: null,
			errorFileId: null,
			problems: [
				{ code: 'token_limit_exceeded', message: 'Enqueued token limit reached', line: null },
			],
			metadata: { ...OURS, request_count: '7' },
		});
		const server = new FileServer(() => 100);
		const { json } = await collect(server, refused);
		server.files.set('input', inputOf('a'));
		const left = (await collect(server, { ...refused, metadata: { ...OURS, request_count: '1' } }))
			.json;

		expect(json[0]?.['description']).toContain(
			'they are in other batches, or Submit returned them as failed. Submit failed requests again from the output of Submit, not from this output.',
		);
		expect(left[0]?.['description']).toContain(
			'Submit these items again once earlier batches have ended',
		);
	});

	it('for want of room keeps its input images, which the batch that its requests went on in may need', async () => {
		const problems = [
			{ code: 'token_limit_exceeded', message: 'Enqueued token limit reached', line: null },
		];
		const refused = batchOf({
			status: 'failed',
			outputFileId: null,
			errorFileId: null,
			problems,
			metadata: { ...OURS, request_count: '1' },
		});
		const server = new FileServer(() => 100);
		const entry = JSON.stringify({
			lineId: 'a',
			customId: 'a',
			position: 0,
			prompt: 'p',
			model: 'gpt-image-1-mini',
		});
		server.files.set(
			'manifest',
			Buffer.from(`{"manifest":1,"own_file_ids":["file-own"]}\n${entry}\n`),
		);
		const deletedOf = async (batch: Batch): Promise<string[]> => {
			const deleted: string[] = [];
			const api = { deleteFile: async (id: string) => ({ ok: deleted.push(id) > 0, value: null }) };
			const files = new FilesToDelete(new Hints());
			files.add(
				{ api, runtime: new VirtualRuntime() } as unknown as BatchTask,
				(await collect(server, batch)).collected,
				'all',
			);
			await files.delete();
			return deleted;
		};

		expect(await deletedOf(refused)).toEqual(['input', 'manifest']);
		expect(
			await deletedOf({
				...refused,
				problems: [{ code: 'invalid_json_line', message: 'Not JSON.', line: 1 }],
			}),
		).toEqual(['input', 'manifest', 'file-own']);
	});

	it('that another tool has submitted too', async () => {
		const { json } = await collect(
			new FileServer(() => 10),
			batchOf({ status: 'failed', outputFileId: null, errorFileId: null }),
		);

		expect(json).toMatchObject([{ status: 'failed', code: 'batch_failed' }]);
	});
});

describe('what the results are about', () => {
	const batch = batchOf({
		counts: { total: 3, completed: 3, failed: 0 },
		errorFileId: null,
		metadata: { ...OURS, request_count: '3' },
	});
	const manifestLine = (lineId: string, more: object) =>
		JSON.stringify({
			lineId,
			customId: lineId.split('#')[0],
			position: 0,
			prompt: 'of the manifest',
			model: 'gpt-image-1-mini',
			...more,
		});

	it('comes from the input file where the manifest is gone, and parts of an item stay parts of it', async () => {
		const server = serverOf({ 'S1#2': 'images', other: 'images', 'S1#1': 'images' });
		server.files.set('input', inputOf('S1#1', 'S1#2', 'other'));
		const { json, collected } = await collect(server, batch);

		expect(
			json.map(({ customId, image, prompt }) => [
				customId,
				(image as IDataObject)['index'],
				(image as IDataObject)['count'],
				prompt,
			]),
		).toEqual([
			['S1', 0, 12, 'prompt of S1'],
			['S1', 6, 12, 'prompt of S1'],
			['other', 0, 6, 'prompt of other'],
		]);
		expect(collected.manifest.problem).toMatch(
			/The manifest of batch_1 can't be read \(status 404\)/,
		);
	});

	it('comes line by line from either where the manifest is damaged, in the order of the submission', async () => {
		const server = serverOf({ c: 'images', b: 'images', a: 'images' });
		server.files.set('input', inputOf('a', 'b', 'c'));
		server.files.set(
			'manifest',
			Buffer.from(
				`{"manifest":1,"own_file_ids":["file-own"]}\n${manifestLine('c', { fields: { row: 3 }, position: 2 })}\n${manifestLine('b', {}).slice(0, 40)}\n${manifestLine('a', { fields: { row: 1 } })}`,
			),
		);
		const { json, collected } = await collect(server, batch);

		expect(json.map(({ customId, prompt, input }) => [customId, prompt, input])).toEqual([
			['a', 'of the manifest', { row: 1 }],
			['b', 'prompt of b', undefined],
			['c', 'of the manifest', { row: 3 }],
		]);
		expect(collected.manifest).toMatchObject({
			ownFileIds: ['file-own'],
			problem: expect.stringMatching(/^1 lines of the manifest of batch_1 can't be read/),
		});
	});

	it('of a request that stands twice in the input file is the first one', async () => {
		const server = serverOf({ a: 'images' });
		server.files.set(
			'input',
			Buffer.concat([inputOf('a'), Buffer.from('{"custom_id":"a","body":{"prompt":"another"}}')]),
		);
		const { json } = await collect(
			server,
			batchOf({ counts: { total: 2, completed: 2, failed: 0 }, errorFileId: null }),
		);

		expect(json).toMatchObject([
			{ customId: 'a', prompt: 'prompt of a' },
			{ customId: null, code: 'no_result', request: { maybeBilledAttempts: 1 } },
		]);
	});
});

describe('a poll that could not collect everything', () => {
	it('leaves its images to the next one, which stores none of them again', async () => {
		const { context, stored } = fakeN8n({ keepsFiles: true });
		const poll = { ...context, getWorkflow: () => ({ id: 'w' }) } as unknown as IPollFunctions;
		const server = serverOf({ a: 'images', b: 'images', c: 'images' });
		const content = server.files.get('output') ?? Buffer.alloc(0);
		const afterTwo = content.indexOf(10, content.indexOf(10) + 1) + 50;
		server.answers.set(
			'output',
			Array.from({ length: 9 }, (_, index) => ({
				until: index === 0 ? afterTwo : 0,
				ending: 'error' as const,
				hasLength: true,
				shift: 0,
				ranges: true,
			})),
		);
		const batch = batchOf({ counts: { total: 3, completed: 3, failed: 0 }, errorFileId: null });
		const settings = {
			filter: { label: '', statuses: [] },
			collect: true,
			results: 'all' as const,
			field: 'data',
			form: { kind: 'raw' as const },
		};
		const runtime = new VirtualRuntime();
		const look = async () =>
			await runtime.until(
				finishedItems(poll, server as unknown as BatchApi, batch, settings, runtime),
			);

		expect(await look()).toMatchObject({ ok: false, failure: { code: 'download_cut' } });
		expect(stored).toHaveLength(2);
		server.answers.clear();
		const second = await look();

		expect(
			second.ok &&
				second.value.map(({ json, binary }) => [
					json['customId'],
					binary?.['data']?.id !== undefined,
				]),
		).toEqual([
			['a', true],
			['b', true],
			['c', true],
		]);
		expect(stored.map(({ bytes }) => bytes.toString())).toEqual([
			'image of a',
			'image of b',
			'image of c',
		]);
	});
});
