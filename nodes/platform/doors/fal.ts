import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { isBelow } from '../../core/models/baseUrl';
import { nameAt } from '../../core/models/door';
import { findModel } from '../../core/models/resolve';
import { toExactUsd } from '../../core/pricing/money';
import { listPrice } from '../../core/pricing/priceList';
import type { ImageRequest } from '../../core/requests/imageRequest';
import { MOST_IMAGES } from '../../core/requests/imageResponse';
import { asRecord, asText, failureInside } from '../../core/run/errorBody';
import { localFailure, type Failure } from '../../core/run/failure';
import { CANCELLED, type SendResult } from '../../core/run/outcome';
import type { Answer, ImageApi, SendOptions } from '../client';
import { resultOf } from '../failures';
import { jsonWithFiles } from './dataUrl';
import { noModelList, type DoorConnection } from './openAi';
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

/** fal.ai's queue: submit, look until it is done, fetch the result (docs.fal.ai, "Queue"). */
export function falApi(connection: DoorConnection): ImageApi {
	const { door, catalogue } = connection;
	const send = async (
		path: string,
		request: ImageRequest,
		references: File[],
		{ count }: SendOptions,
	): Promise<SendResult<Answer>> => {
		const body = bodyOf(request, references, count);
		const submitted = await resultOf(
			async () =>
				await connection.client.post(path, {
					body: references.length > 0 ? jsonWithFiles(body) : body,
				}),
		);
		if (!submitted.ok) return submitted;
		const queued = queuedOf(submitted.value, connection);
		if (!queued.ok) return queued;
		const { requestId, responseUrl } = queued.value;
		const ended = await waitFor(connection, queued.value);
		if (ended !== null) return { ok: false, failure: { ...ended, requestId } };
		const result = await resultAt(connection, responseUrl);
		if (!result.ok) {
			// It came to its end, so sending it again could be paid for twice.
			const failure = isRefused(result.failure) ? result.failure : lost(result.failure.message);
			return { ok: false, failure: { ...failure, requestId: failure.requestId ?? requestId } };
		}
		const response = responseOf(result.value, request, {
			images: count,
			usd: priceOf(connection, request, count, references.length),
		});
		if (response === null) {
			const said = failureInside(result.value, { status: 200, requestId, header: () => null });
			return { ok: false, failure: said ?? { ...MALFORMED, requestId } };
		}
		return {
			ok: true,
			value: { ...response, images: [], requestId, rate: null, done: () => undefined },
		};
	};
	const pathOf = ({ model }: ImageRequest): string => `/${nameAt(model, door, catalogue)}`;
	return {
		generate: async (request, options) => await send(pathOf(request), request, [], options),
		edit: async (request, { images }, options) =>
			await send(`${pathOf(request)}/edit`, request, images, options),
		listModels: noModelList,
	};
}

/** A request in fal's own words. @param references input images, in the place of their addresses */
function bodyOf(request: ImageRequest, references: File[], count: number): Record<string, unknown> {
	return {
		prompt: request.prompt,
		image_size: request.size,
		quality: request.quality,
		background: request.background ?? 'auto',
		output_format: request.output_format,
		num_images: count,
		...(references.length > 0 && { image_urls: references }),
	};
}

const MALFORMED = localFailure(
	'malformedResponse',
	'malformed_response',
	'The API answered, but without an image.',
);

const lost = (why: string): Failure =>
	localFailure(
		'malformedResponse',
		'request_lost',
		`The request was taken, but can't be followed: ${why}`,
	);

/** Submitted, and where its end can be asked for: with the key, so nowhere but where the key belongs. */
function queuedOf(value: unknown, { baseUrl, door }: DoorConnection): SendResult<Queued> {
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
			failure: { ...lost(`its address is none of ${door.provider.name}'s own.`), requestId: id },
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
async function waitFor(
	{ client, context, timeoutMs }: DoorConnection,
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
				: localFailure('timeout', 'timeout', 'No answer came in time.');
		}
		await sleep(wait);
	}
}

/** Status of an answer to a cancellation that comes too late. */
const ALREADY_COMPLETED = 400;

const isRefused = ({ status }: Failure): boolean =>
	status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429;

/** The result is kept, so it may be asked for again. */
async function resultAt({ client }: DoorConnection, url: string): Promise<SendResult<unknown>> {
	for (let attempt = 1; ; attempt++) {
		const result = await resultOf(async () => await client.get(url));
		if (result.ok || isRefused(result.failure) || attempt === FETCH_ATTEMPTS) return result;
		await sleep(LOOK_EVERY.first * 2 ** attempt);
	}
}

function priceOf(
	{ door, catalogue }: DoorConnection,
	request: ImageRequest,
	images: number,
	inputs: number,
): string | null {
	const { priceList } = door.provider;
	const price =
		priceList === undefined
			? null
			: listPrice(
					priceList,
					findModel(request.model, catalogue)?.id ?? request.model,
					request,
					images,
					inputs,
				);
	return price === null ? null : toExactUsd(price);
}

/** Addresses of images in its own form; there are no tokens. */
function responseOf(
	value: unknown,
	request: ImageRequest,
	listed: { images: number; usd: string | null },
): Pick<Answer, 'response' | 'urls'> | null {
	const { images } = asRecord(value);
	const found = Array.isArray(images) ? images.slice(0, MOST_IMAGES).map(asRecord) : [];
	const urls = found.flatMap(({ url }) => asText(url) ?? []);
	if (urls.length === 0) return null;
	// The list is for what was asked for; what other numbers cost is not told.
	const usd = urls.length === listed.images ? listed.usd : null;
	const [{ width, height } = {}] = found as Array<{ width?: unknown; height?: unknown }>;
	const response: Answer['response'] = {
		quality: request.quality,
		size:
			typeof width === 'number' && typeof height === 'number' ? `${width}x${height}` : request.size,
		background: null,
		created: null,
		stated: usd === null ? null : { usd, basis: 'table' },
		usage: null,
	};
	return { response, urls };
}
