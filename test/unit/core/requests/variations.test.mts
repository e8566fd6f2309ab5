import { seededSample } from '../../../../nodes/core/requests/sample';
import {
	type AskedVariations,
	MAX_VARIATIONS,
	varyPrompt,
} from '../../../../nodes/core/requests/variations';

const LIGHT = { name: 'lighting', words: 'soft, neon' };
const STYLE = { name: 'style', words: 'oil painting\nphoto, 35 mm\n\n' };

function prompts(prompt: unknown, asked: AskedVariations): unknown[] {
	const varied = varyPrompt(prompt, asked);
	if (!varied.ok) throw new Error(JSON.stringify(varied.problems));
	return varied.prompts.map((one) => one.prompt);
}

function refused(asked: AskedVariations): string[] {
	const varied = varyPrompt('x', asked);
	return varied.ok ? [] : varied.problems.map(({ message }) => message);
}

describe('variations of a prompt', () => {
	it('without axes there is one prompt, as it is', () => {
		expect(varyPrompt(' {"x": 1} {} ', { axes: [] })).toEqual({
			ok: true,
			prompts: [{ prompt: ' {"x": 1} {} ', variation: null }],
			warnings: [],
		});
	});

	it('without axes a place is told of where it looks like one', () => {
		const varied = varyPrompt('a {colour} mug, {hour of day}, {"text": {a}}', { axes: [] });

		expect(varied).toMatchObject({
			prompts: [{ variation: null }],
			warnings: [
				expect.stringContaining('The prompt has {colour}, but'),
				expect.stringContaining('The prompt has {hour of day}, but'),
				expect.stringContaining('The prompt has {a}, but'),
			],
		});
	});

	it('every combination is made, the last axis turning fastest, and each says its words', () => {
		const varied = varyPrompt('A balloon', { axes: [LIGHT, STYLE] });

		expect(varied).toEqual({
			ok: true,
			warnings: [],
			prompts: [
				{
					prompt: 'A balloon, soft, oil painting',
					variation: { index: 0, count: 4, words: { lighting: 'soft', style: 'oil painting' } },
				},
				{
					prompt: 'A balloon, soft, photo, 35 mm',
					variation: { index: 1, count: 4, words: { lighting: 'soft', style: 'photo, 35 mm' } },
				},
				{
					prompt: 'A balloon, neon, oil painting',
					variation: { index: 2, count: 4, words: { lighting: 'neon', style: 'oil painting' } },
				},
				{
					prompt: 'A balloon, neon, photo, 35 mm',
					variation: { index: 3, count: 4, words: { lighting: 'neon', style: 'photo, 35 mm' } },
				},
			],
		});
	});

	it('a word takes its place in the prompt, wherever and however it is written there; the rest is appended', () => {
		expect(
			prompts('A {Lighting} balloon in { lighting } light.', {
				axes: [LIGHT, { name: 'angle', words: ['from above'] }],
			}),
		).toEqual([
			'A soft balloon in soft light, from above',
			'A neon balloon in neon light, from above',
		]);
	});

	it('a word with a dollar sign or braces is put in as it is', () => {
		expect(
			prompts('{a}', {
				axes: [
					{ name: 'a', words: ['$&', '{b}'] },
					{ name: 'b', words: ['x'] },
				],
			}),
		).toEqual(['$&, x', '{b}, x']);
	});

	it('a place that no placeholder fills is left and told of', () => {
		expect(varyPrompt('{ligting} {} {"json": 1}', { axes: [LIGHT] })).toMatchObject({
			warnings: [
				"The prompt has {ligting}, but no placeholder of 'Variations' has this name, so it is sent unchanged.",
				expect.stringContaining('{"json": 1}'),
			],
		});
	});

	it('equal words count once, and a list of an expression is taken as it is', () => {
		expect(prompts('x', { axes: [{ name: 'a', words: ['one, two', 'one, two', 3] }] })).toEqual([
			'x, one, two',
			'x, 3',
		]);
	});

	it('a prompt that is missing is left to the check of prompts', () => {
		expect(prompts('  ', { axes: [LIGHT] })).toEqual(['  ', '  ']);
		expect(prompts(undefined, { axes: [LIGHT] })).toEqual([undefined, undefined]);
	});

	it.each<[AskedVariations, RegExp]>([
		[{ axes: [{ name: ' ', words: 'a' }] }, /^'Variations': placeholder 1 has no name/],
		[
			{ axes: [LIGHT, { name: 'Lighting', words: 'a' }] },
			/two placeholders with the name 'Lighting'/,
		],
		[{ axes: [{ name: '{a}', words: 'a' }] }, /contains braces/],
		[{ axes: [{ name: 'a', words: ' , ' }] }, /the placeholder 'a' has no words/],
		[{ axes: [{ name: 'a' }] }, /the placeholder 'a' has no words/],
		[{ axes: [LIGHT], sample: -1 }, /^'Variation Sample' is '-1'/],
		[{ axes: [LIGHT], sample: 'some' }, /^'Variation Sample' is 'some'/],
	])('%j is refused', (asked, message) => {
		expect(refused(asked)).toEqual([expect.stringMatching(message)]);
	});

	it('more than 1000 are refused with what to do, but a sample of them is made', () => {
		const axes = ['a', 'b', 'c', 'd'].map((name) => ({
			name,
			words: Array.from({ length: 6 }, (_, index) => `${name}${index}`),
		}));

		expect(refused({ axes })).toEqual([
			expect.stringMatching(
				/^'Variations' has 1,296 combinations; at most 1000 .*'Variation Sample'/,
			),
		]);
		expect(prompts('x', { axes, sample: MAX_VARIATIONS })).toHaveLength(MAX_VARIATIONS);
	});

	it('a sample is the same for the same seed, another for another, and never has a combination twice', () => {
		const axes = ['a', 'b', 'c', 'd'].map((name) => ({
			name,
			words: Array.from({ length: 10 }, (_, index) => `${name}${index}`),
		}));
		const sample = (seed: unknown): unknown[] => prompts('x', { axes, sample: 30, seed });

		expect(sample('7')).toEqual(sample(7));
		expect(sample('8')).not.toEqual(sample('7'));
		expect(new Set(sample('7')).size).toBe(30);
		expect(prompts('x', { axes: [LIGHT], sample: 50 })).toHaveLength(2);
	});
});

describe('a seeded sample', () => {
	it('is this one for good, so that a workflow makes the same images after an update', () => {
		expect(seededSample(1000, 5, '1')).toEqual([215, 583, 743, 817, 850]);
	});

	it('takes every number about equally often', () => {
		const counts = new Array<number>(20).fill(0);
		for (let seed = 0; seed < 4000; seed += 1)
			for (const index of seededSample(20, 5, String(seed))) counts[index]! += 1;

		// 1000 expected; the standard deviation is 27.
		expect(Math.min(...counts)).toBeGreaterThan(870);
		expect(Math.max(...counts)).toBeLessThan(1130);
	});

	it('of all is all', () => {
		expect(seededSample(4, 4, 'x')).toEqual([0, 1, 2, 3]);
	});
});
