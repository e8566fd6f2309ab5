import { Hints } from '../../../../nodes/platform/n8n/hints';
import { joinRows, readRows } from '../../../../nodes/platform/batches/joinRows';
import { fakeN8n } from '../../fixtures/fakeN8n.mts';

const read = (options: Record<string, unknown>) =>
	readRows(fakeN8n({ parameters: { options } }).context);

const results = ['a', 'b', 'c'].map((customId) => ({ json: { customId, input: { old: true } } }));

describe('rows that stayed in n8n', () => {
	const plain = [
		{ sku: 'a', price: 1 },
		{ sku: 'b', price: 2 },
		{ sku: ' c ', price: 3 },
	];

	it.each([
		['items of n8n', plain.map((json) => ({ json, pairedItem: 0 }))],
		['plain objects', plain],
		['JSON text', JSON.stringify(plain)],
	])('come as %s and go to their results', (_, rows) => {
		const hints = new Hints();
		const joined = joinRows(results, read({ rows, matchingField: ' sku ' }), hints);

		expect(joined.map(({ json }) => json['input'])).toEqual(plain);
		expect(hints.all()).toEqual([]);
	});

	it('match numbers by what they look like, and leave items without a custom ID alone', () => {
		const status = { json: { batchId: 'batch_1', finished: false } };
		const joined = joinRows(
			[{ json: { customId: '7' } }, status],
			read({ rows: [{ id: 7 }], matchingField: 'id' }),
			new Hints(),
		);

		expect(joined).toEqual([{ json: { customId: '7', input: { id: 7 } } }, status]);
	});

	it('that are missing or stand there twice are told of', () => {
		const hints = new Hints();
		const rows = read({
			rows: [{ sku: 'a', at: 1 }, { sku: 'a', at: 2 }, { sku: 'z' }],
			matchingField: 'sku',
		});
		const joined = joinRows(results, rows, hints);

		expect(joined.map(({ json }) => json['input'])).toEqual([
			{ sku: 'a', at: 1 },
			{ old: true },
			{ old: true },
		]);
		expect(hints.all().map(({ message }) => message)).toEqual([
			"No row has 'b', 'c' in 'sku', so these results have no row.",
			"Several rows have 'a' in 'sku'; these results have the first one as input.",
		]);
	});

	it.each([
		[{ rows: 'no JSON', matchingField: 'sku' }, /'Rows' is 'no JSON'/],
		[
			{ rows: "{{ $('Rows').all() }}", matchingField: 'sku' },
			/Switch the field from Fixed to Expression/,
		],
		[{ rows: { sku: 'a' }, matchingField: 'sku' }, /It must be a list of items or objects/],
		[{ rows: [1], matchingField: 'sku' }, /'Rows' is '\[1\]'/],
		[{ rows: [], matchingField: '' }, /'Matching Field' is empty/],
		[{ rows: '', matchingField: 'sku' }, /'Rows' is empty, but 'Matching Field' is set/],
		[{ matchingField: 'sku' }, /'Rows' is empty, but 'Matching Field' is set/],
	])('%p can not be used', (options, message) => {
		expect(() => read(options)).toThrow(message);
	});

	it('are none when none are given', () => {
		expect(read({})).toBeNull();
		expect(read({ rows: '', matchingField: ' ' })).toBeNull();
		expect(joinRows(results, null, new Hints())).toEqual(results);
	});
});
