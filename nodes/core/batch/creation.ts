import type { Failure, FailureKind } from '../failures/failure';

/** Nothing arrived at the API. */
const NOT_SENT: ReadonlySet<FailureKind> = new Set([
	'notSent',
	'notReachable',
	'redirected',
	'stopped',
	'invalidInput',
]);

/** The server gave up on a request, or on another one at the same time: it may have been served all the same. */
const UNCLEAR_STATUSES = new Set([408, 409]);

/** Whether there is surely no batch after this failure of its creation. Else it has to be looked for. */
export function isSurelyNotCreated({ status, kind }: Failure): boolean {
	if (status === null) return NOT_SENT.has(kind);
	return (status >= 400 && status < 500 && !UNCLEAR_STATUSES.has(status)) || kind === 'redirected';
}
