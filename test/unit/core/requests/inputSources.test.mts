import { readInputSources } from '../../../../nodes/core/requests/inputSources';

const [A, B] = ['https://example.com/a.png', 'https://example.com/b.png'];
const url = (address: string) => ({ kind: 'url', url: address });
const fileId = (id: string) => ({ kind: 'fileId', id });
const field = (name: string) => ({ kind: 'field', name });

describe('where input images come from', () => {
	it.each<[string, string, unknown, object[]]>([
		['names of binary fields', 'binary', ' data , logo ,', [field('data'), field('logo')]],
		['a field whose name looks like a link', 'binary', 'https://x', [field('https://x')]],
		['a link', 'url', A, [url(A)]],
		['links with commas', 'url', `${A},${B}`, [url(A), url(B)]],
		['links with commas and spaces', 'url', `${A}, ${B}`, [url(A), url(B)]],
		['links a line', 'url', `${A}\r\n\n ${B}\n`, [url(A), url(B)]],
		['links with spaces', 'url', `${A} ${B}`, [url(A), url(B)]],
		[
			'a link with commas in it',
			'url',
			'https://res.example.com/w_300,h_200/a.png, https://example.com/b.png',
			[url('https://res.example.com/w_300,h_200/a.png'), url(B)],
		],
		['an array', 'url', [A, B], [url(A), url(B)]],
		['an array in JSON, as agents write it', 'url', JSON.stringify([A, B]), [url(A), url(B)]],
		['attachments of Airtable', 'url', [{ id: 'att1', url: A }, { url: B }], [url(A), url(B)]],
		['one that is given twice', 'url', [A, A], [url(A), url(A)]],
		['IDs of files', 'fileId', 'file-abc123, file_x9', [fileId('file-abc123'), fileId('file_x9')]],
		[
			'all of them, in their order',
			'mixed',
			`data,file-abc123,${A}, logo\n${B}`,
			[field('data'), fileId('file-abc123'), url(A), field('logo'), url(B)],
		],
		['nothing', 'url', '', []],
		['null, as an expression gives it', 'url', null, []],
		['an expression without a value', 'mixed', undefined, []],
		['a list of nothing', 'url', [null, '', []], []],
	])('%s', (_, from, value, sources) => {
		expect(readInputSources(from, value)).toMatchObject({ sources, problems: [] });
	});

	it.each<[string, string, unknown, RegExp]>([
		[
			'another way',
			'ftp',
			'',
			/^'Input Images From' is 'ftp'\. Choose binary, url, fileId or mixed/,
		],
		['a field among links', 'url', 'data', /^'URLs': 'data' is not a complete URL/],
		['an ID among links', 'url', 'file-abc', /^'URLs': 'file-abc' is not a complete URL/],
		['a link among IDs', 'fileId', A, /^'File IDs': '.*' is not a file ID, which looks like file-/],
		['a batch among IDs', 'fileId', 'batch_1', /is not a file ID/],
		['a number', 'fileId', 7, /'7' is not a file ID/],
		[
			'a data URL',
			'mixed',
			'data:image/png;base64,AAAA',
			/^'Input Images': 'data:image\/png;base64…' does not start with https/,
		],
		[
			'a user name',
			'mixed',
			'https://me:pw@example.com/',
			/'https:\/\/…@example.com\/' contains a user name/,
		],
	])('%s is refused', (_, from, value, message) => {
		expect(readInputSources(from, value).problems[0]?.message).toMatch(message);
	});

	it('endless texts and nestings take no time', () => {
		let nested: unknown = A;
		for (let depth = 0; depth < 50_000; depth++) nested = [nested];

		expect(readInputSources('url', nested).sources).toEqual([]);
		expect(readInputSources('url', ','.repeat(10_000_000)).sources).toEqual([]);
		expect(readInputSources('mixed', 'a:,'.repeat(100_000)).problems.length).toBeGreaterThan(0);
	});
});
