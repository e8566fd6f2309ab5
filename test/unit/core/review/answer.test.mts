import { readAnswer } from '../../../../nodes/core/review/answer';

const RULES = { minPicks: 0, maxPicks: 0, allowPromptEdit: true };
const DRAFTS = Array.from({ length: 5000 }, (_, index) => index);

const sized = (piece: string): string =>
	`[${Array.from({ length: Math.floor(15e6 / piece.length) }, () => piece).join(',')}]`.slice(
		0,
		15e6,
	);

function timed(body: unknown): { ms: number; ok: boolean } {
	const from = performance.now();
	const { ok } = readAnswer(body, DRAFTS, RULES);
	return { ms: performance.now() - from, ok };
}

describe('an answer to a review of 5,000 drafts', () => {
	it.each<[string, unknown]>([
		['15 MB of picks', { answer: sized('{"index":4999}') }],
		['15 MB of numbers', { answer: sized('0') }],
		['15 MB of brackets', { answer: '['.repeat(15e6) }],
		['one note of 15 MB', { answer: JSON.stringify([{ index: 0, note: 'x'.repeat(15e6) }]) }],
		['a million numbers', { answer: `[${'0,'.repeat(600_000)}0]` }],
		['a million check boxes', { answer: '', pick: Array.from({ length: 1e6 }, () => '4999') }],
	])('that is %s is refused in no time', (_title, body) => {
		timed({ answer: '[]' });
		const { ms, ok } = timed(body);

		expect(ok).toBe(false);
		expect(ms).toBeLessThan(100);
	});

	it('that picks all of them takes no longer', () => {
		const { ms, ok } = timed({
			answer: JSON.stringify(DRAFTS.map((index) => ({ index, note: 'good', prompt: null }))),
		});

		expect(ok).toBe(true);
		expect(ms).toBeLessThan(100);
	});
});

describe('with Min Picks 0', () => {
	it.each([
		undefined,
		null,
		{},
		[],
		'',
		'x',
		7,
		{ pick: '0' },
		{ answer: null },
		{ answer: [] },
		{ answer: '{}' },
		{ answer: '0' },
		{ other: '' },
	])('%j is no answer of the page', (body) => {
		expect(readAnswer(body, [0, 1], RULES)).toEqual({
			ok: false,
			problem: 'What was sent is not an answer of this page.',
		});
	});

	it.each([{ answer: '' }, { answer: '[]' }])('%j picks none', (body) => {
		expect(readAnswer(body, [0, 1], RULES)).toEqual({ ok: true, picks: [] });
	});
});

it('more picks than there are drafts are refused, whatever they are', () => {
	for (const body of [
		{ answer: '[{"index":0},{"index":1},{"index":0}]' },
		{ answer: '', pick: ['0', '1', '0'] },
		{ answer: '[null,null,null]' },
	]) {
		expect(readAnswer(body, [0, 1], RULES)).toEqual({
			ok: false,
			problem: 'It names more images than there are.',
		});
	}
});
