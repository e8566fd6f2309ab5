import type { IExecuteFunctions } from 'n8n-workflow';
import type { toNodeError } from './errors';

const QUOTED_CHARACTERS = 60;
const MOST_NAMED = 10;

/**
 * Says in an error's description which of several input items it is about, counted from 1, and how its prompt begins: n8n's
 * editor says "[item 1]" for the second one.
 */
export function aboutItem<E extends ReturnType<typeof toNodeError>>(
	context: IExecuteFunctions,
	error: E,
	itemIndex: number,
	prompt: unknown,
): E {
	const count = context.getInputData().length;
	if (count < 2) return error;
	error.description =
		`Input item ${itemIndex + 1} of ${count}${quoted(prompt)}. ${error.description ?? ''}`.trim();
	return error;
}

/** An input item that something went wrong with. */
export interface FailedInput {
	/** From 0. */
	itemIndex: number;
	prompt: unknown;
	why: string;
}

const LONGEST_REASON = 220;

/**
 * The first of those that failed with its prompt and the reason, and which ones else.
 * @param verb what became of it
 */
export function failedWords(failed: readonly FailedInput[], verb = 'failed'): string {
	const byItem = new Map([...failed].reverse().map((one) => [one.itemIndex, one]));
	const [first, ...others] = [...byItem.values()].sort((a, b) => a.itemIndex - b.itemIndex);
	if (first === undefined) return '';
	const why =
		first.why.length <= LONGEST_REASON ? first.why : `${first.why.slice(0, LONGEST_REASON - 1)}…`;
	const more =
		others.length === 0
			? ''
			: ` ${others.length} more: ${lowerFirst(whichItems(others.map(({ itemIndex }) => itemIndex)))}.`;
	return `Input item ${first.itemIndex + 1}${quoted(first.prompt)} ${verb}: ${/[.!?…]$/.test(why) ? why : `${why}.`}${more} For details, see 'error' and 'description' of ${others.length === 0 ? 'its item' : 'their items'}.`;
}

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

const quoted = (prompt: unknown): string =>
	typeof prompt === 'string' && prompt.trim() !== '' ? ` ("${beginningOf(prompt)}")` : '';

/** @param indexes from 0, in order */
function whichItems(indexes: readonly number[]): string {
	const named = indexes.slice(0, MOST_NAMED).map((index) => index + 1);
	const more = indexes.length - named.length;
	if (more > 0) return `Input items ${named.join(', ')} and ${more} more`;
	const last = named.pop() ?? 0;
	return named.length === 0 ? `Input item ${last}` : `Input items ${named.join(', ')} and ${last}`;
}

/** n8n's editor takes a description for HTML. */
function beginningOf(prompt: string): string {
	const text = prompt.replace(/[<>\s]+/g, ' ').trim();
	return text.length <= QUOTED_CHARACTERS
		? text
		: `${[...text.slice(0, QUOTED_CHARACTERS)].slice(0, -1).join('').trim()}…`;
}
