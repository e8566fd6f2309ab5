import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { localFailure } from '../../../nodes/core/run/failure';
import type { ImageRequest } from '../../../nodes/core/requests/imageRequest';
import { Receipts, type Receipt } from '../../../nodes/platform/receipts';
import { fakeN8n, jsonAnswer, type FakeAnswer, type FakeN8n, type FakeSetup } from '../fixtures/fakeN8n.mts';
import { canvas } from '../fixtures/pictures.mts';

const REQUEST: ImageRequest = { model: 'gpt-image-2', prompt: 'x', quality: 'low', size: '1024x1024', output_format: 'png' };
const RESPONSE = { quality: null, size: null, background: null, created: null, stated: null, usage: null };
const SPENT = { attempts: 1, maybeBilledAttempts: 0, durationMs: 5, requestId: 'req_1' };
const image = (id?: string) => ({ binary: { data: 'x', mimeType: 'image/png', ...(id && { id }) }, facts: null, bytes: 1, fileName: 'x.png', mimeType: 'image/png' });
const made = (...ids: Array<string | undefined>): Omit<Receipt, 'executionId' | 'offset' | 'images'> => ({ ...SPENT, made: { images: ids.map(image), response: RESPONSE, model: 'gpt-image-2', replaced: null }, refused: null });

/** What the node sees in one of its runs; `nodeContext` is what n8n carries from one to the next. */
const open = (nodeContext: IDataObject, setup: FakeSetup = {}): Receipts => new Receipts(fakeN8n({ keepsFiles: true, nodeContext, ...setup }).context);
const afterJson = (context: IDataObject): IDataObject => JSON.parse(JSON.stringify(context)) as IDataObject;

describe('receipts', () => {
	const part = { job: 0, offset: 0, images: 2 };

	it('are found again in the same execution, and the images are as they were', async () => {
		const context: IDataObject = {};
		open(context).add('f', part, made('a', 'b'));
		const kept = await open(afterJson(context)).find('f', 2);

		expect(kept).toHaveLength(1);
		expect(kept[0]?.images.map(({ binary }) => binary.id)).toEqual(['a', 'b']);
	});

	it('of another execution bring copies, once: the next retry finds those', async () => {
		const context: IDataObject = {};
		const files = { a: Buffer.from('A'), b: Buffer.from('B') };
		open(context, { executionId: '1', files }).add('f', part, made('a', 'b'));
		const second = await open(context, { executionId: '2', files }).find('f', 2);
		const ids = second[0]?.images.map(({ binary }) => binary.id);

		expect(ids).toEqual(['filesystem-v2:2/1', 'filesystem-v2:2/2']);
		const again = await open(context, { executionId: '2', files: {} }).find('f', 2);
		expect(again[0]?.images.map(({ binary }) => binary.id)).toEqual(ids);
	});

	it('whose images are gone are not used, and do not come back beside what replaces them', async () => {
		const context: IDataObject = {};
		const files: Record<string, Buffer> = {};
		open(context, { executionId: '1' }).add('f', part, made('a', 'b'));
		const receipts = open(context, { executionId: '2', files });

		expect(await receipts.find('f', 2)).toEqual([]);
		expect(receipts.lost).toBe(2);
		receipts.add('f', part, made('c', 'd'));
		expect(await open(context, { executionId: '2', files: { a: Buffer.from('A'), b: Buffer.from('B') } }).find('f', 2)).toHaveLength(1);
	});

	it('are told apart by content, input images and position', () => {
		const receipts = open({});
		const print = (itemIndex: number, request: typeof REQUEST, inputImages: string[] = [], index = 0): string =>
			receipts.fingerprint({ itemIndex, origin: { variation: { index, count: 2, words: {} } }, identity: request } as never, { inputImages } as never);
		const prints = [
			print(0, REQUEST),
			print(1, REQUEST),
			print(0, { ...REQUEST, prompt: 'y' }),
			print(0, REQUEST, ['i']),
			print(0, REQUEST, ['j']),
			print(0, REQUEST, [], 1),
		];

		expect(new Set(prints).size).toBe(6);
		expect(print(0, { ...REQUEST })).toBe(prints[0]);
	});

	it('hold for one run of a loop', async () => {
		const context: IDataObject = {};
		open(context, { runIndex: 0 }).add('f', part, made('a', 'b'));

		expect(await open(context, { runIndex: 1 }).find('f', 2)).toEqual([]);
		expect(await open(context, { runIndex: 0 }).find('f', 2)).toHaveLength(1);
	});

	it('are kept of what moderation refused, and of no other failure', async () => {
		const receipts = open({});
		const refused = (kind: 'moderation' | 'timeout') => ({ ...SPENT, made: null, refused: localFailure(kind, kind, kind) });
		receipts.add('f', part, refused('moderation'));
		receipts.add('g', part, refused('timeout'));

		expect(await receipts.find('f', 2)).toMatchObject([{ images: [], receipt: { refused: { kind: 'moderation' } } }]);
		expect(await receipts.find('g', 2)).toEqual([]);
	});

	it('are not kept of images that n8n holds in the item itself', async () => {
		const receipts = open({});
		receipts.add('f', part, made('a', undefined));

		expect(await receipts.find('f', 2)).toEqual([]);
		expect(receipts.notKept).toBe(2);
	});

	it('beyond what is asked for are left alone', async () => {
		const receipts = open({});
		receipts.add('f', part, made('a', 'b'));

		expect(await receipts.find('f', 1)).toEqual([]);
	});

	it('are gone once all is delivered', async () => {
		const context: IDataObject = {};
		const receipts = open(context);
		receipts.add('f', part, made('a', 'b'));
		receipts.clear();

		expect(await open(context).find('f', 2)).toEqual([]);
	});
});

describe('a second attempt', () => {
	const PARAMETERS = { resource: 'image', operation: 'generate', model: { mode: 'id', value: 'gpt-image-2' }, prompt: 'a red balloon', quality: 'low', size: '1024x1024', count: 2, options: {}, run: { maxAttempts: 1, maxConcurrency: 1 } };
	const USAGE = { input_tokens: 28, input_tokens_details: { text_tokens: 28, image_tokens: 0 }, output_tokens: 392, output_tokens_details: { image_tokens: 392, text_tokens: 0 }, total_tokens: 420 };
	const INPUT = [{ json: {} }, { json: {} }, { json: {} }];
	const BLOCKED = jsonAnswer({ error: { message: 'Rejected.', code: 'moderation_blocked' } }, 400);
	let answer: FakeAnswer;
	beforeAll(async () => {
		const b64_json = (await canvas(false).jpeg().toBuffer()).toString('base64');
		answer = jsonAnswer({ data: [{ b64_json }, { b64_json }], quality: 'low', size: '1024x1024', usage: USAGE });
	});

	async function attempt(setup: FakeSetup): Promise<{ n8n: FakeN8n; items: INodeExecutionData[]; error: Error | null }> {
		const n8n = fakeN8n({ input: INPUT, parameters: PARAMETERS, keepsFiles: true, ...setup });
		try {
			const [items = []] = await new GptImage().execute.call(n8n.context);
			return { n8n, items, error: null };
		} catch (error) {
			return { n8n, items: [], error: error as Error };
		}
	}

	const keys = ({ requests }: FakeN8n): unknown[] => requests.map(({ options }) => options.headers?.['idempotency-key']);

	it('makes only what is missing, says so, and pays once', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const first = await attempt({ nodeContext, files, answer: (_options, index) => (index < 2 ? answer : jsonAnswer({ error: { message: 'no' } }, 500)) });
		expect(first.error).toMatchObject({ description: expect.stringContaining('They are kept with this execution') });
		const second = await attempt({ nodeContext: afterJson(nodeContext), files, answer: () => answer });

		expect(second.n8n.requests).toHaveLength(1);
		expect(second.items.map(({ json }) => (json.request as IDataObject).reused)).toEqual([true, true, true, true, false, false]);
		expect(second.items.map(({ json }) => (json.image as IDataObject).index)).toEqual([0, 1, 0, 1, 0, 1]);
		expect(second.items.every(({ json }) => (json.cost as IDataObject).usd === 0.00595)).toBe(true);
		expect(second.n8n.hints).toContainEqual({ message: '2 images for $0.0119, 4 reused from an earlier attempt and not paid for again', type: 'info', location: 'outputPane' });
		expect(second.n8n.metadata).toEqual({ tokenUsage: { inputTokens: 28, outputTokens: 392 } });
		expect(keys(second.n8n)[0]).toBe(keys(first.n8n)[2]);
	});

	it('does not ask again for what moderation refused', async () => {
		const nodeContext: IDataObject = {};
		await attempt({ nodeContext, answer: () => BLOCKED });
		const second = await attempt({ nodeContext, continueOnFail: true, answer: () => answer });

		expect(second.n8n.requests).toHaveLength(2);
		expect(second.items[0]?.json).toMatchObject({ code: 'moderation_blocked', request: { reused: true } });
	});

	it('keeps nothing once all is delivered', async () => {
		const nodeContext: IDataObject = {};
		await attempt({ nodeContext, answer: () => answer });

		expect(nodeContext).toEqual({ receipts: {} });
	});

	it('of a loop, another node or another item has idempotency keys of its own', async () => {
		const runs = [await attempt({ answer: () => answer }), await attempt({ runIndex: 1, answer: () => answer }), await attempt({ executionId: '2', answer: () => answer })];

		expect(new Set(runs.flatMap(({ n8n }) => keys(n8n))).size).toBe(9);
	});

	it('leaves out what the budget has no room for', async () => {
		const { items, n8n } = await attempt({ parameters: { ...PARAMETERS, run: { budgetUsd: 0.02, maxConcurrency: 3 } }, answer: () => answer });

		expect(n8n.requests).toHaveLength(1);
		expect(items.map(({ json }) => json.skipped ?? 'made')).toEqual(['made', 'made', 'budget', 'budget']);
		expect(items[2]?.json).toMatchObject({ images: 2, estimateUsd: expect.any(Number) });
		expect(n8n.hints.map(({ message }) => message)).toContain('4 images were not made, because the budget is reached. They come out as skipped, each with its estimate.');
	});

	it('with a budget and a model of unknown price does not start', async () => {
		const { n8n, error } = await attempt({ parameters: { ...PARAMETERS, model: { mode: 'id', value: 'gpt-image-9' }, run: { budgetUsd: 1 } } });

		expect(error?.message).toContain("'Budget (USD)' is set, but the price of gpt-image-9 is not known");
		expect(n8n.requests).toEqual([]);
	});
});
