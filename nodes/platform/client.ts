import { CATALOGUE } from '../core/models/catalogue';
import { idFrom, nameAt, type Door } from '../core/models/door';
import type { LiveModel } from '../core/models/liveModels';
import type { Catalogue } from '../core/models/types';
import type { ImageRequest } from '../core/requests/imageRequest';
import { parseImageResponse, type ImageResponse } from '../core/requests/imageResponse';
import { localFailure } from '../core/run/failure';
import type { SendResult } from '../core/run/outcome';
import { signalFromHeaders, type RateSignal } from '../core/run/rateSignal';
import { failureFromSdk, resultOf } from './failures';
import type { RequestContext } from './http';
import { connect } from './sdk';

/** A finished request: its images as base64, its usage and the API's id of it. */
export interface Answer {
	response: ImageResponse;
	requestId: string | null;
	/** What the answer's headers say of the rate limit. */
	rate: RateSignal | null;
}

export interface SendOptions {
	/** Images to make in this request. */
	count: number;
	/** The same for every attempt at one request. */
	idempotencyKey: string;
}

export interface EditFiles {
	images: File[];
	mask: File | null;
}

/** The endpoints that we use. Failures are values; nothing is retried here. */
export interface ImageApi {
	generate(request: ImageRequest, options: SendOptions): Promise<SendResult<Answer>>;
	edit(request: ImageRequest, files: EditFiles, options: SendOptions): Promise<SendResult<Answer>>;
	/** Models that this key may use. */
	listModels(): Promise<SendResult<LiveModel[]>>;
}

/**
 * @param timeoutMs for one request
 * @param catalogue knows models by all their names
 * @throws NodeOperationError when the credential's base URL can't be used
 */
export async function createImageApi(context: RequestContext, timeoutMs: number, catalogue: Catalogue = CATALOGUE): Promise<ImageApi> {
	const { client, clientFor, door } = await connect(context, timeoutMs);
	const nameOf = ({ model }: ImageRequest): string => nameAt(model, door, catalogue);
	return {
		generate: async (request, options) => {
			const model = nameOf(request);
			const call = clientFor(model).images.generate({ ...request, model, n: options.count }, sdkOptions(options));
			return await imagesFrom(call.withResponse(), door);
		},
		edit: async (request, { images, mask }, options) => {
			const model = nameOf(request);
			const body = { ...request, model, image: images, ...(mask ? { mask } : {}), n: options.count };
			return await imagesFrom(clientFor(model).images.edit(body, sdkOptions(options)).withResponse(), door);
		},
		listModels: async () => {
			if (!door.provider.offers.modelList) return { ok: true, value: [] };
			const models = await resultOf(async () => await client.models.list());
			return models.ok ? { ok: true, value: (models.value.data ?? []).flatMap((model) => liveModel(model, door)) } : models;
		},
	};
}

/** `shutdown_date` is optional, and other servers of this kind leave it out. */
function liveModel({ id: name, shutdown_date: shutdown }: { id?: unknown; shutdown_date?: unknown }, door: Door): LiveModel[] {
	if (typeof name !== 'string') return [];
	const id = idFrom(name, door);
	return [typeof shutdown === 'string' || shutdown === null ? { id, shutdown } : { id }];
}

const sdkOptions = ({ idempotencyKey }: SendOptions) => ({
	headers: { 'Idempotency-Key': idempotencyKey },
});

async function imagesFrom(
	call: Promise<{ data: unknown; request_id: string | null; response: Response }>,
	{ provider }: Door,
): Promise<SendResult<Answer>> {
	try {
		const { data, request_id: requestId, response: answer } = await call;
		const parsed = parseImageResponse(data);
		const response = parsed && { ...parsed, statedCost: provider.statesCost ? parsed.statedCost : null };
		const rate = signalFromHeaders((name) => answer.headers.get(name));
		if (response !== null) return { ok: true, value: { response, requestId, rate } };
		const failure = localFailure(
			'malformedResponse',
			'malformed_response',
			'The API answered, but without an image.',
		);
		return { ok: false, failure: { ...failure, requestId } };
	} catch (error) {
		return { ok: false, failure: failureFromSdk(error) };
	}
}
