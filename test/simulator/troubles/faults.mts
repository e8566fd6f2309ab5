/** Faults ordered by `failNext`: what each of them does to an answer. */
import { ApiError } from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import { answerToError } from '../http/answer.mts';
import { rateLimited } from '../rateLimit.mts';
import type { Trouble } from './trouble.mts';
import type { Fault } from './types.mts';

/** Short, so that a client that honours retry-after-ms makes no test slow. */
const FAULT_RETRY_MS = 20;

const BAD_GATEWAY =
	'<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n';

function serverError(status: number, message: string, code: string | null): Answer {
	return answerToError(new ApiError(status, { message, type: 'server_error', param: null, code }));
}

const nullMessage = new ApiError(400, {
	message: null,
	type: 'image_generation_user_error',
	param: null,
	code: null,
});

/** `early` strikes before any work, `late` once it is done and billed. */
const FAULTS: Record<
	Fault,
	{ early: (model: string) => Answer } | { late: 'drop' | NonNullable<Trouble['damage']> }
> = {
	serverError: {
		early: () =>
			serverError(
				500,
				'The server had an error while processing your request. Sorry about that!',
				null,
			),
	},
	overloaded: {
		early: () =>
			serverError(
				503,
				'The engine is currently overloaded, please try again later.',
				'server_is_overloaded',
			),
	},
	rateLimit: {
		early: (model) =>
			answerToError(rateLimited(model, { limit: 5, used: 5, requested: 1 }, FAULT_RETRY_MS)),
	},
	htmlError: {
		early: () => ({
			kind: 'bytes',
			status: 502,
			contentType: 'text/html',
			content: Buffer.from(BAD_GATEWAY),
		}),
	},
	nullMessage: { early: () => answerToError(nullMessage) },
	redirect: {
		// `.invalid` never resolves: a client that follows it fails instead of leaking its key somewhere.
		early: () => ({
			kind: 'bytes',
			status: 302,
			contentType: 'text/plain',
			content: Buffer.alloc(0),
			headers: { location: 'https://elsewhere.invalid/v1/images/generations' },
		}),
	},
	dropBeforeWork: { early: () => ({ kind: 'drop' }) },
	dropBeforeAnswer: { late: 'drop' },
	malformedJson: { late: 'cut' },
	emptyData: { late: 'empty' },
	cutInBody: { late: 'broken' },
	stallInBody: { late: 'stalled' },
};

export function isFault(name: string): name is Fault {
	return Object.hasOwn(FAULTS, name);
}

export function faultTrouble(name: Fault): Trouble {
	const fault = FAULTS[name];
	const plain = { name, delayMs: 0, damage: null, oddity: {} };
	if ('early' in fault) return { ...plain, billed: false, answer: fault.early };
	if (fault.late === 'drop') return { ...plain, billed: true, answer: () => ({ kind: 'drop' }) };
	return { ...plain, billed: true, damage: fault.late };
}
