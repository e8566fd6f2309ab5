import { asRecord, jsonOrNull } from '../util/json';
import type { ReviewSettings } from './settings';

/** One draft that a person picked. */
export interface Picked {
	index: number;
	note: string;
	/** `null` = as it was. */
	prompt: string | null;
}

/** What a person wrote about a draft that was not picked. */
interface Noted {
	index: number;
	note: string;
}

/** What a person decided. Plain data: it survives JSON. */
export interface ReviewAnswer {
	picks: Picked[];
	notes: Noted[];
	/** On all of them, where none was picked. */
	comment: string;
}

type AnswerResult = ({ ok: true } & ReviewAnswer) | { ok: false; problem: string };

const MAX_NOTE_CHARACTERS = 4000;
const MAX_PROMPT_CHARACTERS = 32_000;
/** Of all notes and prompts of one answer together, as JSON. */
const MAX_TEXT_CHARACTERS = 1_000_000;
/** Of one entry without its texts. */
const MAX_ENTRY_CHARACTERS = 75;
const TOO_LONG = `The notes and prompts are too long: together they may have ${MAX_TEXT_CHARACTERS.toLocaleString('en-US')} characters.`;

/**
 * Reads what was submitted: `answer`, which the page's script fills in as a JSON list with an entry for each draft that
 * is picked or has a note, or the plain `pick` fields of a browser without scripts. `none` says that picking nothing is
 * meant. Anything else is refused in words for the person who sent it.
 * @param pickable positions of the items that may be picked
 */
export function readAnswer(body: unknown, pickable: readonly number[], rules: Rules): AnswerResult {
	const { answer, pick, none, comment = '' } = asRecord(body);
	if (
		typeof answer === 'string' &&
		answer.length > MAX_TEXT_CHARACTERS + pickable.length * MAX_ENTRY_CHARACTERS
	)
		return refuse(TOO_LONG);
	const values = valuesOf(answer, pick);
	if (values !== null && values.length > pickable.length)
		return refuse('The answer names more images than there are.');
	const entries = values?.map(answer === '' ? checkedOf : entryOf) ?? null;
	if (
		entries === null ||
		!areAll(entries) ||
		typeof comment !== 'string' ||
		![undefined, '', '1'].includes(none as string)
	)
		return refuse('What was sent is not an answer from this page.');
	const isNone = none === '1';
	const picks = entries.flatMap(({ isPicked, ...picked }) => (isPicked ? picked : []));
	const problem =
		problemOf(entries, pickable, rules) ??
		(isNone ? problemOfNone(picks, comment) : problemOfNumber(picks.length, rules));
	if (problem !== null) return refuse(problem);
	const notes = entries.flatMap(({ isPicked, index, note }) =>
		isPicked || note === '' ? [] : { index, note },
	);
	return {
		ok: true,
		picks: picks.sort((a, b) => a.index - b.index),
		notes,
		comment: isNone ? tidy(comment) : '',
	};
}

type Rules = Pick<ReviewSettings, 'minPicks' | 'maxPicks' | 'allowPromptEdit'>;
type Entry = Picked & { isPicked: boolean };

const refuse = (problem: string): AnswerResult => ({ ok: false, problem });

function problemOf(
	entries: readonly Entry[],
	pickable: readonly number[],
	{ allowPromptEdit }: Rules,
): string | null {
	const indexes = entries.map(({ index }) => index);
	const known = new Set(pickable);
	if (!indexes.every((index) => known.has(index)))
		return 'The answer names an image that is not part of this review.';
	if (new Set(indexes).size !== indexes.length) return 'The answer names an image twice.';
	const tooLong = entries.find(
		({ note, prompt }) =>
			note.length > MAX_NOTE_CHARACTERS || [...(prompt ?? '')].length > MAX_PROMPT_CHARACTERS,
	);
	if (tooLong !== undefined)
		return `The note or the prompt of image ${tooLong.index + 1} is too long.`;
	if (!allowPromptEdit && entries.some(({ prompt }) => prompt !== null))
		return 'The prompts of this review cannot be edited.';
	return null;
}

function problemOfNone(picks: readonly Picked[], comment: string): string | null {
	if (picks.length > 0) return 'The answer picks images and also rejects all of them.';
	return comment.length > MAX_NOTE_CHARACTERS ? 'The note on all images is too long.' : null;
}

function problemOfNumber(picked: number, { minPicks, maxPicks }: Rules): string | null {
	if (picked === 0) return `Pick at least ${Math.max(1, minPicks)}, or choose "None of these".`;
	if (picked < minPicks)
		return `Pick at least ${minPicks}; ${picked} ${picked === 1 ? 'is' : 'are'} picked.`;
	if (maxPicks > 0 && picked > maxPicks) return `Pick at most ${maxPicks}; ${picked} are picked.`;
	return null;
}

/**
 * What was sent of each draft, not yet looked at. The page always sends `answer`; it is empty when its script did not run.
 * @returns `null` = it is no answer of the page
 */
function valuesOf(answer: unknown, pick: unknown): unknown[] | null {
	if (answer === '') return pick === undefined ? [] : Array.isArray(pick) ? pick : [pick];
	const list = typeof answer === 'string' ? jsonOrNull(answer) : null;
	return Array.isArray(list) ? list : null;
}

const checkedOf = (value: unknown): Entry | null =>
	typeof value === 'string' && /^\d{1,7}$/.test(value)
		? { index: Number(value), isPicked: true, note: '', prompt: null }
		: null;

const areAll = (entries: Array<Entry | null>): entries is Entry[] => !entries.includes(null);

function entryOf(value: unknown): Entry | null {
	const { index, picked = true, note = '', prompt = null } = asRecord(value);
	const isPosition = typeof index === 'number' && Number.isSafeInteger(index) && index >= 0;
	if (!isPosition || typeof picked !== 'boolean' || typeof note !== 'string') return null;
	if (prompt !== null && (typeof prompt !== 'string' || !picked)) return null;
	// An emptied prompt is none.
	const text = prompt === null ? '' : tidy(prompt);
	return { index, isPicked: picked, note: tidy(note), prompt: text === '' ? null : text };
}

/** A text field sends line breaks as CRLF. */
const tidy = (text: string): string => text.replace(/\r\n/g, '\n').trim();
