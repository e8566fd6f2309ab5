import { readAnswer } from '../../../../nodes/core/review/answer';

const RULES = { minPicks: 0, maxPicks: 0, allowPromptEdit: true };
const DRAFTS = Array.from({ length: 5000 }, (_, index) => index);

const sized = (piece: string): string =>
	`[${Array.from({ length: Math.floor(15e6 / piece.length) }, () => piece).join(',')}]`.slice(
		0,
		15e6,
	);

/** Of the processor, so that a busy machine changes nothing. */
function timed(body: unknown): { ms: number; ok: boolean } {
	const from = process.cpuUsage();
	const { ok } = readAnswer(body, DRAFTS, RULES);
	return { ms: process.cpuUsage(from).user / 1000, ok };
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

	it('that has a short note on each still fits', () => {
		const body = {
			answer: JSON.stringify(
				DRAFTS.map((index) => ({ index, picked: index === 0, note: '', prompt: null })),
			),
			none: '',
			comment: '',
		};

		expect(readAnswer(body, DRAFTS, RULES)).toMatchObject({ ok: true, picks: [{ index: 0 }] });
	});
});

const NO_ANSWER = { ok: false, problem: 'What was sent is not an answer from this page.' };
const entry = (...list: unknown[]): { answer: string } => ({ answer: JSON.stringify(list) });

describe('what is no answer of the page', () => {
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
		{ none: '1' },
	])('%j', (body) => {
		expect(readAnswer(body, [0, 1], RULES)).toEqual(NO_ANSWER);
	});

	it.each([
		{ index: 0, picked: 'yes' },
		{ index: 0, picked: 1 },
		{ index: 0, picked: null },
		{ index: 0, note: {} },
		{ index: 0, prompt: 5 },
		{ index: '0' },
		{ index: -1 },
		{ index: 0.5 },
		{ index: 0, picked: false, prompt: 'a prompt for what nobody picked' },
		[[]],
		null,
	])('an entry that is %j', (value) => {
		expect(readAnswer(entry(value, { index: 1 }), [0, 1], RULES)).toEqual(NO_ANSWER);
	});

	it.each([
		{ none: 'true' },
		{ none: ['1', '1'] },
		{ none: 1 },
		{ none: {} },
		{ none: null },
		{ none: '1', comment: ['x'] },
		{ none: '1', comment: {} },
		{ comment: 7 },
	])('%j beside the list', (more) => {
		expect(readAnswer({ answer: '[]', ...more }, [0, 1], RULES)).toEqual(NO_ANSWER);
	});
});

describe('picking nothing', () => {
	it.each([0, 1, 2])(
		'with Min Picks %s, it has to be said: nothing that is left out rejects all',
		(minPicks) => {
			const problem = `Pick at least ${Math.max(1, minPicks)}, or choose "None of these".`;
			for (const body of [
				{ answer: '' },
				{ answer: '[]' },
				{ answer: '[]', none: '' },
				entry({ index: 0, picked: false, note: 'too dark' }),
			]) {
				expect(readAnswer(body, [0, 1], { ...RULES, minPicks })).toEqual({ ok: false, problem });
			}
		},
	);

	it.each([0, 1, 2])(
		'with Min Picks %s, "None of these" is an answer, with a note on each and on all',
		(minPicks) => {
			const body = {
				...entry(
					{ index: 1, picked: false, note: ' too dark\r\n' },
					{ index: 0, picked: false, note: ' ' },
				),
				none: '1',
				comment: 'more\r\npeople ',
			};

			expect(readAnswer(body, [0, 1], { ...RULES, minPicks })).toEqual({
				ok: true,
				picks: [],
				notes: [{ index: 1, note: 'too dark' }],
				comment: 'more\npeople',
			});
			expect(readAnswer({ answer: '', none: '1' }, [0, 1], { ...RULES, minPicks })).toEqual({
				ok: true,
				picks: [],
				notes: [],
				comment: '',
			});
		},
	);

	it('and something is a contradiction', () => {
		for (const body of [
			{ ...entry({ index: 0 }), none: '1' },
			{ answer: '', pick: '0', none: '1' },
		]) {
			expect(readAnswer(body, [0, 1], RULES)).toEqual({
				ok: false,
				problem: 'The answer picks images and also rejects all of them.',
			});
		}
	});

	it('with a note on all that is too long is refused; one on a single draft as well', () => {
		expect(readAnswer({ answer: '[]', none: '1', comment: 'x'.repeat(4001) }, [0], RULES)).toEqual({
			ok: false,
			problem: 'The note on all images is too long.',
		});
		expect(
			readAnswer(
				{ ...entry({ index: 0, picked: false, note: 'x'.repeat(4001) }), none: '1' },
				[0],
				RULES,
			),
		).toEqual({ ok: false, problem: 'The note or the prompt of image 1 is too long.' });
	});
});

describe('picking some', () => {
	it('keeps the notes on the others, and takes no note on all', () => {
		const body = {
			...entry(
				{ index: 2, picked: false, note: 'no' },
				{ index: 1, picked: true, note: 'yes', prompt: 'p' },
				{ index: 0 },
			),
			comment: 'left over',
		};

		expect(readAnswer(body, [0, 1, 2], RULES)).toEqual({
			ok: true,
			picks: [
				{ index: 0, note: '', prompt: null },
				{ index: 1, note: 'yes', prompt: 'p' },
			],
			notes: [{ index: 2, note: 'no' }],
			comment: '',
		});
	});

	it('as many as are asked for, whatever is noted on the others', () => {
		const body = entry(
			{ index: 0 },
			{ index: 1, picked: false, note: 'x' },
			{ index: 2, picked: false, note: 'y' },
		);

		expect(readAnswer(body, [0, 1, 2], { ...RULES, minPicks: 2 })).toEqual({
			ok: false,
			problem: 'Pick at least 2; 1 is picked.',
		});
		expect(readAnswer(body, [0, 1, 2], { ...RULES, maxPicks: 1 })).toMatchObject({ ok: true });
	});

	it('a draft that is picked and not picked is named twice', () => {
		expect(
			readAnswer(entry({ index: 0 }, { index: 0, picked: false, note: 'x' }), [0, 1], RULES),
		).toEqual({ ok: false, problem: 'The answer names an image twice.' });
		expect(
			readAnswer(entry({ index: 0 }, { index: 7, picked: false, note: 'x' }), [0, 1], RULES),
		).toEqual({ ok: false, problem: 'The answer names an image that is not part of this review.' });
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
			problem: 'The answer names more images than there are.',
		});
	}
});
