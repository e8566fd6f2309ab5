import type { IDataObject, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';
import { GptImage } from '../../../../nodes/GptImage/GptImage.node';
import { lineOf, type Fate } from '../../fixtures/batchOnServer.mts';
import { fakeN8n, jsonAnswer, type FakeAnswer, type FakeSetup } from '../../fixtures/fakeN8n.mts';

/** A server with one batch of Submit, whose answers a test may make as odd as it likes. */
class OddServer {
	readonly files = new Map<string, string>();

	readonly asked: string[] = [];

	batch: IDataObject = {};

	constructor(fates: Record<string, Fate>) {
		const linesOf = (...wanted: Fate[]) =>
			Object.entries(fates)
				.flatMap(([id, fate]) =>
					wanted.includes(fate)
						? lineOf({
								id,
								prompt: '',
								fate,
								images: [Buffer.from(`image of ${id}`)],
								isListed: true,
							})
						: [],
				)
				.join('\n');
		const [made, failed] = [linesOf('images', 'noImage'), linesOf('refused', 'blocked')];
		const ids = Object.keys(fates);
		this.files.set('out', made).set('err', failed).set('in', '');
		this.files.set(
			'man',
			[
				'{"manifest":1,"own_file_ids":["own"]}',
				...ids.map((id, position) =>
					JSON.stringify({
						lineId: id,
						key: id,
						customId: id,
						position,
						prompt: id,
						model: 'gpt-image-1-mini',
					}),
				),
			].join('\n'),
		);
		const count = (text: string) => text.split('\n').filter(Boolean).length;
		this.batch = {
			id: 'batch_1',
			object: 'batch',
			status: 'completed',
			endpoint: '/v1/images/generations',
			input_file_id: 'in',
			output_file_id: 'out',
			error_file_id: count(failed) > 0 ? 'err' : '',
			created_at: 1,
			completed_at: 2,
			request_counts: { total: ids.length, completed: count(made), failed: count(failed) },
			metadata: {
				created_by: 'n8n-nodes-gpt-image',
				request_count: String(ids.length),
				manifest_file_id: 'man',
				submission: 's',
			},
		};
	}

	answer = ({ url, method }: IHttpRequestOptions): FakeAnswer => {
		const [, kind, id = ''] = /\/v1\/(\w+)\/([\w-]+)/.exec(url) ?? [];
		this.asked.push(`${method} ${id}`);
		if (kind === 'batches') return jsonAnswer(this.batch);
		if (method === 'DELETE') return jsonAnswer({ id, deleted: this.files.delete(id) });
		const content = this.files.get(id);
		return content === undefined
			? jsonAnswer({ error: { message: 'no such file' } }, 404)
			: { statusCode: 200, headers: {}, body: Buffer.from(content) };
	};

	get deleted(): string[] {
		return this.asked
			.filter((one) => one.startsWith('DELETE'))
			.map((one) => one.slice('DELETE '.length));
	}
}

interface Collected {
	items: INodeExecutionData[];
	hints: string[];
	error: Error | null;
}

async function collect(
	server: OddServer,
	options: object = {},
	{ times = 1, ...setup }: FakeSetup & { times?: number } = {},
): Promise<Collected> {
	const parameters = {
		resource: 'batch',
		operation: 'collect',
		batchId: 'batch_1',
		whenUnfinished: 'status',
		options,
		run: { maxAttempts: 2 },
	};
	const { context, hints } = fakeN8n({
		input: Array.from({ length: times }, () => ({ json: {} })),
		parameters,
		answer: server.answer,
		...setup,
	});
	const ended = await new GptImage().execute.call(context).then(
		([items = []]) => ({ items, error: null }),
		(error: Error) => ({ items: [], error }),
	);
	return { ...ended, hints: hints.map(({ message }) => message) };
}

const idsOf = ({ items }: Collected): unknown[] => items.map(({ json }) => json['customId']);

describe('collecting', () => {
	it('a batch that several rows name brings it once, and says so', async () => {
		const server = new OddServer({ a: 'images', b: 'images' });
		const all = await collect(server, {}, { times: 40 });

		expect(idsOf(all)).toEqual(['a', 'b']);
		expect(all.items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
		expect(all.hints).toContain(
			'Several input items name batch_1, so it was collected once, for the first of them.',
		);
		expect(server.asked.filter((one) => one === 'GET out')).toHaveLength(1);
	});

	it('a batch that one item wants the images of and another the failures brings both', async () => {
		const server = new OddServer({ a: 'images', b: 'refused' });
		const parameters = (itemIndex: number) => ({
			resource: 'batch',
			operation: 'collect',
			batchId: 'batch_1',
			whenUnfinished: 'status',
			options: { results: ['images', 'failed'][itemIndex] },
			run: {},
		});
		const both = await collect(server, {}, { times: 2, parameters });

		expect(idsOf(both)).toEqual(['a', 'b']);
	});

	it.each([
		['stopped', {}],
		['continued', { continueOnFail: true }],
	])(
		'lines that are bad, damaged and doubled are told of alike, whether an error would be %s',
		async (_, setup) => {
			const server = new OddServer({ a: 'images', b: 'refused', c: 'noImage', d: 'images' });
			const [first = '', ...others] = (server.files.get('out') ?? '').split('\n');
			server.files.set(
				'out',
				[
					first,
					'{"custom_id": "d", "resp',
					first,
					...others.filter((line) => !line.includes('"d"')),
				].join('\n'),
			);
			const all = await collect(server, { deleteFiles: true }, setup);

			expect(all.items.map(({ json }) => [json['customId'], json['code']])).toEqual([
				['a', undefined],
				['b', 'invalid_value'],
				['c', 'malformed_response'],
				['d', 'no_result'],
			]);
			expect(all.hints.join('\n')).toMatch(/4, of which 1 delivered, 2 failed, 1 without a result/);
			expect(server.deleted).toEqual([]);
		},
	);

	it('images alone, with rows to join, deletes what is settled, also where a result has no row', async () => {
		const server = new OddServer({ a: 'images', b: 'refused', c: 'images' });
		const all = await collect(server, {
			deleteFiles: true,
			results: 'images',
			rows: [{ sku: 'a', size: 'L' }],
			matchingField: 'sku',
		});

		expect(all.items.map(({ json }) => [json['customId'], json['input']])).toEqual([
			['a', { sku: 'a', size: 'L' }],
			['c', undefined],
		]);
		expect(all.hints.join('\n')).toContain("in 'sku', so these results have no row.");
		expect(server.deleted.sort()).toEqual(['err', 'in', 'man', 'out', 'own']);
	});

	it.each([
		['more results than there are', { total: 2, completed: 9, failed: 0 }],
		['fewer results than there are', { total: 2, completed: 1, failed: 0 }],
		['fewer requests than it has', { total: 1, completed: 1, failed: 0 }],
		['nothing', { total: 0, completed: 0, failed: 0 }],
		['no numbers', { total: null, completed: null, failed: null }],
		['less than nothing', { total: -1, completed: -1, failed: -1 }],
	])('a batch that counts %s brings each image once', async (_, counts) => {
		const server = new OddServer({ a: 'images', b: 'images' });
		server.batch['request_counts'] = counts;
		const all = await collect(server, { deleteFiles: true });

		expect(all.error).toBeNull();
		expect(idsOf(all)).toEqual(['a', 'b']);
		expect(
			all.items.map(({ binary }) => Buffer.from(binary?.['data']?.data ?? '', 'base64').toString()),
		).toEqual(['image of a', 'image of b']);
	});

	it.each([[''], [null]])(
		'a batch without files, whose ids are %j, is no error and no loss',
		async (id) => {
			const server = new OddServer({ a: 'images' });
			Object.assign(server.batch, {
				output_file_id: id,
				error_file_id: id,
				completed_at: Math.floor(Date.now() / 1000),
			});
			const late = await collect(server, { deleteFiles: true });
			Object.assign(server.batch, { completed_at: 2 });
			const gone = await collect(server, { deleteFiles: true });

			expect(late.items).toMatchObject([{ json: { batchId: 'batch_1', finished: false } }]);
			expect(gone.error?.message).toContain('has no results file');
			expect(server.deleted).toEqual([]);
		},
	);
});
