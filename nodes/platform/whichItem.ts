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
	const quote =
		typeof prompt === 'string' && prompt.trim() !== '' ? ` ("${beginningOf(prompt)}")` : '';
	error.description =
		`Input item ${itemIndex + 1} of ${count}${quote}. ${error.description ?? ''}`.trim();
	return error;
}

/** @param indexes from 0, in order */
export function whichItems(indexes: readonly number[]): string {
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
