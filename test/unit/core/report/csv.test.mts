import { parseUsd } from '../../../../nodes/core/util/money';
import { reportCsv } from '../../../../nodes/core/report/csv';
import { fieldReader } from '../../../../nodes/core/report/fieldValue';
import { readRecords } from '../../../../nodes/core/report/records';
import { makeReport } from '../../../../nodes/core/report/report';
import { csvRows } from '../../../live/reconcile.mts';
import {
	failedItem,
	imageItem as image,
	promotedItem as promoted,
	requestKey,
	skippedItem,
	type Json,
} from '../../fixtures/ourItems.mts';

const csvOf = (items: unknown[], field = ''): string =>
	reportCsv(readRecords(items, { group: fieldReader(field), hasFile: () => false }), field);
const rowsOf = (items: unknown[], field = ''): Json[] =>
	csvRows(csvOf(items, field).replace(/^\uFEFF/, ''));

describe('the CSV file of a report', () => {
	const draft = image(0.000123456789, {
		prompt: 'a "red" ball, on\nwood; häßlich 球',
		input: { campaign: 'spring' },
		review: { picked: true },
	});
	const final = promoted(draft, 1, { input: { campaign: 'spring' } });
	const items = [
		draft,
		final,
		image(null, { input: { campaign: 'autumn' } }),
		image(0.5, { operation: 'batch', cost: { exact: '0.5', batchDiscount: true } }),
		image(2, { requestedModel: 'final', createdAt: '2026-11-19T23:59:59.000Z' }),
		failedItem('moderation_blocked', 1, { input: { campaign: 'autumn' } }),
		failedItem('invalid_input', 0),
		failedItem('storage_failed', 1, { cost: { exact: '0.25', basis: 'usage' } }),
		skippedItem(3, { input: { campaign: 'winter' } }),
	];

	it('has a row for each image, failure and budget stop, once, with exact amounts', () => {
		expect(
			rowsOf([...items, ...items], 'campaign').map(
				({ status, campaign, costUsd, code, images, sent }) => [
					status,
					campaign,
					costUsd,
					code,
					images,
					sent,
				],
			),
		).toEqual([
			['made', 'spring', '0.000123456789', '', '', ''],
			['made', 'spring', '1', '', '', ''],
			['made', 'autumn', '', '', '', ''],
			['made', '', '0.5', '', '', ''],
			['made', '', '2', '', '', ''],
			['failed', 'autumn', '', 'moderation_blocked', '', 'true'],
			['failed', '', '0', 'invalid_input', '', 'false'],
			['failed', '', '0.25', 'storage_failed', '', 'true'],
			['skipped', 'winter', '0', '', '3', ''],
		]);
		expect(rowsOf(items)[0]).toMatchObject({
			prompt: 'a "red" ball, on wood; häßlich 球',
			fileName: 'x.jpg',
			picked: 'true',
			stage: 'draft',
			createdAt: '2026-11-20',
			imageId: draft['image'].id,
		});
		expect(rowsOf(items)[1]).toMatchObject({ draftId: draft['image'].id, stage: 'final' });
		expect(rowsOf(items)[5]).toMatchObject({ reason: 'Blocked by moderation' });
	});

	it('adds up to the total of the report, and is the same report when it is read again', () => {
		const report = makeReport(
			readRecords(items, { group: fieldReader('campaign'), hasFile: () => false }),
			'campaign',
		);
		const rows = rowsOf(items, 'campaign');
		const again = makeReport(
			readRecords(rows, { group: fieldReader('campaign'), hasFile: () => false }),
			'campaign',
		);

		expect(
			rows.reduce((sum, { costUsd }) => sum + (costUsd === '' ? 0n : parseUsd(costUsd)), 0n),
		).toBe(report.total.cost);
		const { unknown, ...figures } = report;
		expect(again).toEqual({ ...figures, unknown: unknown.map((one) => ({ ...one, prompt: 'x' })) });
		// As n8n reads it: with the mark of UTF-8 in the name of the first column.
		expect(
			makeReport(
				readRecords(
					rows.map(({ createdAt, ...row }) => ({ '\uFEFFcreatedAt': createdAt, ...row })),
				),
			).byDay,
		).toEqual(report.byDay);
	});

	it('is as RFC 4180 has it, in UTF-8 that Excel knows as such', () => {
		const text = csvOf(items, 'campaign');

		expect(text.startsWith('\uFEFFcreatedAt,status,costUsd,campaign,model,')).toBe(true);
		expect(text).toContain(',"a ""red"" ball, on wood; häßlich 球",');
		expect(text.replace(/\r\n/g, '')).not.toMatch(/[\r\n]/);
		expect(text.endsWith('\r\n')).toBe(true);
		expect(csvOf([])).toMatch(/^\uFEFF[A-Za-z,]+\r\n$/);
	});

	it.each([
		'=1+1',
		'+1',
		'-1',
		'@SUM(A1)',
		' =1',
		'\t=1',
		'\r=1',
		'\n=1',
		'＝1',
		'"=1',
		'a;"=1',
		'a;=1',
		'a; @x',
		'a\n=1',
		'a\t=1',
		"=cmd|' /C calc'!A0",
	])('holds no formula, also where a comma does not separate cells: %j', (text) => {
		const evil = {
			prompt: text,
			model: text,
			quality: text,
			operation: text,
			requestedModel: text,
			input: { sku: text },
			image: { fileName: text },
			createdAt: text,
		};
		const csv = csvOf([image(1, evil), failedItem(text, 1, evil), skippedItem(1, evil)], 'sku');
		const header = csvOf([], text);

		for (const whole of [csv, header]) {
			for (const cells of [
				whole.split('\r\n').flatMap((line) => line.split(/[;\t]/)),
				csvRows(whole).flatMap((row) => [...Object.keys(row), ...Object.values(row)]),
			]) {
				for (const cell of cells) expect(cell).not.toMatch(/^[\s"\uFEFF]*[=+\-@＝＋－＠]/);
			}
		}
	});

	it('keeps a column of the user’s apart from one of ours with the same name', () => {
		expect(
			rowsOf([image(1, { input: { model: 'mine', Status: 'mine' } })], 'model')[0],
		).toMatchObject({ model: 'gpt-image-1-mini', 'input.model': 'mine', status: 'made' });
	});

	it.each(['image_id', 'Image ID', 'request.key', 'Request-Key', 'draft id', 'SENT'])(
		'is the same report where it is grouped by a field that the report reads as ours: %s',
		(field) => {
			const [draft, failed] = [
				image(0.25, { input: { [field]: 'x' } }),
				failedItem('x', 1, { input: { [field]: 'y' } }),
			];
			const items = [
				draft,
				promoted(draft, 0.5, { input: { [field]: 'z' } }),
				failed,
				skippedItem(2),
			];
			const [first, again] = [readRecords(items), readRecords(rowsOf(items, field))].map(
				(records) => makeReport(records),
			);

			expect(again).toMatchObject({ total: first!.total, failures: first!.failures, skipped: 2 });
		},
	);

	it('bounds what a cell holds', () => {
		expect(
			csvOf([
				image(1, {
					prompt: 'x'.repeat(32_000),
					model: 'y'.repeat(1e6),
					request: { key: requestKey(), id: 'z'.repeat(1e6) },
				}),
			]).length,
		).toBeLessThan(3000);
	});
});
