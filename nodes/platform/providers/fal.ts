import { findModel } from '../../core/catalogue/resolve';
import { failureInside } from '../../core/failures/errorBody';
import { listPrice } from '../../core/pricing/priceList';
import { nameAt } from '../../core/providers/connection';
import type { ImageRequest } from '../../core/requests/imageRequest';
import { MOST_IMAGES } from '../../core/requests/imageResponse';
import type { SendResult } from '../../core/scheduler/outcome';
import { asRecord, asText } from '../../core/util/json';
import { toExactUsd } from '../../core/util/money';
import { resultOf } from '../http/failures';
import { addressOf, jsonWithFiles } from './dataUrl';
import { isRefused, lost, MALFORMED, queuedOf, resultAt, waitFor } from './falQueue';
import type { Answer, ApiConnection, ImageApi, SendOptions } from './imageApi';
import { noModelList } from './openAi';

/** fal.ai's queue: submit, look until it is done, fetch the result (docs.fal.ai, "Queue"). */
export function falApi(connection: ApiConnection): ImageApi {
	const { server, catalogue } = connection;
	const pathOf = ({ model }: ImageRequest): string => `/${nameAt(model, server, catalogue)}`;
	return {
		generate: async (request, options) =>
			await send(connection, pathOf(request), request, [], options),
		edit: async (request, { images }, options) =>
			await send(connection, `${pathOf(request)}/edit`, request, images.map(addressOf), options),
		listModels: noModelList,
	};
}

async function send(
	connection: ApiConnection,
	path: string,
	request: ImageRequest,
	references: Array<File | string>,
	{ count }: SendOptions,
): Promise<SendResult<Answer>> {
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
	const usd = priceOf(connection, request, count, references.length);
	const response = responseOf(result.value, request, { images: count, usd });
	if (response !== null)
		return {
			ok: true,
			value: { ...response, images: [], requestId, rate: null, done: () => undefined },
		};
	const said = failureInside(result.value, { status: 200, requestId, header: () => null });
	return { ok: false, failure: said ?? { ...MALFORMED, requestId } };
}

/**
 * A request in fal's own words.
 * @param references input images, in the place of their addresses
 */
function bodyOf(
	request: ImageRequest,
	references: Array<File | string>,
	count: number,
): Record<string, unknown> {
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

function priceOf(
	{ server, catalogue }: ApiConnection,
	request: ImageRequest,
	images: number,
	inputs: number,
): string | null {
	const { priceList } = server.provider;
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
