import { draftOf, readDraft, totalOf, type Draft } from '../../../../nodes/core/lineage/draft';
import { simplifiedItem } from '../../../../nodes/core/lineage/simplified';
import { readOrigin } from '../../../../nodes/core/lineage/origin';
import {
	picodollars,
	readUsd,
	toUsdNumber,
	type Picodollars,
} from '../../../../nodes/core/util/money';
import { failedItem, skippedItem } from '../../fixtures/ourItems.mts';

const usd = (text: string): Picodollars => picodollars(BigInt(Math.round(Number(text) * 1e12)));
const ID = `img_${'0a'.repeat(12)}`;
const ITEM = {
	prompt: 'x',
	operation: 'generate',
	model: 'gpt-image-1-mini',
	quality: 'low',
	size: '1024x1024',
	createdAt: '2026-11-20T09:00:00.000Z',
	image: { id: ID, index: 2, count: 4 },
	cost: { usd: 0.0022, exact: '0.0022', totalUsd: 0.0022, basis: 'usage' },
	request: { id: 'req_1' },
};

describe('the draft that an item is', () => {
	it('keeps what the interface promises and what knows it again', () => {
		expect(draftOf(ITEM)).toStrictEqual({
			id: ID,
			model: 'gpt-image-1-mini',
			quality: 'low',
			size: '1024x1024',
			cost: ITEM.cost,
			prompt: 'x',
			operation: 'generate',
			requestId: 'req_1',
			imageIndex: 2,
			createdAt: '2026-11-20T09:00:00.000Z',
		});
	});

	it('keeps what it descends from itself, and stays what it is when it is read again', () => {
		const draft = draftOf({ ...ITEM, operation: 'promote', draft: draftOf(ITEM) });

		expect(draft?.draft).toEqual(draftOf(ITEM));
		expect(readDraft(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
		expect(readDraft(JSON.stringify(draft))).toEqual(draft);
	});

	it('is an image of ours also where little of it is left', () => {
		expect(draftOf({ image: { id: ID }, cost: { exact: '0.5' } })).toStrictEqual({
			id: ID,
			model: 'unknown',
			quality: null,
			size: null,
			cost: { exact: '0.5' },
		});
		expect(draftOf({ ...ITEM, error: 'refused by Estimate' })?.id).toBe(ID);
	});

	it('is read from its row in a table, and so is what that was made from', () => {
		const before = ID.replaceAll('a', 'b');
		const row = {
			image_id: ID,
			cost_usd: '0.25',
			total_usd: '0.35',
			draft_id: before,
			model: 'gpt-image-2',
			quality: 'high',
		};

		expect(draftOf(row)).toMatchObject({
			id: ID,
			model: 'gpt-image-2',
			quality: 'high',
			cost: { usd: 0.25, totalUsd: 0.35 },
			draft: { id: before, cost: { usd: 0.1 } },
		});
		expect(totalOf(draftOf(row), usd('1'))).toBe(1_350_000_000_000n);
		expect(totalOf(draftOf({ ...row, total_usd: '' }), usd('1'))).toBeNull();
		expect(totalOf(draftOf({ imageId: ID, costUsd: 0.25 }), usd('1'))).toBe(1_250_000_000_000n);
	});

	it.each([
		[{}],
		[null],
		['x'],
		[[ITEM]],
		[{ prompt: 'x' }],
		[
			{
				model: 'gpt-image-2',
				cost: { usd: 5, exact: '5' },
				draft: { model: 'gpt-image-2', cost: { usd: 5 } },
			},
		],
		[{ ...ITEM, image: { id: 'img_1' } }],
		[{ ...ITEM, image: { index: 0 }, id: ID }],
	])('%j is none, whatever fields of its own it has', (json) => {
		expect(draftOf(json)).toBeNull();
	});

	it.each([[{ ...ITEM, cost: 5 }], [{ ...ITEM, cost: { usd: null } }], [{ image: ITEM.image }]])(
		'%j has a cost that is not known, and so has what comes of it',
		(json) => {
			expect(totalOf(draftOf(json), usd('0.05'))).toBeNull();
		},
	);

	it.each([failedItem('timeout', 1), skippedItem(1)])(
		'is, where the making of something from it failed or was skipped, the one before: what is made in the end cost that as well (%#)',
		(ended) => {
			const draft = draftOf(ITEM);
			const [whole, simplified] = [{ ...ended, draft }, simplifiedItem({ ...ended, draft }, true)];

			expect(draftOf(whole)).toEqual(draft);
			expect(draftOf(simplified)).toMatchObject({ id: ID });
			expect(totalOf(draftOf(whole), usd('1'))).toBe(1_002_200_000_000n);
			// A simplified one names the draft only.
			for (const item of [
				simplified,
				{ ...ITEM, status: 'made', ...simplified },
				{ ...simplifiedItem({ ...ITEM, status: 'made' }, true), ...simplified },
			])
				expect(totalOf(draftOf(item), usd('1'))).toBeNull();
			expect(draftOf(ended)).toBeNull();
			expect(draftOf({ ...whole, status: 'made' })).toBeNull();
		},
	);

	it('that says it was promoted, but not from what, has no known total', () => {
		expect(
			totalOf(draftOf({ ...ITEM, operation: 'promote', cost: { exact: '0.1' } }), usd('0.05')),
		).toBeNull();
		expect(
			totalOf(draftOf({ ...ITEM, cost: { exact: '0.1', totalUsd: null } }), usd('0.05')),
		).toBeNull();
	});
});

describe('where an image comes from, as it was kept beside a batch', () => {
	it('is read again, and a draft of someone else is none', () => {
		const draft = draftOf(ITEM);

		expect(readOrigin(JSON.parse(JSON.stringify({ draft })))).toEqual({
			variation: null,
			draft,
			replaced: null,
		});
		expect(readOrigin({ draft: { model: 'm', cost: { usd: 1 } } }).draft).toBeNull();
	});
});

describe('the total with what an image descends from', () => {
	it('is the image alone without a draft', () => {
		expect(totalOf(null, usd('0.05'))).toBe(usd('0.05'));
	});

	it('is not known where any part is not', () => {
		expect(
			totalOf(draftOf({ ...ITEM, cost: { usd: null, totalUsd: null } }), usd('0.05')),
		).toBeNull();
		expect(totalOf(draftOf(ITEM), null)).toBeNull();
		expect(
			totalOf(
				{
					...(draftOf(ITEM) as Draft),
					cost: { usd: 0.1, totalUsd: null },
					draft: { ...(draftOf(ITEM) as Draft), cost: {} },
				},
				usd('0.05'),
			),
		).toBeNull();
	});

	it('takes the exact amount of a draft that has no total', () => {
		expect(
			totalOf(draftOf({ ...ITEM, cost: { usd: 0.1, exact: '0.100000000001' } }), usd('0')),
		).toBe(100000000001n);
	});

	it('equals an independent sum for 200 random trees of drafts and promotions', () => {
		let state = 42;
		const random = (below: number): number => {
			state = (state * 1103515245 + 12345) % 2147483648;
			return state % below;
		};
		for (let tree = 0; tree < 200; tree += 1) {
			const images: Array<{ own: bigint; parent: number | null; json: Record<string, unknown> }> =
				[];
			for (let index = 0; index < 2 + random(12); index += 1) {
				const parent = index === 0 || random(4) === 0 ? null : random(index);
				const own = BigInt(random(1_000_000_000)) * BigInt(1 + random(400));
				const draft = parent === null ? null : draftOf(images[parent]?.json);
				const total = totalOf(draft, picodollars(own));
				const cost = {
					usd: toUsdNumber(picodollars(own)),
					exact: null,
					totalUsd: total === null ? null : toUsdNumber(total),
				};
				// As n8n hands it on.
				images.push({
					own,
					parent,
					json: JSON.parse(JSON.stringify({ ...ITEM, cost, ...(draft && { draft }) })) as Record<
						string,
						unknown
					>,
				});
			}
			for (const image of images) {
				let expected = 0n;
				for (
					let at: typeof image | undefined = image;
					at !== undefined;
					at = at.parent === null ? undefined : images[at.parent]
				)
					expected += at.own;

				expect((image.json['cost'] as { totalUsd: number }).totalUsd).toBe(Number(expected) / 1e12);
			}
		}
	});
});

describe('an amount as an item gives it', () => {
	it.each<[unknown, bigint | null]>([
		['0.002204', 2204000000n],
		[0.002204, 2204000000n],
		[1e-12, 1n],
		[0, 0n],
		[123.456789012345, 123456789012345n],
		[-1, null],
		[Number.NaN, null],
		['1e3', 1_000_000_000_000_000n],
		['three', null],
		['', null],
		[null, null],
	])('%j is %s picodollars', (value, amount) => {
		expect(readUsd(value)).toBe(amount);
	});
});
