import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { RequestPrice } from '../../../nodes/core/pricing/price';
import { type FailureKind, localFailure } from '../../../nodes/core/failures/failure';
import type { Outcome } from '../../../nodes/core/scheduler/outcome';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import type { StoredImage } from '../../../nodes/platform/n8n/binary';
import { Receipts } from '../../../nodes/platform/images/receipts';
import type {
	Delivered,
	ImageCall,
	ImagePlan,
	KeptReceipt,
} from '../../../nodes/platform/images/types';
import { nodeMemory } from '../../../nodes/platform/n8n/nodeContext';
import {
	type FakeAnswer,
	fakeN8n,
	type FakeN8n,
	type FakeSetup,
	jsonAnswer,
} from '../fixtures/fakeN8n.mts';
import { canvas } from '../fixtures/pictures.mts';

const RESPONSE = {
	quality: null,
	size: null,
	background: null,
	created: null,
	stated: null,
	usage: null,
};
const PRICE: RequestPrice = {
	total: null,
	basis: 'unknown',
	computed: null,
	batchDiscount: false,
	tokens: null,
	parts: {},
	estimated: false,
	perImage: [null, null],
};
const SPENT = { attempts: 1, maybeBilledAttempts: 0, durationMs: 5 };
const PLAN = {
	fingerprint: 'f',
	count: 2,
	request: { model: 'gpt-image-2' },
} as unknown as ImagePlan;
const image = (id?: string): StoredImage => ({
	id: `img_${id}`,
	binary: { data: 'x', mimeType: 'image/png', ...(id && { id }) },
	facts: null,
	bytes: 1,
	fileName: 'x.png',
	mimeType: 'image/png',
	sha256: '',
});

type Ended = Outcome<Delivered, ImageCall>;

const call = (plan: ImagePlan = PLAN): ImageCall =>
	({
		plan,
		item: { model: { id: 'gpt-image-2' }, origin: { replaced: null } },
		run: 'run',
		part: { job: 0, offset: 0, images: 2 },
		bound: null,
		maybeBilledBefore: 0,
	}) as unknown as ImageCall;
const made = (...ids: Array<string | undefined>): Ended => ({
	...SPENT,
	ok: true,
	request: call(),
	value: {
		images: ids.map(image),
		failure: null,
		response: RESPONSE,
		requestId: 'req_1',
		price: PRICE,
	},
});
const failed = (kind: FailureKind, maybeBilledAttempts = 0): Ended => ({
	...SPENT,
	maybeBilledAttempts,
	ok: false,
	request: call(),
	failure: localFailure(kind, kind, kind),
	cost: null,
});

/** What the node sees in one of its runs; `nodeContext` is what n8n carries from one to the next. */
function open(nodeContext: IDataObject, setup: FakeSetup = {}): Receipts {
	const { context } = fakeN8n({ keepsFiles: true, nodeContext, ...setup });
	return new Receipts(context, nodeMemory(context));
}

const afterJson = (context: IDataObject): IDataObject =>
	JSON.parse(JSON.stringify(context)) as IDataObject;
const fileIds = (kept: KeptReceipt[]): unknown[] =>
	kept.flatMap(({ images }) => images.map(({ binary }) => binary.id));
const item = (json: IDataObject = {}): INodeExecutionData => ({ json });

describe('receipts', () => {
	it('are found again in the same execution, and the images are as they were', async () => {
		const context: IDataObject = {};
		open(context).add(made('a', 'b'));

		expect(fileIds(await open(afterJson(context)).find(PLAN))).toEqual(['a', 'b']);
	});

	it('of another execution bring copies, once: the next retry finds those, with their ids', async () => {
		const context: IDataObject = {};
		const files = { a: Buffer.from('A'), b: Buffer.from('B') };
		open(context, { executionId: '1', files }).add(made('a', 'b'));
		const second = await open(context, { executionId: '2', files }).find(PLAN);

		expect(fileIds(second)).toEqual(['filesystem-v2:2/1', 'filesystem-v2:2/2']);
		expect(second[0]?.images.map(({ id }) => id)).toEqual(['img_a', 'img_b']);
		expect(fileIds(await open(context, { executionId: '2', files: {} }).find(PLAN))).toEqual(
			fileIds(second),
		);
	});

	it('whose images are gone are not used, and do not come back beside what replaces them', async () => {
		const context: IDataObject = {};
		open(context, { executionId: '1' }).add(made('a', 'b'));
		const receipts = open(context, { executionId: '2', files: {} });

		expect(await receipts.find(PLAN)).toEqual([]);
		expect(receipts.lost).toBe(2);
		receipts.add(made('c', 'd'));
		expect(
			await open(context, {
				executionId: '2',
				files: { a: Buffer.from('A'), b: Buffer.from('B') },
			}).find(PLAN),
		).toHaveLength(1);
	});

	it('hold for one run of a loop', async () => {
		const context: IDataObject = {};
		open(context, { runIndex: 0 }).add(made('a', 'b'));

		expect(await open(context, { runIndex: 0 }).find(PLAN)).toHaveLength(1);
		expect(await open(context, { runIndex: 1 }).find(PLAN)).toEqual([]);
	});

	it('of a loop’s earlier runs are not kept: memory does not grow with the rounds', () => {
		const context: IDataObject = {};
		for (let runIndex = 0; runIndex < 5; runIndex += 1)
			open(context, { runIndex }).add(made('a', 'b'));

		expect(Object.keys(context['receipts'] as IDataObject)).toEqual(['run 4']);
	});

	it('are kept of what moderation refused, and of no other failure', async () => {
		const receipts = open({});
		receipts.add(failed('moderation'));
		expect(await receipts.find(PLAN)).toMatchObject([
			{ images: [], receipt: { refused: { kind: 'moderation' } } },
		]);

		const others = open({});
		others.add(failed('timeout'));
		expect(await others.find(PLAN)).toEqual([]);
	});

	it('are kept of images that n8n holds in the item itself, also for the retry of the execution', async () => {
		const context: IDataObject = {};
		open(context, { executionId: '1' }).add(made(undefined, undefined));

		expect(
			(await open(afterJson(context), { executionId: '2' }).find(PLAN))[0]?.images,
		).toHaveLength(2);
	});

	it('beyond what is asked for are left alone', async () => {
		const receipts = open({});
		receipts.add(made('a', 'b'));

		expect(await receipts.find({ ...PLAN, count: 1 })).toEqual([]);
	});

	it('are not kept where n8n has no place for them, and nothing breaks', async () => {
		const receipts = open({}, { hasNoContext: true });
		receipts.add(made('a', 'b'));
		receipts.delivered([item()]);

		expect(await open({}, { hasNoContext: true }).find(PLAN)).toEqual([]);
	});

	it.each([
		['all is delivered', {}, item(), 0],
		[
			'another try follows, because n8n takes the first item for a failure',
			{ retryOnFail: true },
			item({ error: 'no' }),
			1,
		],
		['an item failed, and no other try follows', {}, item({ error: 'no' }), 0],
		['an item failed that is not the first', { retryOnFail: true }, item({ image: {} }), 0],
	])('once %s: %j', async (_when, setup, first, left) => {
		const context: IDataObject = {};
		const receipts = open(context, setup);
		receipts.add(made('a', 'b'));
		receipts.delivered([first, item({ error: 'no' })]);

		expect(await open(context, setup).find(PLAN)).toHaveLength(left);
	});
});

describe('a call of an agent', () => {
	it('that is tried again has another run index and finds what the failed one has made, once', async () => {
		const context: IDataObject = {};
		const first = open(context, { isTool: true, runIndex: 0 });
		first.add(made('a', 'b'));
		first.failed();

		expect(
			fileIds(await open(afterJson(context), { isTool: true, runIndex: 1 }).find(PLAN)),
		).toEqual(['a', 'b']);
		const second = open(context, { isTool: true, runIndex: 1 });
		expect(await second.find(PLAN)).toHaveLength(1);
		expect(await open(context, { isTool: true, runIndex: 2 }).find(PLAN)).toEqual([]);
	});

	it('beside one that is under way takes nothing of it', async () => {
		const context: IDataObject = {};
		open(context, { isTool: true, runIndex: 0 }).add(made('a', 'b'));

		expect(await open(context, { isTool: true, runIndex: 1 }).find(PLAN)).toEqual([]);
	});

	it('for something else leaves what a failed one has made', async () => {
		const context: IDataObject = {};
		const first = open(context, { isTool: true, runIndex: 0 });
		first.add(made('a', 'b'));
		first.failed();
		const other = open(context, { isTool: true, runIndex: 1 });
		await other.find({ ...PLAN, fingerprint: 'other' });
		other.delivered([item()]);

		expect(await open(context, { isTool: true, runIndex: 2 }).find(PLAN)).toHaveLength(1);
	});
});

describe('attempts that brought nothing but may have been billed', () => {
	it('are remembered for the next try, and counted anew there', () => {
		const context: IDataObject = {};
		open(context).add(failed('timeout', 3));
		const second = open(afterJson(context));

		expect(second.takeUnanswered(PLAN)).toBe(3);
		expect(second.takeUnanswered(PLAN)).toBe(0);
	});
});

describe('a second attempt', () => {
	const PARAMETERS = {
		resource: 'image',
		operation: 'generate',
		model: { mode: 'id', value: 'gpt-image-2' },
		prompt: 'a red balloon',
		quality: 'low',
		size: '1024x1024',
		count: 2,
		options: {},
		run: { maxAttempts: 1, maxConcurrency: 1 },
	};
	const USAGE = {
		input_tokens: 28,
		input_tokens_details: { text_tokens: 28, image_tokens: 0 },
		output_tokens: 392,
		output_tokens_details: { image_tokens: 392, text_tokens: 0 },
		total_tokens: 420,
	};
	const INPUT = [{ json: {} }, { json: {} }, { json: {} }];
	const BLOCKED = jsonAnswer({ error: { message: 'Rejected.', code: 'moderation_blocked' } }, 400);
	let answer: FakeAnswer;
	beforeAll(async () => {
		const b64_json = (await canvas(false).jpeg().toBuffer()).toString('base64');
		answer = jsonAnswer({
			data: [{ b64_json }, { b64_json }],
			quality: 'low',
			size: '1024x1024',
			usage: USAGE,
		});
	});

	async function attempt(
		setup: FakeSetup,
	): Promise<{ n8n: FakeN8n; items: INodeExecutionData[]; error: Error | null }> {
		const n8n = fakeN8n({ input: INPUT, parameters: PARAMETERS, keepsFiles: true, ...setup });
		try {
			const [items = []] = await new GptImage().execute.call(n8n.context);
			return { n8n, items, error: null };
		} catch (error) {
			return { n8n, items: [], error: error as Error };
		}
	}

	const keys = ({ requests }: FakeN8n): unknown[] =>
		requests.map(({ options }) => options.headers?.['idempotency-key']);

	it('makes only what is missing, says so, and pays once', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const first = await attempt({
			nodeContext,
			files,
			answer: (_options, index) =>
				index < 2 ? answer : jsonAnswer({ error: { message: 'no' } }, 500),
		});
		expect(first.error).toMatchObject({
			description: expect.stringContaining('They are kept with this execution'),
		});
		const second = await attempt({
			nodeContext: afterJson(nodeContext),
			files,
			answer: () => answer,
		});

		expect(second.n8n.requests).toHaveLength(1);
		expect(second.items.map(({ json }) => (json.request as IDataObject).reused)).toEqual([
			true,
			true,
			true,
			true,
			false,
			false,
		]);
		expect(second.items.map(({ json }) => (json.image as IDataObject).index)).toEqual([
			0, 1, 0, 1, 0, 1,
		]);
		expect(second.items.every(({ json }) => (json.cost as IDataObject).usd === 0.00595)).toBe(true);
		expect(second.n8n.hints).toContainEqual({
			message: '2 images for $0.0119, 4 reused from an earlier attempt and not billed again',
			type: 'info',
			location: 'outputPane',
		});
		expect(second.n8n.metadata).toMatchObject({
			tokenUsage: { inputTokens: 28, outputTokens: 392 },
		});
		expect(keys(second.n8n)[0]).toBe(keys(first.n8n)[2]);
	});

	it('sends nothing where the node stops and an earlier one was refused for good', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const first = await attempt({
			nodeContext,
			files,
			answer: (_options, index) => (index === 2 ? BLOCKED : answer),
		});
		const second = await attempt({ nodeContext, files, answer: () => answer });

		expect(first.n8n.requests).toHaveLength(3);
		expect(second.n8n.requests).toEqual([]);
		expect(second.error?.message).toBe(first.error?.message);
		expect(second.error).toMatchObject({
			description: expect.stringContaining(
				'An earlier try made 4 images. They are kept with this execution',
			),
		});
	});

	it('that fails says what the ones before it have made and what they may have cost', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const fates = [
			() => answer,
			(): FakeAnswer => {
				throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
			},
			() => BLOCKED,
		];
		const slowly = async (_options: unknown, index: number): Promise<FakeAnswer> => {
			await new Promise((resolve) => setTimeout(resolve, 100 - 30 * index));
			return (fates[index] as () => FakeAnswer)();
		};
		await attempt({
			parameters: { ...PARAMETERS, run: { maxAttempts: 1, maxConcurrency: 3 } },
			nodeContext,
			files,
			answer: slowly,
		});
		const others = [await attempt({ nodeContext, files }), await attempt({ nodeContext, files })];
		const last = await attempt({ nodeContext, files, continueOnFail: true, answer: () => answer });

		for (const { error } of others)
			expect(error).toMatchObject({
				description: expect.stringContaining(
					'1 attempt without an answer may have been billed. An earlier try made 2 images. They are kept with this execution',
				),
			});
		expect(last.items.map(({ json }) => (json.request as IDataObject).maybeBilledAttempts)).toEqual(
			[0, 0, 1, 1, 0],
		);
	});

	it('does not pass over an image that was billed and could not be stored', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const input = [{ json: {} }];
		let stores = 0;
		const store = (): void => {
			if (++stores === 2) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
		};
		await attempt({ input, nodeContext, files, store, answer: () => answer });
		const { items } = await attempt({ input, nodeContext, files, answer: () => answer });

		expect(items[0]?.json).toMatchObject({ request: { reused: true } });
		expect(items[1]?.json).toMatchObject({ request: { reused: false, maybeBilledAttempts: 1 } });
	});

	it('keeps of a request what could be fetched, with the cost of what could not', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const input = [{ json: {} }];
		const [{ b64_json }] = (JSON.parse(answer.body.toString()) as { data: [{ b64_json: string }] })
			.data;
		const data = [
			{ url: 'https://elsewhere.example/a.png' },
			{ url: `data:image/jpeg;base64,${b64_json}` },
		];
		const both = jsonAnswer({ ...(JSON.parse(answer.body.toString()) as object), data });
		const first = await attempt({
			input,
			nodeContext,
			files,
			continueOnFail: true,
			answer: () => both,
		});
		const alone = await attempt({
			input,
			nodeContext: {},
			continueOnFail: true,
			answer: () => jsonAnswer({ data: data.slice(0, 1), usage: USAGE }),
		});

		expect(first.items.map(({ json }) => json)).toMatchObject([
			{ image: { index: 0 }, cost: { usd: 0.00595 } },
			{ code: 'result_not_fetched', cost: { usd: 0.00595 } },
		]);
		expect(alone.items[0]?.json).toMatchObject({
			code: 'result_not_fetched',
			cost: { usd: 0.0119 },
			request: { maybeBilledAttempts: 0 },
		});
		expect(first.n8n.hints.map(({ message }) => message)).toContainEqual(
			expect.stringContaining('1 image for $0.0119'),
		);
	});

	it('that asks for something else says what the earlier one has made for nothing', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const fates = [answer, answer, jsonAnswer({ error: { message: 'no' } }, 500)];
		await attempt({ nodeContext, files, answer: (_options, index) => fates[index] as FakeAnswer });
		const { n8n } = await attempt({
			nodeContext,
			files,
			parameters: { ...PARAMETERS, prompt: 'a blue balloon' },
			answer: () => answer,
		});

		expect(n8n.hints.map(({ message }) => message)).toContainEqual(
			expect.stringContaining("4 images from an earlier attempt were paid for but can't be used"),
		);
	});

	it('goes on with what is left of the budget', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const parameters = {
			...PARAMETERS,
			run: { maxAttempts: 1, maxConcurrency: 1, budgetUsd: 0.02 },
		};
		const lost = () => {
			throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
		};
		const tries = [];
		for (let index = 0; index < 5; index++)
			tries.push(
				await attempt({
					parameters,
					nodeContext: Object.assign(nodeContext, afterJson(nodeContext)),
					files,
					answer: lost,
				}),
			);

		expect(tries.map(({ n8n }) => n8n.requests.length)).toEqual([1, 0, 0, 0, 0]);
		expect(Number(nodeContext.spentUsd)).toBeGreaterThan(0.0119);
		expect(Number(nodeContext.spentUsd)).toBeLessThanOrEqual(0.02);
	});

	it('counts what may have been billed over all tries', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const parameters = { ...PARAMETERS, run: { maxAttempts: 2, maxConcurrency: 3 } };
		const lost = () => {
			throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
		};
		for (let index = 0; index < 2; index++)
			await attempt({ parameters, nodeContext, files, input: [{ json: {} }], answer: lost });
		const { items } = await attempt({
			parameters,
			nodeContext,
			files,
			input: [{ json: {} }],
			answer: () => answer,
		});

		expect(items[0]?.json).toMatchObject({ request: { maybeBilledAttempts: 4 } });
	});

	it('of a call of an agent makes only what is missing', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const input = [{ json: {} }];
		const parameters = { ...PARAMETERS, count: 20 };
		const ten = jsonAnswer({
			...(JSON.parse(answer.body.toString()) as object),
			data: Array.from(
				{ length: 10 },
				() => (JSON.parse(answer.body.toString()) as { data: unknown[] }).data[0],
			),
		});
		const first = await attempt({
			parameters,
			input,
			nodeContext,
			files,
			isTool: true,
			runIndex: 0,
			answer: (_options, index) =>
				index === 0 ? ten : jsonAnswer({ error: { message: 'no' } }, 500),
		});
		const second = await attempt({
			parameters,
			input,
			nodeContext,
			files,
			isTool: true,
			runIndex: 1,
			answer: () => ten,
		});

		expect(first.error).not.toBeNull();
		expect(second.n8n.requests).toHaveLength(1);
		expect(second.items.filter(({ json }) => (json.request as IDataObject).reused)).toHaveLength(
			10,
		);
		expect(second.items).toHaveLength(20);
	});

	it('of a call of an agent that was refused for good sends nothing, however often it is tried', async () => {
		const nodeContext: IDataObject = {};
		const files = {};
		const sent: number[] = [];
		for (const runIndex of [0, 1, 2, 3]) {
			const { n8n } = await attempt({
				nodeContext,
				files,
				isTool: true,
				runIndex,
				answer: (_options, index) => (index === 2 ? BLOCKED : answer),
			});
			sent.push(n8n.requests.length);
		}

		expect(sent).toEqual([3, 0, 0, 0]);
	});

	it('works without a context of the node, with keys that no other run has', async () => {
		const [first, second] = [
			await attempt({ hasNoContext: true, answer: () => answer }),
			await attempt({ hasNoContext: true, answer: () => answer }),
		];

		expect([first.items.length, second.items.length]).toEqual([6, 6]);
		expect(new Set([...keys(first.n8n), ...keys(second.n8n)]).size).toBe(6);
	});

	it('does not ask again for what moderation refused', async () => {
		const nodeContext: IDataObject = {};
		await attempt({ nodeContext, answer: () => BLOCKED });
		const second = await attempt({ nodeContext, continueOnFail: true, answer: () => answer });

		expect(second.n8n.requests).toHaveLength(2);
		expect(second.items[0]?.json).toMatchObject({
			code: 'moderation_blocked',
			request: { reused: true },
		});
	});

	it('keeps nothing once all is delivered', async () => {
		const nodeContext: IDataObject = {};
		await attempt({ nodeContext, answer: () => answer });

		expect(nodeContext).toEqual({
			receipts: {},
			spentUsd: '0.0357',
			fileNames: { 'run 0': expect.any(String) },
		});
	});

	it('of a loop, another node or another item has idempotency keys of its own', async () => {
		const runs = [
			await attempt({ answer: () => answer }),
			await attempt({ runIndex: 1, answer: () => answer }),
			await attempt({ executionId: '2', answer: () => answer }),
		];

		expect(new Set(runs.flatMap(({ n8n }) => keys(n8n))).size).toBe(9);
	});

	it.each([['rate_limit_exceeded'], ['server_error'], ['insufficient_quota']])(
		'does not follow on an answer with images beside the error %s: they are paid for, and delivered',
		async (code) => {
			const both = jsonAnswer({
				...(JSON.parse(answer.body.toString()) as object),
				error: { message: 'no', code },
			});
			const { items, n8n } = await attempt({
				input: [{ json: {} }],
				parameters: { ...PARAMETERS, run: {} },
				continueOnFail: true,
				answer: () => both,
			});

			expect(n8n.requests).toHaveLength(1);
			expect(items).toHaveLength(2);
			expect(items[0]?.json).toMatchObject({
				cost: { requestUsd: 0.0119 },
				request: { attempts: 1 },
			});
		},
	);

	it('leaves out what the budget has no room for', async () => {
		const { items, n8n } = await attempt({
			parameters: { ...PARAMETERS, run: { budgetUsd: 0.02, maxConcurrency: 3 } },
			answer: () => answer,
		});

		expect(n8n.requests).toHaveLength(1);
		expect(items.map(({ json }) => json.skipped ?? 'made')).toEqual([
			'made',
			'made',
			'budget',
			'budget',
		]);
		expect(items[2]?.json).toMatchObject({ images: 2, estimateUsd: expect.any(Number) });
		expect(n8n.hints.map(({ message }) => message)).toContain(
			'4 images were not made because the budget was reached. They are returned as skipped, each with its estimate.',
		);
	});

	it('with a budget and a model of unknown price does not start', async () => {
		const { n8n, error } = await attempt({
			parameters: {
				...PARAMETERS,
				model: { mode: 'id', value: 'gpt-image-9' },
				run: { budgetUsd: 1 },
			},
		});

		expect(error?.message).toContain(
			"'Budget (USD)' is set, but the price of gpt-image-9 is not known",
		);
		expect(n8n.requests).toEqual([]);
	});
});
