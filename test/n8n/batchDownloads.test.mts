import { createHash } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import type { DownloadOddity } from '../simulator/index.mts';
import { picodollars } from './money.mts';
import { API_KEY, openWorkshop, type Run, type Workshop } from './workshop.mts';

const BATCH_ID = { __rl: true, mode: 'id', value: '={{ $json.batchId }}' };
const SUBMIT: INodeParameters = {
	resource: 'batch',
	operation: 'submit',
	prompt: '={{ $json.prompt }}',
	customId: '={{ $json.sku }}',
};
const COUNT = 6;
const rows = Array.from({ length: COUNT }, (_, index) => ({
	sku: `sku-${index}`,
	prompt: `picture ${index}`,
}));
const IDS = rows.map(({ sku }) => sku);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let workshop: Workshop;
/** The file of results as it was stored last. */
let stored = '';
beforeAll(async () => {
	workshop = await openWorkshop();
});
beforeEach(() => {
	workshop.simulator.reset();
	workshop.simulator.configure({
		acceptRanges: true,
		noFile: 'null',
		filesComeAfter: 0,
		batchLineFault: undefined,
		rewriteResults: keep,
	});
});
afterAll(async () => await workshop.close());

function keep(text: string, kind: 'output' | 'error'): string {
	if (kind === 'output') stored = text;
	return text;
}

async function submit(more: INodeParameters = {}): Promise<string> {
	const { json } = await workshop.run(rows, { ...SUBMIT, ...more });
	await workshop.simulator.settled();
	return String(json[0]!['batchId']);
}

const operate = async (
	operation: string,
	batchIds: string[],
	more: INodeParameters = {},
	extras = {},
): Promise<Run> =>
	await workshop.run(
		batchIds.map((batchId) => ({ batchId })),
		{ resource: 'batch', operation, batchId: BATCH_ID, run: { timeoutSeconds: 1 }, ...more },
		extras,
	);

const collect = async (batchIds: string[], more: INodeParameters = {}, extras = {}): Promise<Run> =>
	await operate('collect', batchIds, more, extras);

async function describeBatch(batchId: string): Promise<Record<string, any>> {
	const answer = await fetch(`${workshop.simulator.baseUrl}/batches/${batchId}`, {
		headers: { authorization: `Bearer ${API_KEY}` },
	});
	return (await answer.json()) as Record<string, any>;
}

async function deleteFile(id: string): Promise<void> {
	await fetch(`${workshop.simulator.baseUrl}/files/${id}`, {
		method: 'DELETE',
		headers: { authorization: `Bearer ${API_KEY}` },
	});
	workshop.simulator.requests.pop();
}

const deletions = (): number =>
	workshop.simulator.requests.filter(({ method }) => method === 'DELETE').length;
const hintsOf = ({ output }: Run): string => output.hints.map(({ message }) => message).join('\n');

/** Images of the file of results, by custom id. */
function imagesOf(text: string): Map<string, string> {
	const lines = text
		.split('\n')
		.filter((line) => line !== '')
		.map(
			(line) =>
				JSON.parse(line) as {
					custom_id: string;
					response: { body: { data: Array<{ b64_json: string }> } };
				},
		);
	return new Map(
		lines.map(({ custom_id: id, response }) => [
			id,
			sha256(Buffer.from(response.body.data[0]!.b64_json, 'base64')),
		]),
	);
}

/** Each image once, byte by byte, at its price. */
async function expectWhole({ json, output }: Run, expected = imagesOf(stored)): Promise<void> {
	expect(json.map(({ customId }) => customId)).toEqual(IDS);
	const bytes = await Promise.all(
		output.items.map(async (item) => sha256(await workshop.bytesOf(item))),
	);
	expect(bytes).toEqual(IDS.map((id) => expected.get(id)));
	expect(json.reduce((sum, { cost }) => sum + picodollars(cost.exact), 0n)).toBe(
		workshop.simulator.billedPicodollars(),
	);
}

const firstLine = (): number => stored.indexOf('\n') + 1;

describe('a download', () => {
	it.each<[string, () => DownloadOddity[]]>([
		['comes to a halt after its headers', () => [{ after: 0, then: 'halt' }]],
		[
			'comes to a halt in the middle of a line',
			() => [{ after: firstLine() + 50_000, then: 'halt' }],
		],
		['comes to a halt between two lines', () => [{ after: firstLine(), then: 'halt' }]],
		[
			'breaks off in the middle of a line, twice',
			() => [{ after: firstLine() + 50_000 }, { after: 10 }],
		],
		[
			'is closed in the middle of a line, without a length',
			() => [{ after: firstLine() + 50_000, then: 'end', hidesLength: true }],
		],
		[
			'is closed between two lines, without a length',
			() => [{ after: firstLine(), then: 'end', hidesLength: true }],
		],
		['breaks off behind its last byte (416)', () => [{ after: stored.length, hidesLength: true }]],
		[
			'goes on before the byte that was asked for',
			() => [{ after: firstLine() + 50_000 }, { shift: -1000 }],
		],
		[
			'goes on behind the byte that was asked for',
			() => [{ after: firstLine() + 50_000 }, { shift: 1000 }],
		],
		['comes compressed', () => [{ gzip: true }]],
		['is compressed where it goes on', () => [{ after: firstLine() + 50_000 }, { gzip: true }]],
	])('that %s brings each image once', async (_, odditiesOf) => {
		const batchId = await submit();
		const oddities = odditiesOf();
		for (const oddity of oddities) workshop.simulator.nextDownload({ of: 'output', ...oddity });
		const run = await collect([batchId]);

		await expectWhole(run);
		expect(
			workshop.simulator.requests.filter(({ path }) => path.endsWith('/content')).length,
		).toBeGreaterThan(oddities.length);
	});

	it('that is not there at first is asked for again', async () => {
		const batchId = await submit();
		const { output_file_id: fileId } = await describeBatch(batchId);
		workshop.simulator.answerNext(
			[{ status: 404, body: { error: { message: 'No such File object' } } }],
			`/v1/files/${fileId}/content`,
		);

		await expectWhole(await collect([batchId]));
	});

	it('whose server never has enough lines, and says no length, brings what there is, and its files stay', async () => {
		workshop.simulator.configure({
			rewriteResults: (text) => text.slice(0, text.trimEnd().lastIndexOf('\n') + 1),
		});
		const batchId = await submit();
		workshop.simulator.nextDownload({ of: 'output', hidesLength: true });
		const run = await collect([batchId], { options: { deleteFiles: true } });

		expect(run.json.filter(({ image }) => image)).toHaveLength(COUNT - 1);
		expect(run.json.find(({ code }) => code === 'no_result')).toMatchObject({
			status: 'failed',
			request: { maybeBilledAttempts: 1 },
			description: expect.stringContaining('It may have been made and billed'),
		});
		expect(hintsOf(run)).toContain(
			`Requests of ${batchId}: 6, of which 5 delivered, 0 failed, 1 without a result`,
		);
		expect(hintsOf(run)).toContain(`The files of ${batchId} were not deleted`);
		expect(deletions()).toBe(0);
	});
});

describe('files that are not there', () => {
	it.each(['empty', 'absent'] as const)(
		'are none, however they are written (%s)',
		async (noFile) => {
			workshop.simulator.configure({ noFile });

			await expectWhole(await collect([await submit()], { options: { deleteFiles: true } }));
			expect(deletions()).toBe(3);
		},
	);

	it('are waited for', async () => {
		const batchId = await submit();
		workshop.simulator.configure({ filesComeAfter: 2, noFile: 'empty' });

		await expectWhole(await collect([batchId]));
	});

	it('are told of when they do not come, and nothing is said to have failed', async () => {
		const batchId = await submit();
		workshop.simulator.configure({ filesComeAfter: 50 });
		const options = { options: { deleteFiles: true }, run: { maxAttempts: 2 } };
		const status = await collect([batchId], options);
		const get = await operate('get', [batchId]);
		const error = await collect([batchId], { ...options, whenUnfinished: 'error' });

		expect(status.json).toMatchObject([
			{ batchId, status: 'completed', finished: false, counts: { completed: COUNT } },
		]);
		expect(hintsOf(status)).toContain(
			'its files are not available yet: 6 of its 6 requests have a result. Collect it again later.',
		);
		expect(get.json).toMatchObject([{ batchId, finished: false }]);
		expect(error.output.error).toMatchObject({
			message: expect.stringContaining('not available yet'),
			description: expect.stringContaining('Nothing is lost'),
		});
		expect(deletions()).toBe(0);

		workshop.simulator.configure({ filesComeAfter: 0 });
		await expectWhole(await collect([batchId]));
	});

	it('do not keep the images back when nobody wants the failures', async () => {
		workshop.simulator.configure({
			batchLineFault: (id) => (id === 'sku-0' ? 'serverError' : undefined),
		});
		const batchId = await submit();
		const { error_file_id: errors } = await describeBatch(batchId);
		await deleteFile(errors);
		const all = await collect([batchId], { run: { maxAttempts: 2 } });
		const images = await collect([batchId], {
			options: { results: 'images', deleteFiles: true },
			run: { maxAttempts: 2 },
		});

		expect(all.json).toMatchObject([{ batchId, finished: false }]);
		expect(images.json.map(({ customId }) => customId)).toEqual(IDS.slice(1));
		expect(hintsOf(images)).toContain('5 delivered, 0 failed, 1 not available yet');
		expect(deletions()).toBe(0);
	});

	it.each([400, 404])(
		'such as the manifest (%i) leave names and order as they are',
		async (status) => {
			const batchId = await submit({ count: 12, quality: 'low' });
			const { metadata } = await describeBatch(batchId);
			workshop.simulator.answerNext(
				[{ status, body: { error: { message: 'It can not be read' } } }],
				`/v1/files/${metadata.manifest_file_id}/content`,
			);
			const run = await collect([batchId]);

			expect(run.json.map(({ customId }) => customId)).toEqual(
				IDS.flatMap((id) => Array.from({ length: 12 }, () => id)),
			);
			expect(run.json.map(({ image }) => [image.index, image.count])).toEqual(
				IDS.flatMap(() => Array.from({ length: 12 }, (_, index) => [index, 12])),
			);
			expect(hintsOf(run)).toContain(
				`The manifest of ${batchId} can't be read (It can not be read)`,
			);
		},
	);
});

describe('lines', () => {
	it('that are written oddly bring the same images', async () => {
		workshop.simulator.configure({
			rewriteResults: (text) => {
				stored = text;
				const [first = '', second = '', ...others] = text.trimEnd().split('\n');
				return `\uFEFF${[first.replaceAll('+', '\\u002b').replaceAll('/', '\\/'), '', second, '  ', second, '{"custom_id":"sku-1', ...others].join('\r\n')}`;
			},
		});
		const run = await collect([await submit()], { options: { deleteFiles: true } });

		await expectWhole(run);
		expect(hintsOf(run)).toMatch(
			/1 custom IDs of batch_\w+ have more than one result, such as sku-\d\./,
		);
		expect(deletions()).toBe(3);
	});

	it('that are damaged take nobody’s name, and keep the files', async () => {
		workshop.simulator.configure({
			rewriteResults: (text) =>
				text.replace(/^.*"custom_id":"sku-2".*$/m, (line) => line.slice(0, 5000)),
		});
		const run = await collect([await submit()], { options: { deleteFiles: true } });

		expect(run.json.map(({ customId, code }) => [customId, code])).toEqual(
			IDS.map((id) => [id, id === 'sku-2' ? 'no_result' : undefined]),
		);
		expect(hintsOf(run)).toContain('Unreadable lines: 1.');
		expect(deletions()).toBe(0);
	});

	it('that say success and hold no image have failed, at the price of what was used', async () => {
		workshop.simulator.configure({
			rewriteResults: (text) =>
				text.replace(/(^.*"custom_id":"sku-2".*"b64_json": ?")[^"]+/m, '$1'),
		});
		const { json } = await collect([await submit()]);

		expect(json.find(({ customId }) => customId === 'sku-2')).toMatchObject({
			status: 'failed',
			code: 'malformed_response',
			cost: { basis: 'usage', exact: expect.any(String) },
		});
		expect(json.reduce((sum, { cost }) => sum + picodollars(cost.exact), 0n)).toBe(
			workshop.simulator.billedPicodollars(),
		);
	});
});

describe('files at OpenAI', () => {
	it('stay until all items of the node are there, so that it can be tried again', async () => {
		const [first, second] = [await submit(), await submit()];
		const { output_file_id: fileId } = await describeBatch(second);
		workshop.simulator.answerNext(
			[{ status: 403, body: { error: { message: 'not now' } } }],
			`/v1/files/${fileId}/content`,
		);
		const failed = await collect([first, second], { options: { deleteFiles: true } });

		expect(failed.execution.status).toBe('error');
		expect(deletions()).toBe(0);
		const retried = await workshop.result(await workshop.n8n.retryExecution(failed.execution.id));
		expect(retried.json).toHaveLength(2 * COUNT);
		expect(deletions()).toBe(6);
	});
});

describe('items of Submit that are in no batch', () => {
	it('pass through Collect, which brings the others', async () => {
		const submitted = await workshop.run(rows, { ...SUBMIT, run: { budgetUsd: 0.004 } });
		await workshop.simulator.settled();
		const skipped = submitted.json.filter((item) => item['skipped'] === 'budget');
		const { json } = await workshop.run(submitted.json, {
			resource: 'batch',
			operation: 'collect',
			batchId: BATCH_ID,
		});

		expect(skipped.length).toBeGreaterThan(0);
		expect(json.filter(({ image }) => image)).toHaveLength(COUNT - skipped.length);
		expect(json.filter((item) => item['skipped'] === 'budget')).toEqual(skipped);
	});

	it('an id that is none is found before anything is downloaded', async () => {
		const batchId = await submit();
		const before = workshop.simulator.requests.length;
		const stopped = await collect([batchId, ''], { options: { deleteFiles: true } });
		expect(stopped.output.error?.message).toMatch(/'Batch' is empty/);
		expect(workshop.simulator.requests).toHaveLength(before);

		const continued = await collect(
			[batchId, '', 'batch_unknown'],
			{},
			{ onError: 'continueRegularOutput' },
		);
		expect(continued.json.map(({ customId, code }) => customId ?? code)).toEqual([
			...IDS,
			'invalid_input',
			'http_404',
		]);
	});
});
