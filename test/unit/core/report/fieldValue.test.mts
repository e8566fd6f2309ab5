import { bareName, fieldReader } from '../../../../nodes/core/report/fieldValue';

describe('a field of the user’s row', () => {
	it.each<[string, unknown]>([
		['under input', { input: { campaign: 'spring' } }],
		['joined on top', { campaign: 'spring' }],
		[
			'in both: the row counts, not a field of ours with the same name',
			{ campaign: 'ours', input: { campaign: 'spring' } },
		],
		['under input as JSON text, as a table keeps it', { input: '{"campaign":"spring"}' }],
		['in a column of a CSV file', { 'input.campaign': 'spring' }],
		['empty under input', { campaign: ' spring ', input: { campaign: '' } }],
	])('is found %s, by each name that people use', (_name, json) => {
		for (const path of [
			'campaign',
			'input.campaign',
			'$json.input.campaign',
			'$json.campaign',
			'input["campaign"]',
			"['campaign']",
			' campaign ',
		]) {
			expect(fieldReader(bareName(path))(json)).toBe('spring');
			expect(fieldReader(path)(json)).toBe('spring');
		}
	});

	it('may lie deeper, and be called whatever a column is called', () => {
		const row = {
			client: { name: 'ACME', tags: ['a', 2, {}] },
			'Campaign name': 'Spring',
			'unit.price': 3,
			input: { input: 'deep' },
		};

		for (const json of [row, { input: row }]) {
			expect(
				['client.name', 'client.tags', 'Campaign name', '["Campaign name"]', 'unit.price'].map(
					(path) => fieldReader(path)(json),
				),
			).toEqual(['ACME', 'a, 2', 'Spring', 'Spring', '3']);
		}
		expect([false, 0, 12.5].map((value) => fieldReader('x')({ x: value }))).toEqual([
			'false',
			'0',
			'12.5',
		]);
	});

	it.each([
		null,
		undefined,
		5,
		'x',
		[],
		{},
		{ x: null },
		{ x: '' },
		{ x: ' ' },
		{ x: {} },
		{ x: [] },
		{ x: [{}] },
		{ input: 'x' },
		{ input: null },
	])('is none in %j', (json) => {
		for (const path of [
			'x',
			'x.y.z',
			'input.x',
			'',
			'.',
			'[',
			'__proto__',
			'constructor.name',
			'toString',
		])
			expect(fieldReader(path)(json)).toBeNull();
	});
});
