import type { IDataObject, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';
import { GptImage } from '../../../../nodes/GptImage/GptImage.node';
import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { readManifestLine, writeManifestEntry } from '../../../../nodes/core/batch/manifest';
import { prepareItems } from '../../../../nodes/platform/batches/prepare';
import { nameLines } from '../../../../nodes/platform/batches/lineNames';
import { NameBook } from '../../../../nodes/platform/n8n/nameBook';
import { fakeN8n, jsonAnswer, type FakeAnswer, type FakeSetup } from '../../fixtures/fakeN8n.mts';
import { TODAY } from '../../fixtures/models.mts';
import { canvas } from '../../fixtures/pictures.mts';

const PARAMETERS = {
	resource: 'image',
	operation: 'generate',
	model: { mode: 'id', value: 'gpt-image-2' },
	prompt: 'a mug',
	quality: 'low',
	size: '1024x1024',
	count: 1,
	options: {},
	run: { maxAttempts: 1, maxConcurrency: 1 },
};
let picture: string;
beforeAll(async () => {
	picture = (await canvas(false).jpeg().toBuffer()).toString('base64');
});

const made = (images: number): FakeAnswer =>
	jsonAnswer({
		data: Array.from({ length: images }, () => ({ b64_json: picture })),
		quality: 'low',
		size: '1024x1024',
	});
const asked = ({ body }: IHttpRequestOptions): FakeAnswer =>
	made(typeof body === 'string' ? Number((JSON.parse(body) as { n?: number }).n ?? 1) : 1);
const fileNames = (items: readonly INodeExecutionData[]): unknown[] =>
	items.map(({ json }) => (json['image'] as IDataObject)?.['fileName']);
const rows = (count: number): INodeExecutionData[] =>
	Array.from({ length: count }, (_, index) => ({ json: { index } }));

async function run(setup: FakeSetup): Promise<{ names: unknown[]; error: Error | null }> {
	const parameters = setup.parameters;
	const { context } = fakeN8n({
		keepsFiles: true,
		answer: asked,
		...setup,
		parameters: (index) => ({
			...PARAMETERS,
			...(typeof parameters === 'function' ? parameters(index) : parameters),
		}),
	});
	try {
		const [items = []] = await new GptImage().execute.call(context);
		return { names: fileNames(items), error: null };
	} catch (error) {
		return { names: [], error: error as Error };
	}
}

describe('the file names of a run', () => {
	it('are each another, also where rows, variations and File Name are the same', async () => {
		expect((await run({ input: rows(3) })).names).toEqual([
			'a-mug.jpg',
			'a-mug-2.jpg',
			'a-mug-3.jpg',
		]);
		expect(
			(await run({ input: rows(2), parameters: { count: 2, options: { fileName: 'SKU 7.png' } } }))
				.names,
		).toEqual(['SKU 7-1.jpg', 'SKU 7-2.jpg', 'SKU 7-3.jpg', 'SKU 7-4.jpg']);
		const variations = { axes: [{ name: 'light', words: 'soft, neon' }] };
		expect((await run({ input: rows(2), parameters: { variations } })).names).toEqual([
			'a-mug-soft-1.jpg',
			'a-mug-neon-2.jpg',
			'a-mug-soft-2.jpg',
			'a-mug-neon-3.jpg',
		]);
	});

	it('are each another where more images come than were asked for', async () => {
		const { names } = await run({
			input: rows(2),
			parameters: { count: 2 },
			answer: () => made(4),
		});

		expect(names).toHaveLength(8);
		expect(new Set(names).size).toBe(8);
		expect(names.slice(0, 2)).toEqual(['a-mug-1.jpg', 'a-mug-2.jpg']);
	});

	it('are those of the first try where a second one makes the rest, whichever came', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const first = await run({
			nodeContext,
			files,
			input: rows(4),
			answer: (options, index) =>
				index === 2 ? jsonAnswer({ error: { message: 'no' } }, 500) : asked(options),
		});
		const second = await run({
			nodeContext: JSON.parse(JSON.stringify(nodeContext)) as IDataObject,
			files,
			executionId: '2',
			input: rows(4),
		});

		expect(first.error).not.toBeNull();
		expect(second.names).toEqual(['a-mug.jpg', 'a-mug-2.jpg', 'a-mug-3.jpg', 'a-mug-4.jpg']);
	});

	it('do not come again in the next round of a loop, nor in another call of an agent that goes on beside it', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const rounds = [
			await run({ nodeContext, files, runIndex: 0, input: rows(2) }),
			await run({ nodeContext, files, runIndex: 1, input: rows(2) }),
		];
		expect(rounds.flatMap(({ names }) => names)).toEqual([
			'a-mug.jpg',
			'a-mug-2.jpg',
			'a-mug-3.jpg',
			'a-mug-4.jpg',
		]);

		const agent: IDataObject = {};
		const calls = await Promise.all(
			[0, 1, 2].map(async (runIndex) => await run({ nodeContext: agent, runIndex, isTool: true })),
		);
		expect(calls.flatMap(({ names }) => names).sort()).toEqual([
			'a-mug-2.jpg',
			'a-mug-3.jpg',
			'a-mug.jpg',
		]);
	});

	it('of an edit say which photo it is of', async () => {
		const photo = (fileName: string) => ({
			json: {},
			binary: { data: { data: picture, mimeType: 'image/jpeg', fileName } },
		});
		const parameters = {
			operation: 'edit',
			inputBinaryFields: 'data',
			maskBinaryField: '',
			prompt: 'on white',
		};

		expect(
			(
				await run({
					input: [photo('IMG_4711.JPG'), photo('IMG_4712.JPG'), photo('img_4711.png')],
					parameters,
				})
			).names,
		).toEqual(['IMG_4711-on-white.jpg', 'IMG_4712-on-white.jpg', 'img_4711-on-white-2.jpg']);
	});

	it('of a promotion are not those of its drafts', async () => {
		const draft = {
			json: {
				prompt: 'a mug',
				size: '1024x1024',
				image: { id: `img_${'0a'.repeat(12)}`, fileName: 'a-mug.jpg' },
			},
		};
		const parameters = { operation: 'promote', mode: 'regenerate', size: 'same' };

		expect((await run({ input: [draft, draft], parameters })).names).toEqual([
			'a-mug-promoted.jpg',
			'a-mug-promoted-2.jpg',
		]);
	});
});

describe('the file names of batches', () => {
	const entriesOf = async (nodeContext: IDataObject, count: number, parameters: object = {}) => {
		const { context } = fakeN8n({
			input: rows(count),
			nodeContext,
			parameters: { ...PARAMETERS, endpoint: 'generate', customId: '', ...parameters },
		});
		const { lines } = await prepareItems(context, TODAY, CATALOGUE);
		return lines.map(({ request, facts }) => {
			const read = readManifestLine(Buffer.from(writeManifestEntry(request, facts)), 0);
			if (read === null || !('entry' in read)) throw new Error('no entry');
			return read.entry;
		});
	};
	const collected = (
		book: NameBook,
		batchId: string,
		entries: Awaited<ReturnType<typeof entriesOf>>,
	) => {
		const copies = new Map(entries.map((entry) => [entry.lineId, { ...entry }]));
		nameLines(book, batchId, copies);
		return [...copies.values()].flatMap(({ fileNames: names }) => names);
	};

	it('are given for the whole submission, whatever batch a line is in', async () => {
		const entries = await entriesOf({}, 3, { count: 12 });
		const [one, two] = [entries.slice(0, 3), entries.slice(3)];

		expect(entries.flatMap(({ fileNames: names }) => names)).toEqual(
			Array.from({ length: 36 }, (_, index) => `a-mug-${index + 1}`),
		);
		expect([
			...collected(new NameBook({}), 'a', one),
			...collected(new NameBook({}), 'b', two),
		]).toEqual(entries.flatMap(({ fileNames: names }) => names));
	});

	it('are the same each time that a batch is collected, and never those of another batch of the execution', async () => {
		const entries = await entriesOf({}, 2);
		const book = new NameBook({});

		expect(collected(book, 'a', entries)).toEqual(['a-mug', 'a-mug-2']);
		expect(collected(book, 'b', entries)).toEqual(['a-mug-3', 'a-mug-2-2']);
		expect(collected(book, 'a', entries)).toEqual(['a-mug', 'a-mug-2']);
	});

	it('of a batch that another tool has submitted come from its prompts', async () => {
		const line = { custom_id: 'x', method: 'POST', body: { prompt: 'a mug', n: 2 } };
		const read = [1, 2].map((id) =>
			readManifestLine(Buffer.from(JSON.stringify({ ...line, custom_id: String(id) })), id),
		);
		const entries = read.flatMap((one) => (one !== null && 'entry' in one ? [one.entry] : []));

		expect(collected(new NameBook({}), 'a', entries)).toEqual([
			'a-mug-1',
			'a-mug-2',
			'a-mug-3',
			'a-mug-4',
		]);
	});
});
