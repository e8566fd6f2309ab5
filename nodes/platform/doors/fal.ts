import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { nameAt } from '../../core/models/door';
import { findModel } from '../../core/models/resolve';
import { listPrice } from '../../core/pricing/priceList';
import type { ImageRequest } from '../../core/requests/imageRequest';
import type { ImageResponse } from '../../core/requests/imageResponse';
import { asRecord, asText } from '../../core/run/errorBody';
import { localFailure, type Failure } from '../../core/run/failure';
import { CANCELLED, type SendResult } from '../../core/run/outcome';
import type { Answer, ImageApi, SendOptions } from '../client';
import { resultOf } from '../failures';
import { dataUrl } from './dataUrl';
import type { DoorConnection } from './openAi';

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
	const send = async (path: string, request: ImageRequest, references: string[], { count }: SendOptions): Promise<SendResult<Answer>> => {
		const body = {
			prompt: request.prompt,
			image_size: request.size,
			quality: request.quality,
			background: request.background ?? 'auto',
			output_format: request.output_format,
			num_images: count,
			...(references.length > 0 && { image_urls: references }),
		};
		const submitted = await resultOf(async () => await connection.client.post(path, { body }));
		if (!submitted.ok) return submitted;
		const queued = queuedOf(submitted.value);
		if (queued === null) return { ok: false, failure: MALFORMED };
		const failure = await waitFor(connection, queued);
		if (failure !== null) return { ok: false, failure: { ...failure, requestId: queued.requestId } };
		const result = await resultOf(async () => await connection.client.get(queued.responseUrl));
		if (!result.ok) return { ok: false, failure: { ...result.failure, requestId: result.failure.requestId ?? queued.requestId } };
		const response = responseOf(result.value, request, priceOf(connection, request, count));
		if (response === null) return { ok: false, failure: { ...MALFORMED, requestId: queued.requestId } };
		return { ok: true, value: { response, requestId: queued.requestId, rate: null } };
	};
	const pathOf = ({ model }: ImageRequest): string => `/${nameAt(model, door, catalogue)}`;
	return {
		generate: async (request, options) => await send(pathOf(request), request, [], options),
		edit: async (request, { images }, options) => {
			const references: string[] = [];
			for (const image of images) references.push(await dataUrl(image));
			return await send(`${pathOf(request)}/edit`, request, references, options);
		},
		listModels: async () => ({ ok: true, value: [] }),
	};
}

const MALFORMED = localFailure('malformedResponse', 'malformed_response', 'The API answered, but without an image.');

function queuedOf(value: unknown): Queued | null {
	const { request_id: requestId, status_url: statusUrl, response_url: responseUrl, cancel_url: cancelUrl } = asRecord(value);
	const texts = [requestId, statusUrl, responseUrl, cancelUrl].map(asText);
	return texts.includes(null) ? null : ({ requestId, statusUrl, responseUrl, cancelUrl } as Queued);
}

/** @returns why it did not come to its end; `null` = it did */
async function waitFor({ client, context, timeoutMs }: DoorConnection, { statusUrl, cancelUrl }: Queued): Promise<Failure | null> {
	const signal = (context as Partial<IExecuteFunctions>).getExecutionCancelSignal?.();
	const end = performance.now() + timeoutMs;
	for (let wait = LOOK_EVERY.first; ; wait = Math.min(LOOK_EVERY.longest, wait * 1.5)) {
		const isOver = signal?.aborted === true || performance.now() >= end;
		const status = isOver ? null : await resultOf(async () => await client.get(statusUrl));
		if (status !== null && !status.ok && status.failure.status !== null && status.failure.status < 500) return status.failure;
		if (status?.ok === true && asRecord(status.value).status === 'COMPLETED') return null;
		if (isOver) {
			// What waits in the queue is not billed; what is being worked on goes on.
			await resultOf(async () => await client.put(cancelUrl));
			return signal?.aborted === true ? CANCELLED : localFailure('timeout', 'timeout', 'No answer came in time.');
		}
		await sleep(wait);
	}
}

function priceOf({ door, catalogue }: DoorConnection, { model, quality, size }: ImageRequest, images: number): string | null {
	return listPrice(door.provider.priceList, findModel(model, catalogue)?.id ?? model, quality, size, images);
}

/** Addresses of images in its own form; there are no tokens. */
function responseOf(value: unknown, request: ImageRequest, usd: string | null): ImageResponse | null {
	const { images } = asRecord(value);
	const found = Array.isArray(images) ? images.map(asRecord) : [];
	const urls = found.flatMap(({ url }) => asText(url) ?? []);
	if (urls.length === 0) return null;
	const [{ width, height } = {}] = found as Array<{ width?: unknown; height?: unknown }>;
	return {
		images: [],
		urls,
		quality: request.quality,
		size: typeof width === 'number' && typeof height === 'number' ? `${width}x${height}` : request.size,
		background: null,
		created: null,
		stated: usd === null ? null : { usd, basis: 'table' },
		usage: null,
	};
}
