import { draftOf } from '../../../../nodes/core/lineage/draft';
import { simplifiedItem } from '../../../../nodes/core/lineage/simplified';
import { reportPage } from '../../../../nodes/core/report/page';
import { readRecords } from '../../../../nodes/core/report/records';
import { makeReport } from '../../../../nodes/core/report/report';
import type { Report } from '../../../../nodes/core/report/types';
import { reportSummary } from '../../../../nodes/core/report/words';
import { escapeHtml } from '../../../../nodes/core/util/text';
import {
	failedItem,
	imageItem as image,
	imageId,
	type Json,
	promotedItem as promoted,
	requestKey,
	skippedItem,
} from '../../fixtures/ourItems.mts';

const MADE_AT = '2026-11-20T09:00:00.000Z';
const report = (items: unknown[]): Report => makeReport(readRecords(items));
const pageOf = (items: unknown[]): string => reportPage(report(items), 'November', MADE_AT);
const without = (item: Json, ...names: string[]): Json =>
	Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));

describe('a report', () => {
	it('of nothing is empty, and none of its costs is made up', () => {
		expect(report([])).toMatchObject({
			total: { images: 0, cost: 0n },
			accepted: { images: 0, cost: null, draftsPerWinner: null },
			byModel: [],
		});
	});

	it('adds up exactly by model, stage, quality and day', () => {
		const drafts = [
			image(0.1),
			image(0.2),
			image(0.3, { createdAt: '2026-11-19T23:59:59.000Z', operation: 'edit', quality: 'medium' }),
		];
		const result = report([...drafts, promoted(drafts[0]!, 1)]);

		expect(result.total).toEqual({
			name: 'total',
			images: 4,
			cost: 1_600_000_000_000n,
			unknown: 0,
			lost: 0,
			atLeast: false,
		});
		expect(result.byModel.map(({ name, cost }) => [name, cost])).toEqual([
			['gpt-image-2.5-sunburst', 1_000_000_000_000n],
			['gpt-image-1-mini', 600_000_000_000n],
		]);
		expect(result.byStage.map(({ name, images, cost }) => [name, images, cost])).toEqual([
			['draft', 2, 300_000_000_000n],
			['edit', 1, 300_000_000_000n],
			['final', 1, 1_000_000_000_000n],
		]);
		expect(result.byQuality.map(({ name }) => name)).toEqual(['low', 'medium', 'high']);
		expect(result.byDay.map(({ name, images }) => [name, images])).toEqual([
			['2026-11-19', 1],
			['2026-11-20', 3],
		]);
	});

	it('counts a draft once, whether it comes as an item, inside of what was made of it, or both, and however often', () => {
		const draft = image(0.25);
		const [first, second] = [promoted(draft, 1), promoted(draft, 2)];

		for (const items of [
			[first, second],
			[draft, first, second],
			[first, draft, second, draft],
			[first, second, first],
		]) {
			expect(report(items).total).toMatchObject({ images: 3, cost: 3_250_000_000_000n });
		}
		expect(report([first, draft, second, draft]).duplicates).toBe(1);
		expect(report([promoted(first, 4)]).total.cost).toBe(5_250_000_000_000n);
	});

	it('takes for accepted what was promoted, else what was picked, and nothing where nobody was asked', () => {
		const drafts = Array.from({ length: 10 }, () => image(0.1));
		const reviewed = drafts.map((draft, index) => ({ ...draft, review: { picked: index < 2 } }));

		expect(report(drafts).accepted).toEqual({
			by: null,
			images: 0,
			cost: null,
			draftsPerWinner: null,
		});
		expect(report(drafts).perImage).toBe(100_000_000_000n);
		expect(report(reviewed).accepted).toMatchObject({
			by: 'picked',
			images: 2,
			cost: 500_000_000_000n,
			draftsPerWinner: 5,
		});
		expect(report([...drafts, ...reviewed]).accepted).toMatchObject({ by: 'picked', images: 2 });
		expect(report([...drafts, promoted(drafts[0]!, 1)]).accepted).toMatchObject({
			by: 'promoted',
			images: 1,
			cost: 2_000_000_000_000n,
			draftsPerWinner: 10,
		});
		expect(
			report(drafts.map((draft) => ({ ...draft, review: { picked: false } }))).accepted,
		).toMatchObject({ by: 'picked', images: 0, cost: null });
	});

	it('says what batches saved: as much again as they cost', () => {
		const half = image(0.5, {
			operation: 'batch',
			cost: { usd: 0.5, exact: '0.5', batchDiscount: true },
		});

		expect(report([half, image(1)]).batch).toEqual({
			images: 1,
			cost: 500_000_000_000n,
			unknown: 0,
		});
	});

	it('of 10,000 images is made at once', () => {
		const items = Array.from({ length: 10_000 }, () => image(0.0022));
		const rows = items.map(({ image: { id } }) => ({
			image_id: id,
			cost_usd: '0.0022',
			total_usd: '0.0022',
		}));
		// Of this process alone: what else the machine does has no part in it.
		const before = process.cpuUsage();

		expect(report([...items, ...items, ...rows]).total).toMatchObject({
			images: 10_000,
			cost: 22_000_000_000_000n,
		});
		expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000);
	});
});

describe('an image in a report', () => {
	it('is known by its id alone, whatever else was removed or changed', () => {
		const whole = image(0.25, { request: { key: requestKey(), id: 'req_a', attempts: 1 } });
		const copies = [
			{ image: { id: whole['image'].id }, cost: { exact: '0.25' } },
			{ ...whole, prompt: 'other', model: 'other', quality: 'max', request: { id: null } },
			without(whole, 'request', 'createdAt', 'operation'),
			{ ...whole, image: { id: whole['image'].id } },
		];

		for (const copy of copies)
			expect(report([copy, whole, copy])).toMatchObject({
				total: { images: 1, cost: 250_000_000_000n },
				duplicates: 2,
			});
		expect(report([copies[0]]).byModel).toMatchObject([{ name: 'unknown', images: 1 }]);
	});

	it('counts beside the others of its request, also where its position is gone', () => {
		const request = { key: requestKey(), id: 'req_a', attempts: 2, maybeBilledAttempts: 2 };
		const two = [0, 1].map(() => ({ ...image(0.5, { request }), image: { id: imageId() } }));

		expect(report(two)).toMatchObject({
			total: { images: 2, cost: 1_000_000_000_000n },
			maybeBilledAttempts: 2,
		});
	});

	it.each<[string, Json]>([
		['skipped', { skipped: 'budget', images: 7 }],
		['failed', { error: 'a remark of the user', code: 'x', status: 'failed' }],
		[
			'refused by Estimate',
			{ error: 'refused', description: null, code: 'invalid_input', estimate: { usd: null } },
		],
		['made from something else', { draft: { model: 'gpt-image-2', cost: { usd: 9, exact: '9' } } }],
	])('stays one where the item also looks %s', (_name, fields) => {
		expect(report([{ ...image(1), ...fields }])).toMatchObject({
			total: { images: 1, cost: 1_000_000_000_000n },
			accepted: { by: null },
			failures: { count: 0 },
			skipped: 0,
			ignored: 0,
		});
	});

	it('is not a row that has fields named like ours', () => {
		const rows = [
			{ skipped: 'budget', images: 3 },
			{ error: 'x', code: 'y', cost: { usd: null } },
			{ model: 'gpt-image-2', cost: { usd: 5, exact: '5' } },
			{ image: { id: 'img_1' }, cost: { exact: '5' } },
			{ image: { id: `img_${'g'.repeat(24)}` }, costUsd: 5 },
			{ imageId: 17, costUsd: 5, totalUsd: 9, status: 'failed', error: 'x' },
			{ draft: { model: 'gpt-image-2', cost: { exact: '5' } } },
			{ request: { maybeBilledAttempts: 5 } },
			{ estimate: { usd: 3 }, images: 2 },
		];

		expect(report(rows)).toMatchObject({
			total: { images: 0, cost: null, atLeast: false },
			failures: { count: 0 },
			skipped: 0,
			maybeBilledAttempts: 0,
			ignored: rows.length,
			leftOut: { items: 0 },
		});
	});

	it('takes from a second copy what the first one lacked', () => {
		const whole = image(0.5, { review: { picked: true } });
		const poor = {
			image: { id: whole['image'].id },
			cost: { usd: null, exact: null, basis: 'unknown' },
		};
		const result = report([poor, whole]);

		expect(result.total).toMatchObject({
			images: 1,
			cost: 500_000_000_000n,
			unknown: 0,
			atLeast: false,
		});
		expect(result.byModel).toMatchObject([{ name: 'gpt-image-1-mini' }]);
		expect(result.accepted).toMatchObject({ by: 'picked' });
	});

	it('keeps its exact cost beside a row whose number a table has rounded', () => {
		const whole = image(0.002194);
		const row = { imageId: whole['image'].id, costUsd: '0.0022' };

		for (const items of [
			[row, whole],
			[whole, row],
		])
			expect(report(items).total.cost).toBe(2_194_000_000n);
	});
});

describe('an image whose id was removed', () => {
	it('counts as long as its request cost more than what is counted of it', () => {
		const request = { key: requestKey(), id: 'req_b', attempts: 1, maybeBilledAttempts: 0 };
		const cost = { usd: 0.5, exact: '0.5', requestUsd: 1, basis: 'usage' };
		const whole = [0, 1].map(() => image(0.5, { request, cost }));
		const nameless = whole.map((item) => without(item, 'image'));

		expect(report(nameless)).toMatchObject({
			total: { images: 2, cost: 1_000_000_000_000n },
			byRequest: 2,
			duplicates: 0,
		});
		expect(report([...nameless, ...nameless])).toMatchObject({
			total: { images: 2, cost: 1_000_000_000_000n },
			duplicates: 2,
		});
		expect(report([...nameless, ...whole])).toMatchObject({
			total: { images: 2, cost: 1_000_000_000_000n },
			byRequest: 0,
			duplicates: 2,
		});
		expect(report([...nameless, promoted(whole[0]!, 1)])).toMatchObject({
			total: { images: 3, cost: 2_000_000_000_000n },
		});
	});

	it('is left out and said so where it can’t be told from another one', () => {
		const poor = without(image(0.5), 'image', 'request');
		const poorer = { request: { key: requestKey() }, cost: { exact: '0.25' } };
		const result = report([image(1), poor, poorer]);

		expect(result).toMatchObject({
			total: { images: 1, cost: 1_000_000_000_000n, atLeast: true },
			leftOut: { items: 2, cost: 750_000_000_000n },
			ignored: 0,
		});
		expect(pageOf([image(1), poor, poorer])).toContain(
			'2 items left out, because the image ID is missing. Cost: $0.7500.',
		);
	});
});

describe('rows of a table', () => {
	const draft = image(0.25);
	const final = promoted(draft, 1, { review: { picked: true } });

	it.each<[string, Json]>([
		[
			'names of ours',
			{
				imageId: final['image'].id,
				costUsd: 1,
				totalUsd: 1.25,
				draftId: draft['image'].id,
				model: 'm',
				quality: 'high',
				status: 'made',
			},
		],
		[
			'names of a database, and text',
			{
				image_id: final['image'].id,
				cost_usd: '1',
				total_usd: '1.25',
				draft_id: draft['image'].id,
			},
		],
		[
			'names of a sheet',
			{
				'Image ID': final['image'].id,
				'Cost USD': ' 1.00 ',
				'Total USD': '1.25',
				'Draft ID': draft['image'].id,
			},
		],
		[
			'names of n8n’s CSV',
			{
				'image.id': final['image'].id,
				'cost.exact': '1',
				'cost.usd': '1',
				'cost.totalUsd': '1.25',
				draftId: draft['image'].id,
			},
		],
		[
			'objects as JSON text',
			{
				image: JSON.stringify(final['image']),
				cost: JSON.stringify(final['cost']),
				draft: JSON.stringify(final['draft']),
			},
		],
	])(
		'with %s are read, and a draft that stands nowhere else is what the total has beyond the cost',
		(_name, row) => {
			expect(report([row]).total).toMatchObject({
				images: 2,
				cost: 1_250_000_000_000n,
				unknown: 0,
			});
			expect(report([row, row, draft, final])).toMatchObject({
				total: { images: 2, cost: 1_250_000_000_000n },
				accepted: { by: 'promoted', images: 1 },
				duplicates: 2,
			});
		},
	);

	it('whose draft is not known say so', () => {
		const row = { imageId: imageId(), costUsd: 1, totalUsd: null, draftId: imageId() };

		expect(report([row, { ...row, imageId: imageId(), totalUsd: 0.5 }]).total).toMatchObject({
			images: 3,
			cost: 2_000_000_000_000n,
			unknown: 1,
		});
	});

	it('of failed and skipped requests are read by their request', () => {
		const rows = [
			{
				requestKey: requestKey(),
				status: 'failed',
				error: 'no',
				code: 'moderation_blocked',
				costUsd: '',
			},
			{ request_key: requestKey(), status: 'skipped', images: '3' },
		];

		expect(report([...rows, ...rows])).toMatchObject({
			failures: { count: 1, unknownCost: 1 },
			skipped: 3,
			duplicates: 2,
			ignored: 0,
		});
	});
});

describe('failures in a report', () => {
	it('count by code, those that were never sent apart, and once after a Merge', () => {
		const items = [
			failedItem('moderation_blocked', 1),
			failedItem('moderation_blocked', 1),
			failedItem('invalid_input', 0),
			skippedItem(3),
			{ other: 1 },
		];

		expect(report([...items, ...items])).toMatchObject({
			failures: {
				count: 3,
				neverSent: 1,
				unknownCost: 2,
				billed: 0,
				cost: null,
				byCode: [
					{ code: 'moderation_blocked', count: 2 },
					{ code: 'invalid_input', count: 1 },
				],
			},
			skipped: 3,
			duplicates: 4,
			ignored: 2,
		});
	});

	it('whose image was billed and lost are part of what was spent', () => {
		const lost = failedItem('storage_failed', 1, {
			cost: { usd: 0.5, exact: '0.5', basis: 'usage' },
			model: 'gpt-image-2',
		});
		const poor = { ...lost, cost: { usd: null, basis: 'unknown' } };
		const result = report([poor, lost, image(1)]);

		expect(result.total).toMatchObject({
			images: 1,
			lost: 1,
			cost: 1_500_000_000_000n,
			atLeast: false,
		});
		expect(result.failures).toMatchObject({
			count: 1,
			billed: 1,
			unknownCost: 0,
			cost: 500_000_000_000n,
		});
		expect(result.delivered.cost).toBe(1_000_000_000_000n);
		for (const groups of [result.byModel, result.byStage, result.byQuality, result.byDay]) {
			expect(groups.reduce((total, { cost }) => total + (cost ?? 0n), 0n)).toBe(result.total.cost);
		}
		expect(pageOf([lost])).toContain('1 image made and billed, but lost: $0.500000.');
	});

	it('carry their drafts, which were paid for', () => {
		expect(
			report([failedItem('timeout', 1, { draft: promoted(image(0.25), 1)['draft'] })]).total,
		).toMatchObject({ images: 1, cost: 250_000_000_000n });
	});

	// On an error output, and after a Merge by position, the fields of the input item stand beside those of the failure.
	describe.each<[string, boolean, boolean]>([
		['whole', false, false],
		['simplified', true, true],
		['simplified, of a whole draft', true, false],
		['whole, of a simplified draft', false, true],
	])(
		'%s, beside the fields of the draft that was to become another image',
		(_title, isFailureShort, isDraftShort) => {
			const form = (item: Json, isShort: boolean): Json =>
				isShort ? simplifiedItem(item, true) : item;

			it.each([
				['promote', 0],
				['promote', 1],
				['edit', 0],
				['edit', 1],
			])('of %s, are failures and no second word on the draft (%i)', (operation, turned) => {
				const draft = form(promoted(image(0.125), 0.25), isDraftShort);
				const lost = failedItem('not_stored', 1, {
					operation,
					cost: { usd: 0.5, exact: '0.5', basis: 'usage' },
					...(operation === 'promote' && { draft: draftOf(draft) }),
				});
				const beside = { ...draft, ...form(lost, isFailureShort) };
				const items = turned === 0 ? [draft, beside] : [beside, draft];
				const { total, failures, byModel } = report([image(0.0625), ...items]);

				expect({ total, failures }).toMatchObject({
					total: { images: 3, lost: 1 },
					failures: { count: 1, billed: 1, cost: 500_000_000_000n },
				});
				expect(byModel.find(({ name }) => name === 'm')).toMatchObject({
					images: 0,
					lost: 1,
					cost: 500_000_000_000n,
				});
				expect(byModel.find(({ name }) => name === 'gpt-image-2.5-sunburst')).toMatchObject({
					images: 1,
					cost: 250_000_000_000n,
				});
			});

			it('are none where only an estimate was refused', () => {
				const refused = {
					...form(image(0.25), isDraftShort),
					error: 'no',
					description: null,
					code: 'invalid_input',
					estimate: {},
				};

				expect(report([refused])).toMatchObject({
					total: { images: 1, cost: 250_000_000_000n },
					failures: { count: 0 },
				});
			});
		},
	);

	it('and what was skipped, simplified, is no second word on the draft beside whose fields it stands', () => {
		const [draft, skipped] = [image(0.25), skippedItem(2)].map((item) =>
			simplifiedItem(item, true),
		);

		expect(report([{ ...draft, ...skipped }, draft])).toMatchObject({
			total: { images: 1, cost: 250_000_000_000n },
			skipped: 2,
		});
	});

	it('and attempts that may have been billed count once a request', () => {
		const request = { key: requestKey(), id: null, attempts: 3, maybeBilledAttempts: 2 };
		const two = [image(1, { request }), image(1, { request })];
		const other = without(image(1, { request: { id: 'req_z', maybeBilledAttempts: 1 } }));

		expect(
			report([
				...two,
				...two,
				other,
				other,
				failedItem('timeout', 4, {
					request: { key: requestKey(), attempts: 4, maybeBilledAttempts: 4 },
				}),
			]),
		).toMatchObject({
			maybeBilledAttempts: 7,
			total: { atLeast: true },
		});
	});
});

describe('what is not known', () => {
	it('is listed instead of being counted as nothing', () => {
		const result = report([image(1), image(null, { prompt: 'secret cost' })]);

		expect(result.total).toMatchObject({
			images: 2,
			cost: 1_000_000_000_000n,
			unknown: 1,
			atLeast: true,
		});
		expect(result.unknown.map(({ prompt }) => prompt)).toEqual(['secret cost']);
		expect(result.perImage).toBe(500_000_000_000n);
		expect(reportPage(result, 'x', MADE_AT)).toContain('secret cost');
		expect(reportSummary(result)).toBe(
			'At least $1.0000 for 2 images, 1 of them of unknown cost; at least $0.5000 for each image.',
		);
	});

	it.each<[string, Json[]]>([
		[
			'images',
			[image(null), image(null, { cost: { usd: null, exact: null, batchDiscount: true } })],
		],
		['a request that failed', [failedItem('timeout', 1)]],
	])('in sum is null, and nowhere $0: %s', (_name, items) => {
		const result = report(items);

		expect(result.total).toMatchObject({ cost: null, atLeast: true });
		expect([result.accepted.cost, result.perImage]).toEqual([null, null]);
		for (const { cost } of [
			...result.byModel,
			...result.byStage,
			...result.byQuality,
			...result.byDay,
		])
			expect(cost).toBeNull();
		expect(pageOf(items)).not.toContain('$0');
		expect(reportSummary(result)).toMatch(
			/^Cost unknown(?: for 2 images\.|, no images were made; 1 request failed\.)$/,
		);
	});

	it('is at least nothing, which says no more than unknown', () => {
		expect(pageOf([image(0), image(null)])).not.toContain('$0');
		expect(pageOf([image(0)])).toContain('<b>$0</b>');
	});

	it('draws no bar', () => {
		const other = { model: 'gpt-image-2' };

		expect(pageOf([image(null), image(null, other)])).not.toMatch(/class="bar"/);
		expect(pageOf([image(0), image(0, other)])).not.toMatch(/class="bar"/);
		expect(pageOf([image(1), image(2, other)])).toMatch(/class="bar" style="width:100.0%"/);
	});

	it('is not what was never sent: that is known to have cost nothing', () => {
		expect(report([skippedItem(2), failedItem('invalid_input', 0)]).total).toMatchObject({
			cost: 0n,
			atLeast: false,
		});
	});
});

describe('items that are no objects, or odd ones', () => {
	const deep = (levels: number): Json => {
		let draft: Json = { id: imageId(), model: 'm', cost: { exact: '1' } };
		for (let level = 0; level < levels; level += 1)
			draft = { id: imageId(), model: 'm', cost: { exact: '1' }, draft };
		return draft;
	};

	it('are ignored, and break nothing', () => {
		const odd = [
			null,
			undefined,
			5,
			'x',
			'{"image":',
			[],
			[image(1)],
			{ image: [] },
			{ image: '{', cost: '{"exact":' },
			JSON.parse('{"__proto__":{"image":{"id":"x"}},"constructor":1,"hasOwnProperty":null}'),
		];

		expect(report(odd)).toMatchObject({ total: { images: 0 }, ignored: odd.length });
	});

	it.each([
		'image',
		'request',
		'cost',
		'draft',
		'draftId',
		'earlierDraftIds',
		'status',
		'error',
		'code',
		'sent',
		'attempts',
		'images',
		'costUsd',
		'createdAt',
		'input',
	])('are so in %s where it can’t become text', (name) => {
		for (const odd of [
			{ toString: 'x' },
			{ valueOf: 1, toString: 2 },
			Object.create(null),
			[{ toString: 'x' }],
		]) {
			for (const item of [{}, image(1), failedItem('x', 1), skippedItem(1)])
				expect(() => report([{ ...item, [name]: odd }])).not.toThrow();
		}
	});

	it('with names of prototypes are plain names', () => {
		const items = ['__proto__', 'constructor', 'toString'].map((model) =>
			image(1, { model, quality: model, createdAt: model }),
		);

		expect(
			report(items)
				.byModel.map(({ name }) => name)
				.sort(),
		).toEqual(['__proto__', 'constructor', 'toString']);
		expect(() => pageOf(items)).not.toThrow();
	});

	it('with drafts of drafts without end are read so far', () => {
		const { total } = report([image(1, { draft: deep(20_000) })]);

		expect(total.images).toBeGreaterThan(50);
		expect(report([image(1, { draft: `${'{"draft":'.repeat(50_000)}` })]).total.images).toBe(1);
	});

	it.each([
		{},
		[],
		{ exact: [] },
		{ usd: -1 },
		{ exact: 'NaN', usd: Number.POSITIVE_INFINITY },
		{ usd: true },
		5,
		null,
		'much',
	])('with the cost %j are images of unknown cost', (cost) => {
		expect(report([image(1, { cost })]).total).toMatchObject({ images: 1, cost: null, unknown: 1 });
	});
});

describe('the page of a report', () => {
	const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u0000';
	const page = reportPage(
		report([
			image(1, { model: hostile, quality: hostile, createdAt: hostile }),
			image(null, { prompt: hostile, model: hostile }),
			failedItem(hostile, 1),
		]),
		hostile,
		MADE_AT,
	);

	it('lets nothing that comes from an item become markup', () => {
		expect(page).not.toMatch(/<script|<img|\u0000/);
		expect(page).toContain(escapeHtml(hostile));
	});

	it('says so where only the cost of a draft is known, not its model', () => {
		const final = simplifiedItem({ ...promoted(image(0.1), 1), status: 'made' }, false);

		expect(pageOf([image(0.2), final])).toContain('>drafts, model not known<');
	});

	it('needs nothing from elsewhere', () => {
		expect(pageOf([image(1), image(null)])).not.toMatch(/\b(?:src|href)=|url\(|@import|https?:/);
	});

	it('has a table for whatever the images differ in, each with the total, and says the rest in a sentence', () => {
		const tables = (items: Json[]): string[] =>
			[...pageOf(items).matchAll(/<h2>(By [^<]*)<\/h2>[^]*?<tfoot>(.*?)<\/tfoot>/g)].map(
				([, title, total]) =>
					`${title}: ${total!
						.replace(/<[^>]*>/g, ' ')
						.replace(/\s+/g, ' ')
						.trim()}`,
			);
		const draft = image(0.1);

		expect(tables([draft, image(0.2)])).toEqual([]);
		expect(pageOf([draft, image(0.2)])).toContain(
			'The same for all: stage drafts · model gpt-image-1-mini · quality low · day 2026-11-20<',
		);
		expect(tables([promoted(draft, 1)])).toEqual(['By stage, model and quality: Total 2 $1.1000']);
		expect(pageOf([promoted(draft, 1)])).toMatch(
			/>drafts, gpt-image-1-mini, low<.*\n.*>finals, gpt-image-2\.5-sunburst, high</,
		);
		expect(tables([draft, image(0.2, { operation: 'edit', quality: 'medium' })])).toEqual([
			'By stage and quality: Total 2 $0.300000',
		]);
		// Too many kinds for one table.
		expect(
			tables(
				Array.from({ length: 12 }, (_, index) =>
					image(1, { model: `m${index}`, quality: `q${index}` }),
				),
			),
		).toEqual(['By model: Total 12 $12.0000', 'By quality: Total 12 $12.0000']);
		expect(tables([draft, image(0.2, { createdAt: '2026-11-19T23:59:59.000Z' })])).toEqual([
			'By day (UTC): Total 2 $0.300000',
		]);
		expect(tables([draft, image(null, { model: 'm' })])).toEqual([
			'By model: Total 2 1 at least $0.100000',
		]);
	});

	it('keeps long lists short, and their rest is one row', () => {
		const many = Array.from({ length: 400 }, (_, index) =>
			image(1, {
				model: `m${index}`,
				createdAt: new Date(Date.UTC(2026, 0, 1 + index)).toISOString(),
			}),
		);
		const page = pageOf(many);

		expect(page).toMatch(
			/<th scope="row">\(375 more\)<\/th><td class="lane"><\/td><td>375<\/td><td>\$375\.0000<\/td>/,
		);
		expect(page).toMatch(
			/<tbody><tr><th scope="row">\(369 earlier\)<\/th><td class="lane"><\/td><td>369<\/td><td>\$369\.0000<\/td><\/tr>\n<tr><th scope="row">2027-01-05</,
		);
		expect(page.match(/<tr>/g)!.length).toBeLessThan(80);
	});

	it('writes every amount in the same style', () => {
		const items = [
			image(12.3456789),
			image(0.0022, { model: 'm' }),
			failedItem('storage_failed', 1, { cost: { exact: '0.5', basis: 'usage' } }),
			without(image(0.75), 'image', 'request'),
		];

		const amounts = (of: Json[]): string[] => pageOf(of).match(/\$[\d.,]+\d/g)!;
		for (const amount of amounts(items)) expect(amount).toMatch(/^\$\d+\.\d{4}$/);
		for (const amount of amounts([
			image(0.12),
			image(0.0000004, { model: 'm' }),
			image(1e-9, { model: 'n' }),
		]))
			expect(amount).toMatch(/^\$0\.\d{6}$/);
		expect(pageOf([image(0.12), image(1e-9, { model: 'n' })])).toContain(
			'<td>under $0.000001</td>',
		);
		expect(amounts([image(1234567.00004), image(0.00006, { model: 'm' })])).toEqual(
			expect.arrayContaining(['$1,234,567.0001', '$1,234,567.0000', '$0.0001']),
		);
	});

	it('says for which images everything was spent', () => {
		const draft = image(0.1);

		expect(pageOf([draft])).toContain('<dt>Per image</dt>');
		expect(pageOf([{ ...draft, review: { picked: true } }])).toContain('<dt>Per picked image</dt>');
		expect(pageOf([promoted(draft, 1)])).toContain('<dt>Per promoted image</dt>');
		expect(pageOf([promoted(draft, 1)])).toContain('1 promoted image, 1 draft for each');
		expect(
			pageOf([image(0.2), image(0.3), draft, promoted(draft, 1), promoted(image(0.4), 2)]),
		).toContain('2 promoted images, 2 drafts for each');
	});

	it('says what became of failed requests in plain words, and shows a code that it doesn’t know as it is', () => {
		const items = ['moderation_blocked', 'content_policy_violation', 'teapot', 'toString'].map(
			(code) => failedItem(code, 1),
		);

		expect(pageOf([image(1), ...items])).toContain(
			'<li>Failed: 2 × Blocked by moderation, 1 × teapot, 1 × toString.</li>',
		);
		expect(report(items).failures.byCode).toHaveLength(4);
	});
});

describe('a report on items that are none of ours', () => {
	const foreign = Array.from({ length: 12 }, (_, index) => ({ title: `row ${index}`, cost: 5 }));

	it('says that they carry no cost, and nowhere $0', () => {
		expect(report(foreign).total).toMatchObject({ images: 0, cost: null });
		expect(reportSummary(report(foreign))).toMatch(
			/^There are no images from GPT Image nodes in the input\. 12 items have no cost: /,
		);
		expect(pageOf(foreign)).toContain(
			'There are no images from GPT Image nodes in the input. 12 items have no cost: ',
		);
		expect(pageOf(foreign)).not.toContain('$0');
	});

	it('says so beside the images of ours as well', () => {
		expect(reportSummary(report([image(1), foreign[0]]))).toMatch(
			/^\$1\.0000 for 1 image; \$1\.0000 for each image\. 1 item has no cost: /,
		);
		expect(pageOf([image(1), foreign[0]])).toContain('<li>1 item has no cost: ');
	});

	it('is not what was refused or not made: that is known to have cost nothing', () => {
		expect(
			reportSummary(report([failedItem('invalid_input', 0), skippedItem(2), foreign[0]])),
		).toMatch(
			/^Nothing was spent, no images were made; 1 request failed; 2 images not made because a budget was reached\. 1 item /,
		);
	});
});
