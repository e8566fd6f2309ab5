import { asRecord } from '../run/errorBody';
import type { ReviewSettings } from './settings';

/** One draft that a person picked. */
export interface Picked {
	index: number;
	note: string;
	/** `null` = as it was. */
	prompt: string | null;
}

export type AnswerResult = { ok: true; picks: Picked[] } | { ok: false; problem: string };

const MAX_NOTE_CHARACTERS = 4000;
const MAX_PROMPT_CHARACTERS = 32_000;
/** Of all notes and prompts of one answer together, as JSON. */
const MAX_TEXT_CHARACTERS = 1_000_000;
/** Of one pick without its texts. */
const MAX_PICK_CHARACTERS = 60;
const TOO_LONG = `Its notes and prompts are too long: together they may have ${MAX_TEXT_CHARACTERS.toLocaleString('en-US')} characters.`;

/**
 * Reads what was submitted: `answer`, which the page's script fills in as JSON, or the plain `pick` fields of a
 * browser without scripts. Anything else is refused in words for the person who sent it.
 * @param pickable positions of the items that may be picked
 */
export function readAnswer(
	body: unknown,
	pickable: readonly number[],
	{ minPicks, maxPicks, allowPromptEdit }: Rules,
): AnswerResult {
	const { answer, pick } = asRecord(body);
	if (
		typeof answer === 'string' &&
		answer.length > MAX_TEXT_CHARACTERS + pickable.length * MAX_PICK_CHARACTERS
	)
		return refuse(TOO_LONG);
	const values = valuesOf(answer, pick);
	if (values !== null && values.length > pickable.length)
		return refuse('It names more images than there are.');
	const picks = values?.map(answer === '' ? checkedOf : pickOf) ?? null;
	if (picks === null || !areAll(picks))
		return refuse('What was sent is not an answer of this page.');
	const indexes = picks.map(({ index }) => index);
	const known = new Set(pickable);
	if (!indexes.every((index) => known.has(index)))
		return refuse('It names an image that is not part of this review.');
	if (new Set(indexes).size !== indexes.length) return refuse('It names an image twice.');
	if (picks.length < minPicks)
		return refuse(
			`Pick at least ${minPicks}; ${picks.length} ${picks.length === 1 ? 'is' : 'are'} picked.`,
		);
	if (maxPicks > 0 && picks.length > maxPicks)
		return refuse(`Pick at most ${maxPicks}; ${picks.length} are picked.`);
	const tooLong = picks.find(
		({ note, prompt }) =>
			note.length > MAX_NOTE_CHARACTERS || [...(prompt ?? '')].length > MAX_PROMPT_CHARACTERS,
	);
	if (tooLong !== undefined)
		return refuse(`The note or the prompt of image ${tooLong.index + 1} is too long.`);
	if (!allowPromptEdit && picks.some(({ prompt }) => prompt !== null))
		return refuse('The prompts of this review can not be changed.');
	return { ok: true, picks: picks.sort((a, b) => a.index - b.index) };
}

type Rules = Pick<ReviewSettings, 'minPicks' | 'maxPicks' | 'allowPromptEdit'>;

const refuse = (problem: string): AnswerResult => ({ ok: false, problem });

/**
 * What was picked, not yet looked at. The page always sends `answer`; it is empty when its script did not run.
 * @returns `null` = it is no answer of the page
 */
function valuesOf(answer: unknown, pick: unknown): unknown[] | null {
	if (answer === '') return pick === undefined ? [] : Array.isArray(pick) ? pick : [pick];
	const list = parsedOrNull(answer);
	return Array.isArray(list) ? list : null;
}

const checkedOf = (value: unknown): Picked | null =>
	typeof value === 'string' && /^\d{1,7}$/.test(value)
		? { index: Number(value), note: '', prompt: null }
		: null;

const areAll = (picks: Array<Picked | null>): picks is Picked[] => !picks.includes(null);

function pickOf(value: unknown): Picked | null {
	const { index, note = '', prompt = null } = asRecord(value);
	const isPosition = typeof index === 'number' && Number.isSafeInteger(index) && index >= 0;
	if (!isPosition || typeof note !== 'string' || (prompt !== null && typeof prompt !== 'string'))
		return null;
	// A text field sends line breaks as CRLF, and an emptied prompt is none.
	const text = prompt === null ? '' : prompt.replace(/\r\n/g, '\n').trim();
	return { index, note: note.replace(/\r\n/g, '\n').trim(), prompt: text === '' ? null : text };
}

function parsedOrNull(json: unknown): unknown {
	try {
		return typeof json === 'string' ? JSON.parse(json) : null;
	} catch {
		return null;
	}
}
