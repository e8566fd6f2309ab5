import { type Problem, showValue } from './parameters';
import { seededSample } from './sample';

/** What a prompt was filled with. */
export interface Variation {
	/** Position and number among the variations of an item. */
	index: number;
	count: number;
	/** The word of each axis, by the axis' name. */
	words: Record<string, string>;
}

interface VariedPrompt {
	prompt: unknown;
	/** `null` = there are no axes. */
	variation: Variation | null;
}

/** As it comes out of the node's fields: nothing is checked yet. */
export interface AskedVariations {
	axes: ReadonlyArray<{ name?: unknown; words?: unknown }>;
	/** 0 or nothing = every combination. */
	sample?: unknown;
	seed?: unknown;
}

type VariedResult =
	{ ok: true; prompts: VariedPrompt[]; warnings: string[] } | { ok: false; problems: Problem[] };

/** Most variations of one item: each is at least one image. */
export const MAX_VARIATIONS = 1000;

interface Axis {
	name: string;
	words: string[];
}

/**
 * Every combination of the axes' words, or a sample of them. A word takes the place of `{axis}` in the prompt
 * wherever it stands, and is appended to it where it does not.
 */
export function varyPrompt(prompt: unknown, asked: AskedVariations): VariedResult {
	if (asked.axes.length === 0)
		return {
			ok: true,
			prompts: [{ prompt, variation: null }],
			warnings: unknownPlaces(prompt, []),
		};
	const axes = asked.axes.map(({ name, words }) => ({
		name: textOf(name),
		words: wordList(words),
	}));
	const total = axes.reduce((product, { words }) => product * words.length, 1);
	const size = sampleSize(asked.sample, total);
	const problems = [
		...axisProblems(axes),
		...(size === null ? [sampleProblem(asked.sample)] : countProblems(total, size)),
	];
	if (size === null || problems.length > 0) return { ok: false, problems };
	const chosen = size < total ? seededSample(total, size, textOf(asked.seed) || '1') : range(total);
	const prompts = chosen.map((combination, index) => {
		const words = wordsAt(axes, combination);
		return { prompt: fill(prompt, words), variation: { index, count: chosen.length, words } };
	});
	return { ok: true, prompts, warnings: unknownPlaces(prompt, axes) };
}

/** One a line, or separated by commas where there is only one line; a list that an expression gives is taken as it is. */
function wordList(value: unknown): string[] {
	const text = textOf(value);
	const words = Array.isArray(value)
		? value.map(textOf)
		: text.split(text.includes('\n') ? '\n' : ',');
	return [...new Set(words.map((word) => word.trim()).filter((word) => word !== ''))];
}

const textOf = (value: unknown): string =>
	value === undefined || value === null ? '' : String(value).trim();

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

function sampleSize(value: unknown, total: number): number | null {
	const size = Number(textOf(value) || '0');
	if (!Number.isInteger(size) || size < 0) return null;
	return size === 0 ? total : Math.min(size, total);
}

function sampleProblem(value: unknown): Problem {
	return {
		field: 'variationSample',
		message: `'Variation Sample' is ${showValue(value)}. It must be a whole number: how many of the combinations to make, or 0 for all.`,
	};
}

function axisProblems(axes: readonly Axis[]): Problem[] {
	const refuse = (message: string): Problem => ({ field: 'variations', message });
	const names = axes.map(({ name }) => name.toLowerCase());
	return axes.flatMap(({ name, words }, index) => {
		if (name === '')
			return [
				refuse(`'Variations': placeholder ${index + 1} has no name. Name it, e.g. lighting.`),
			];
		if (names.indexOf(name.toLowerCase()) !== index)
			return [
				refuse(
					`'Variations' has two placeholders with the name '${name}'. Give each its own name.`,
				),
			];
		if (/[{}]/.test(name))
			return [
				refuse(
					`'Variations': the name '${name}' contains braces. Write lighting here, and {lighting} in the prompt.`,
				),
			];
		if (words.length === 0)
			return [
				refuse(
					`'Variations': the placeholder '${name}' has no words. Write one per line, or separate them by commas.`,
				),
			];
		return [];
	});
}

function countProblems(total: number, size: number): Problem[] {
	if (size <= MAX_VARIATIONS) return [];
	const grouped = total.toLocaleString('en-US');
	return [
		{
			field: 'variations',
			message: `'Variations' has ${grouped} combinations; at most ${MAX_VARIATIONS} are made for one item. Remove words, or set 'Variation Sample' under 'Options' to the number of combinations to make.`,
		},
	];
}

/** The combinations are numbered like the digits of an odometer: the last axis turns fastest. */
function wordsAt(axes: readonly Axis[], combination: number): Record<string, string> {
	let rest = combination;
	const turned = [...axes].reverse().map(({ name, words }): [string, string] => {
		const word = words[rest % words.length] ?? '';
		rest = Math.floor(rest / words.length);
		return [name, word];
	});
	return Object.fromEntries(turned.reverse());
}

const PLACE = /\{([^{}]*)\}/g;
const nameIn = (place: string): string => place.trim().toLowerCase();

function fill(prompt: unknown, words: Record<string, string>): unknown {
	if (typeof prompt !== 'string' || prompt.trim() === '') return prompt;
	const byName = new Map(Object.entries(words).map(([name, word]) => [name.toLowerCase(), word]));
	const placed = new Set<string>();
	const filled = prompt.replace(PLACE, (whole: string, place: string) => {
		const word = byName.get(nameIn(place));
		if (word === undefined) return whole;
		placed.add(nameIn(place));
		return word;
	});
	const others = [...byName].filter(([name]) => !placed.has(name)).map(([, word]) => word);
	return others.length === 0
		? filled
		: `${filled.trim().replace(/[.,;]$/, '')}, ${others.join(', ')}`;
}

/** A place that no axis fills is probably misspelt; it may also be meant as it is. */
function unknownPlaces(prompt: unknown, axes: readonly Axis[]): string[] {
	const known = new Set(axes.map(({ name }) => name.toLowerCase()));
	const places = [...String(prompt ?? '').matchAll(PLACE)]
		.map(([, place]) => place ?? '')
		// Where nothing is varied, braces may be JSON.
		.filter((place) => axes.length > 0 || /^\s*\p{L}[\p{L}\d _-]*$/u.test(place));
	return [...new Set(places)]
		.filter((place) => place.trim() !== '' && !known.has(nameIn(place)))
		.map(
			(place) =>
				`The prompt has {${place}}, but no placeholder of 'Variations' has this name, so it is sent unchanged.`,
		);
}
