import { fieldReader } from '../../../../nodes/core/report/fieldValue';
import { reportPage } from '../../../../nodes/core/report/page';
import { readRecords } from '../../../../nodes/core/report/records';
import { makeReport } from '../../../../nodes/core/report/report';
import type { Report } from '../../../../nodes/core/report/types';
import {
	failedItem,
	imageItem as image,
	type Json,
	promotedItem as promoted,
	requestKey,
	skippedItem,
} from '../../fixtures/ourItems.mts';

const report = (items: unknown[], field = 'campaign'): Report =>
	makeReport(readRecords(items, { group: fieldReader(field), hasFile: () => false }), field);
const groupsOf = (items: unknown[]): unknown[] =>
	report(items).byField!.groups.map(({ name, images, cost }) => [name, images, cost]);
const pageOf = (items: unknown[], field?: string): string =>
	reportPage(report(items, field), 'x', '2026-11-20T09:00:00.000Z');
const row = (page: string, name: string): string[] | undefined =>
	[...page.matchAll(/<tr>(.*?)<\/tr>/g)]
		.map(([, cells]) =>
			cells!
				.replace(/<[^>]*>/g, '|')
				.split('|')
				.filter(Boolean),
		)
		.find(([first]) => first === name);

describe('groups by a field of the row', () => {
	const draft = image(0.25, { input: { campaign: 'spring' } });

	it('put a draft into the group of its own row, else into that of what was made of it, and once', () => {
		const final = promoted(draft, 1, { campaign: 'autumn' });

		for (const items of [
			[draft, final],
			[final, draft],
			[final, draft, final, draft],
		])
			expect(groupsOf(items)).toEqual([
				['autumn', 1, 10n ** 12n],
				['spring', 1, 250_000_000_000n],
			]);
		expect(groupsOf([final])).toEqual([['autumn', 2, 1_250_000_000_000n]]);
		expect(groupsOf([{ ...draft, input: {} }, final])).toEqual([['autumn', 2, 1_250_000_000_000n]]);
		expect(
			groupsOf([
				promoted(final, 2),
				failedItem('timeout', 1, { draft: final['draft'], campaign: 'winter' }),
			]),
		).toEqual([
			['', 2, 3_000_000_000_000n],
			['winter', 1, 250_000_000_000n],
		]);
	});

	it('count what failed and what was not made where it belongs', () => {
		const items = [
			...[
				draft,
				image(null, { campaign: 'autumn' }),
				failedItem('timeout', 1, { input: { campaign: 'spring' } }),
				failedItem('invalid_input', 0, { campaign: 'winter' }),
			],
			...[
				failedItem('storage_failed', 1, {
					campaign: 'winter',
					cost: { exact: '0.5', basis: 'usage' },
				}),
				failedItem('timeout', 1, { campaign: 'summer' }),
				skippedItem(3),
			],
			// As short rows.
			...[
				{
					status: 'failed',
					error: 'x',
					code: 'y',
					requestKey: requestKey(),
					attempts: 0,
					input: { campaign: 'spring' },
				},
				{ status: 'skipped', requestKey: requestKey(), images: 2, input: { campaign: 'spring' } },
			],
		];

		expect(report(items).byField!.groups).toEqual([
			{
				name: 'winter',
				images: 0,
				cost: 500_000_000_000n,
				unknown: 0,
				lost: 1,
				atLeast: false,
				failed: 2,
				skipped: 0,
			},
			{
				name: 'spring',
				images: 1,
				cost: 250_000_000_000n,
				unknown: 0,
				lost: 0,
				atLeast: true,
				failed: 2,
				skipped: 2,
			},
			{ name: '', images: 0, cost: 0n, unknown: 0, lost: 0, atLeast: false, failed: 0, skipped: 3 },
			{
				name: 'autumn',
				images: 1,
				cost: null,
				unknown: 1,
				lost: 0,
				atLeast: true,
				failed: 0,
				skipped: 0,
			},
			{
				name: 'summer',
				images: 0,
				cost: null,
				unknown: 0,
				lost: 0,
				atLeast: true,
				failed: 1,
				skipped: 0,
			},
		]);
		const page = pageOf(items);
		expect(page).toMatch(/<h2>By campaign<\/h2>/);
		expect(row(page, 'campaign')).toEqual([
			'campaign',
			'Images',
			'Lost',
			'Failed',
			'Not made',
			'Cost unknown',
			'Cost',
		]);
		expect(row(page, 'spring')).toEqual(['spring', '1', '0', '2', '2', '0', 'at least $0.250000']);
		expect(row(page, '(none)')).toEqual(['(none)', '0', '0', '0', '3', '0', '$0']);
		expect(row(page, 'autumn')).toEqual(['autumn', '1', '0', '0', '0', '1', 'unknown']);
		expect(row(page, 'Total')).toEqual(['Total', '2', '1', '5', '5', '1', 'at least $0.750000']);
	});

	it('are shown on the page also where there is one, or where no image was made', () => {
		expect(row(pageOf([draft]), 'spring')).toEqual(['spring', '1', '$0.250000']);
		expect(row(pageOf([failedItem('invalid_input', 0, { campaign: 'spring' })]), 'spring')).toEqual(
			['spring', '0', '1', '$0'],
		);
		expect(reportPage(makeReport(readRecords([draft])), 'x', '')).not.toContain('By campaign');
	});

	it('of 10,000 SKUs are the dearest and one row for the others on the page, and all in the figures', () => {
		const items = Array.from({ length: 10_000 }, (_, index) =>
			image(index === 7000 ? 5 : 0.0022, { input: { sku: `SKU ${index}` } }),
		);
		const page = pageOf(items, 'sku');

		expect(report(items, 'sku').byField!.groups).toHaveLength(10_000);
		expect(row(page, 'SKU 7000')).toEqual(['SKU 7000', '1', '$5.0000']);
		expect(row(page, '(9975 more)')).toEqual(['(9975 more)', '9975', '$21.9450']);
		expect(row(page, 'Total')).toEqual(['Total', '10000', '$26.9978']);
		expect(page.length).toBeLessThan(20_000);
	});

	it('let no value and no name become markup', () => {
		const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>';

		expect(pageOf([image(1, { input: { [hostile]: hostile } })], hostile)).not.toMatch(
			/<script|<img/,
		);
	});

	it('may be called like anything', () => {
		const names = [
			'__proto__',
			'constructor',
			'toString',
			'(none)',
			'(3 more)',
			'x'.repeat(50_000),
		];
		const items = names.map((campaign) => image(1, { input: { campaign } }));

		expect(report([...items, image(1)]).byField!.groups.map(({ name }) => name)).toEqual([
			...names,
			'',
		]);
		expect(pageOf(items).length).toBeLessThan(20_000);
		expect(
			report([image(1, JSON.parse('{"input":{"__proto__":{"campaign":"x"}}}') as Json)]).byField!
				.groups,
		).toMatchObject([{ name: '' }]);
	});
});
