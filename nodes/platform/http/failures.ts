import { failureFromBody } from '../../core/failures/errorBody';
import { presentable } from '../../core/failures/errorText';
import { type Failure, localFailure } from '../../core/failures/failure';
import type { SendResult } from '../../core/scheduler/outcome';
import { asText } from '../../core/util/json';
import { wordsOf } from '../../core/util/text';
import { APIError } from '../../vendor/openai';
import { connectionFailure } from './connectionFailures';

/** Calls the SDK; what goes wrong is a value. */
export async function resultOf<T>(call: () => Promise<T>): Promise<SendResult<T>> {
	try {
		return { ok: true, value: await call() };
	} catch (error) {
		return { ok: false, failure: failureFromSdk(error) };
	}
}

/** A file that n8n does not give out. */
export function unreadableInput(error: unknown): Failure {
	return localFailure(
		'invalidInput',
		'unreadable_input',
		`The input could not be read: ${presentable(wordsOf(error))}`,
	);
}

/** An image that n8n does not take. */
export function notStored(error: unknown): Failure {
	return localFailure(
		'notStored',
		'not_stored',
		`The image could not be stored: ${presentable(wordsOf(error))}`,
	);
}

/** What went wrong in a call of the SDK, as a value. Nothing of the request, hence no key, is kept. */
export function failureFromSdk(error: unknown): Failure {
	if (error instanceof APIError && typeof error.status === 'number') {
		return failureFromBody(error.error ?? textOf(error), {
			status: error.status,
			requestId: asText(error.requestID),
			header: (name) => error.headers?.get(name) ?? null,
		});
	}
	if (error instanceof SyntaxError) {
		return localFailure('malformedResponse', 'malformed_response', 'The answer is not valid JSON.');
	}
	if (error instanceof RangeError) {
		return localFailure(
			'malformedResponse',
			'answer_too_large',
			'The answer is larger than any expected from this API, so it was not read to the end.',
		);
	}
	return connectionFailure(error);
}

/** A body that is no JSON stands in the SDK's own message, after the status. */
function textOf({ message, status }: APIError): string | null {
	const text = message.startsWith(`${status} `) ? message.slice(`${status} `.length) : '';
	return text === '' || text === 'status code (no body)' ? null : text;
}
