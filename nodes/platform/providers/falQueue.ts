import { type IExecuteFunctions, sleep } from 'n8n-workflow';
import { type Failure, localFailure } from '../../core/failures/failure';
import { isBelow } from '../../core/providers/baseUrl';
import { CANCELLED, type SendResult } from '../../core/scheduler/outcome';
import { asRecord, asText } from '../../core/util/json';
import { resultOf } from '../http/failures';
import type { ApiConnection } from './imageApi';
import { FETCH_ATTEMPTS } from './resultImages';

/** First and longest wait between two looks, in ms. */
const LOOK_EVERY = { first: 250, longest: 2000 };

/** A request in the queue, and where to ask for it. fal says to use these addresses and to make none up. */
interface Queued {
	requestId: string;
	statusUrl: string;
	responseUrl: string;
	cancelUrl: string;
}

export const MALFORMED = localFailure(
	'malformedResponse',
	'malformed_response',
	'The API answered, but without an image.',
);

export const lost = (why: string): Failure =>
	localFailure(
		'malformedResponse',
		'request_lost',
		`The request was accepted, but its progress can't be followed: ${why}`,
	);

/** Submitted, and where its end can be asked for: with the key, so nowhere but where the key belongs. */
export function queuedOf(value: unknown, { baseUrl, server }: ApiConnection): SendResult<Queued> {
	const {
		request_id: requestId,
		status_url: statusUrl,
		response_url: responseUrl,
		cancel_url: cancelUrl,
	} = asRecord(value);
	const id = asText(requestId);
	const addresses = [statusUrl, responseUrl, cancelUrl].map((url) => asText(url) ?? '');
	if (id === null || addresses.includes(''))
		return { ok: false, failure: { ...MALFORMED, requestId: id } };
	if (!addresses.every((url) => isBelow(url, baseUrl))) {
		return {
			ok: false,
			failure: { ...lost(`its address is none of ${server.provider.name}'s own.`), requestId: id },
		};
	}
	const [status = '', response = '', cancel = ''] = addresses;
	return {
		ok: true,
		value: { requestId: id, statusUrl: status, responseUrl: response, cancelUrl: cancel },
	};
}

/**
 * Follows a request to its end. A look that fails is no end of it: only its own end counts, or it would be
 * sent, and paid for, again.
 * @returns why it did not come to its end; `null` = it did
 */
export async function waitFor(
	{ client, context, timeoutMs }: ApiConnection,
	{ statusUrl, cancelUrl }: Queued,
): Promise<Failure | null> {
	const signal = (context as Partial<IExecuteFunctions>).getExecutionCancelSignal?.();
	const end = performance.now() + timeoutMs;
	for (let wait = LOOK_EVERY.first; ; wait = Math.min(LOOK_EVERY.longest, wait * 1.5)) {
		const isOver = signal?.aborted === true || performance.now() >= end;
		const status = isOver ? null : await resultOf(async () => await client.get(statusUrl));
		if (status?.ok === true && asRecord(status.value).status === 'COMPLETED') return null;
		if (status?.ok === false && isRefused(status.failure)) return lost(status.failure.message);
		if (isOver) {
			// What waits in the queue is not billed; what is being worked on goes on.
			const cancelled = await resultOf(async () => await client.put(cancelUrl));
			if (!cancelled.ok && cancelled.failure.status === ALREADY_COMPLETED) return null;
			return signal?.aborted === true
				? CANCELLED
				: localFailure('timeout', 'timeout', 'No answer arrived in time.');
		}
		await sleep(wait);
	}
}

/** Status of an answer to a cancellation that comes too late. */
const ALREADY_COMPLETED = 400;

export const isRefused = ({ status }: Failure): boolean =>
	status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429;

/** The result is kept, so it may be asked for again. */
export async function resultAt(
	{ client }: ApiConnection,
	url: string,
): Promise<SendResult<unknown>> {
	for (let attempt = 1; ; attempt++) {
		const result = await resultOf(async () => await client.get(url));
		if (result.ok || isRefused(result.failure) || attempt === FETCH_ATTEMPTS) return result;
		await sleep(LOOK_EVERY.first * 2 ** attempt);
	}
}
