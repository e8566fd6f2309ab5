import { asRecord, asText } from '../util/json';
import type { Picked } from './answer';

/** `review` of an item, and with it what else changes. */
type ReviewedJson = Record<string, unknown>;

/** @param at ISO 8601 */
export function pickedJson(
	json: Record<string, unknown>,
	{ note, prompt }: Omit<Picked, 'index'>,
	at: string,
): ReviewedJson {
	const original = asText(asRecord(json).prompt);
	const isChanged = prompt !== null && prompt !== original?.replace(/\r\n/g, '\n').trim();
	const review = { picked: true, note, prompt: isChanged ? prompt : original, at };
	return isChanged
		? { ...json, prompt, review: { ...review, originalPrompt: original } }
		: { ...json, review };
}

/** @param notes on this draft, on all of them */
export function rejectedJson(
	json: Record<string, unknown>,
	notes: readonly string[],
	at: string,
): ReviewedJson {
	return {
		...json,
		review: { picked: false, note: notes.filter((note) => note !== '').join('\n\n'), at },
	};
}
