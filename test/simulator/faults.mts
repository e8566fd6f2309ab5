/** Faults ordered by `failNext`: what each of them does to an answer. */
import { ApiError } from './errors.mts';
import type { Answer } from './http/answer.mts';
import { answerToError } from './http/answer.mts';
import type { Exchange } from './http/exchange.mts';
import { rateLimited } from './rateLimit.mts';
import { takeFault } from './state.mts';
import type { Fault } from './types.mts';

/** Stands for the path of a fault that strikes once the work is done. */
export const LATE = 'late:';

/** Short, so that a client that honours retry-after-ms makes no test slow. */
const FAULT_RETRY_MS = 20;

const BAD_GATEWAY =
	'<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n';

function serverError(status: number, message: string, code: string | null): Answer {
	return answerToError(new ApiError(status, { message, type: 'server_error', param: null, code }));
}

/** The answer of a fault that strikes before any work; undefined for those that strike later. */
export function answerToFault(fault: Fault | undefined, model: string): Answer | undefined {
	switch (fault) {
		case 'serverError':
			return serverError(500, 'The server had an error while processing your request. Sorry about that!', null);
		case 'overloaded':
			return serverError(503, 'The engine is currently overloaded, please try again later.', 'server_is_overloaded');
		case 'rateLimit':
			return answerToError(rateLimited(model, { limit: 5, used: 5, requested: 1 }, FAULT_RETRY_MS));
		case 'htmlError':
			return { kind: 'bytes', status: 502, contentType: 'text/html', content: Buffer.from(BAD_GATEWAY) };
		case 'nullMessage':
			return answerToError(
				new ApiError(400, { message: null, type: 'image_generation_user_error', param: null, code: null }),
			);
		case 'redirect':
			// `.invalid` never resolves: a client that follows it fails instead of leaking its key somewhere.
			return {
				kind: 'bytes',
				status: 302,
				contentType: 'text/plain',
				content: Buffer.alloc(0),
				headers: { location: 'https://elsewhere.invalid/v1/images/generations' },
			};
		case 'dropBeforeWork':
			return { kind: 'drop' };
		default:
			return undefined;
	}
}

/** For endpoints that do no billed work: every fault strikes at once. */
export function earlyFault(exchange: Exchange): Answer | undefined {
	const fault = takeFault(exchange.state, exchange.record.path);
	// What makes something does so first: the client must find out that it did.
	if (fault === 'dropBeforeAnswer' && exchange.record.method === 'POST' && exchange.record.path === '/v1/batches') {
		exchange.state.faults.unshift({ fault, path: LATE });
		return undefined;
	}
	if (fault === 'dropBeforeAnswer') return { kind: 'drop' };
	if (fault === 'malformedJson') {
		return { kind: 'bytes', status: 200, contentType: 'application/json', content: Buffer.from('{"object": "li') };
	}
	if (fault === 'emptyData') return { kind: 'json', status: 200, body: { object: 'list', data: [] } };
	return answerToFault(fault, 'gpt-image');
}
