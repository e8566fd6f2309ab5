import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { fakeN8n, type FakeSetup } from '../fixtures/fakeN8n.mts';
import {
	failedItem,
	imageItem,
	promotedItem,
	skippedItem,
	type Json,
} from '../fixtures/ourItems.mts';

const ESTIMATE = {
	resource: 'cost',
	operation: 'estimate',
	endpoint: 'generate',
	model: { mode: 'id', value: 'gpt-image-2' },
	prompt: 'a red balloon',
	quality: 'low',
	size: '1024x1024',
	count: 2,
	acceptanceRate: 50,
	options: {},
};

const itemsOf = (jsons: Json[]): INodeExecutionData[] =>
	jsons.map((json) => ({
		json: json as IDataObject,
		binary: { data: { data: '', mimeType: 'image/jpeg' } },
	}));

async function estimate(jsons: Json[], setup: FakeSetup = {}): Promise<INodeExecutionData[]> {
	const [items = []] = await new GptImage().execute.call(
		fakeN8n({ input: itemsOf(jsons), ...setup, parameters: { ...ESTIMATE, ...setup.parameters } })
			.context,
	);
	return items;
}

async function report(items: INodeExecutionData[]) {
	const n8n = fakeN8n({
		input: items,
		parameters: { resource: 'cost', operation: 'report', title: '', options: {} },
	});
	const [[item] = []] = await new GptImage().execute.call(n8n.context);
	return {
		json: item?.json as Json,
		page: n8n.stored[0]!.bytes.toString('utf8'),
		hints: n8n.hints,
	};
}

describe('Cost: Estimate', () => {
	it('puts all it says under estimate, and changes nothing else of an image that was paid for', async () => {
		const paid = imageItem(0.0022, { total: 'mine', images: 'mine', alternatives: 'mine' });
		const [item] = await estimate([paid]);

		expect(item?.json).toStrictEqual({ ...paid, estimate: expect.any(Object) });
		expect(item?.json['estimate']).toStrictEqual({
			model: 'gpt-image-2',
			requestedModel: 'gpt-image-2',
			quality: 'low',
			size: '1024x1024',
			prompt: 'a red balloon',
			images: 2,
			usd: expect.any(Number),
			perImageUsd: expect.any(Number),
			batchModel: 'gpt-image-2',
			batchUsd: expect.any(Number),
			tokens: { textInput: expect.any(Number), imageInput: 0, imageOutput: 392, textOutput: 0 },
			basis: 'formula',
			upperBound: false,
			acceptanceRate: 50,
			perAcceptedUsd: expect.any(Number),
			batchPerAcceptedUsd: expect.any(Number),
			alternatives: expect.any(Array),
			total: { items: 1, images: 2, usd: expect.any(Number), batchUsd: expect.any(Number) },
		});
		expect(item).toMatchObject({
			binary: { data: { mimeType: 'image/jpeg' } },
			pairedItem: { item: 0 },
		});
	});

	it('keeps an item that it refuses, so that a paid image stays one in the report', async () => {
		const paid = imageItem(0.25);
		const items = await estimate([paid], { continueOnFail: true, parameters: { size: 'tiny' } });

		expect(items[0]?.json).toMatchObject({
			...paid,
			code: 'invalid_input',
			error: expect.stringContaining("'Size'"),
			estimate: { usd: null, basis: 'unknown', alternatives: [], total: { items: 0 } },
		});
		expect(items[0]).toMatchObject({ binary: { data: {} }, pairedItem: { item: 0 } });
		expect((await report(items)).json).toMatchObject({
			total: { images: 1, exact: '0.25', atLeast: false },
			failures: { count: 0 },
		});
	});
});

describe('Cost: Report', () => {
	it('says amounts as numbers and exactly, what was lost beside what came, and each image once', async () => {
		const draft = imageItem(0.25);
		const lost = failedItem('storage_failed', 1, {
			cost: { usd: 0.5, exact: '0.5', basis: 'usage' },
		});
		const items = itemsOf([draft, promotedItem(draft, 1), lost, skippedItem(3), draft, lost]);
		const { json, page, hints } = await report(items);

		expect(json).toMatchObject({
			total: {
				usd: 1.75,
				exact: '1.75',
				atLeast: false,
				images: 2,
				unknownImages: 0,
				lostImages: 1,
			},
			byStatus: [
				{ status: 'delivered', images: 2, usd: 1.25, exact: '1.25' },
				{ status: 'failed', requests: 1, usd: 0.5, exact: '0.5', atLeast: false },
				{ status: 'skipped', images: 3, usd: 0 },
			],
			failures: { count: 1, billed: 1, unknownCost: 0 },
			accepted: { by: 'promoted', images: 1, usdPerImage: 1.75 },
			duplicates: 2,
		});
		expect(hints).toEqual([
			{
				message:
					'$1.7500 for 2 images, 1 lost; $1.7500 for each promoted image; 3 images not made because a budget was reached.',
				type: 'info',
				location: 'outputPane',
			},
		]);
		expect(page).toContain('1 image made and billed, but lost: $0.5000.');
		expect(() => structuredClone(json)).not.toThrow();
		expect(JSON.stringify(json)).toContain('"exact":"1.75"');
	});

	it('says null where nothing is known, and at least where a part is not', async () => {
		const nothing = await report(itemsOf([imageItem(null), failedItem('timeout', 1)]));
		const part = await report(itemsOf([imageItem(null), imageItem(1)]));

		expect(nothing.json).toMatchObject({
			total: { usd: null, exact: null, atLeast: true, unknownImages: 1 },
			byModel: [{ usd: null, exact: null, atLeast: true }],
			perImageUsd: null,
		});
		expect(nothing.page).not.toContain('$0');
		expect(nothing.hints).toMatchObject([{ type: 'warning' }]);
		expect(part.json).toMatchObject({
			total: { usd: 1, exact: '1', atLeast: true },
			byModel: [{ usd: 1, atLeast: true }],
			perImageUsd: 0.5,
			accepted: { by: null, usdPerImage: null },
		});
		expect(JSON.stringify([nothing.json, part.json])).not.toMatch(/NaN|undefined/);
	});
});
