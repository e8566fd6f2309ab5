import { asRecord, asText } from '../run/errorBody';
import type { Picked } from './answer';

/** `review` of an item, and with it what else changes. */
export type ReviewedJson = Record<string, unknown>;

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

export function rejectedJson(json: Record<string, unknown>, at: string): ReviewedJson {
	return { ...json, review: { picked: false, note: '', at } };
}
