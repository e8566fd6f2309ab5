import { idFrom, nameAt, type Door } from '../../core/models/door';
import type { LiveModel } from '../../core/models/liveModels';
import type { Catalogue } from '../../core/models/types';
import { picodollars, toExactUsd } from '../../core/pricing/money';
import type { ImageRequest } from '../../core/requests/imageRequest';
import { parseImageResponse } from '../../core/requests/imageResponse';
import { asRecord, failureInside } from '../../core/run/errorBody';
import { localFailure } from '../../core/run/failure';
import type { SendResult } from '../../core/run/outcome';
import { signalFromHeaders } from '../../core/run/rateSignal';
import type { Answer, ImageApi, SendOptions } from '../client';
import { failureFromSdk, resultOf } from '../failures';
import type { RequestContext } from '../http';
import type { Connection } from '../sdk';

/** What an API of images is made from. */
export interface DoorConnection extends Connection {
	context: RequestContext;
	/** For one request. */
	timeoutMs: number;
	/** Knows models by all their names. */
	catalogue: Catalogue;
}

/** OpenAI itself, and whoever speaks as it does. */
export function openAiApi({ client, clientFor, door, catalogue }: DoorConnection): ImageApi {
	const { extraParameters, offers } = door.provider;
	const nameOf = ({ model }: ImageRequest): string => nameAt(model, door, catalogue);
	return {
		generate: async (request, options) => {
			const model = nameOf(request);
			const body = { ...request, ...extraParameters, model, n: options.count };
			return await imagesFrom(clientFor(model).images.generate(body, sdkOptions(options)).withResponse(), door);
		},
		edit: async (request, { images, mask }, options) => {
			const model = nameOf(request);
			const body = { ...request, ...extraParameters, model, image: images, ...(mask ? { mask } : {}), n: options.count };
			return await imagesFrom(clientFor(model).images.edit(body, sdkOptions(options)).withResponse(), door);
		},
		...(door.provider.quotes && {
			quote: async (request: ImageRequest, images: number) => {
				const body = { ...request, model: nameOf(request), n: images };
				const quoted = await resultOf(async () => await client.post('/images/generations', { body, query: { dryRun: 'true' } }));
				return quoted.ok ? { ok: true as const, value: micros(quoted.value) } : quoted;
			},
		}),
		listModels: async () => {
			if (!offers.modelList) return await noModelList();
			const models = await resultOf(async () => await client.models.list());
			return models.ok ? { ok: true, value: (models.value.data ?? []).flatMap((model) => liveModel(model, door)) } : models;
		},
	};
}

/** Of a door without one. */
export const noModelList: ImageApi['listModels'] = async () => ({ ok: true, value: [] });

/** Millionths of a USD (Lumenfall, dry run). */
function micros(value: unknown): string | null {
	const { total_cost_micros: total } = asRecord(value);
	return typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? toExactUsd(picodollars(BigInt(total) * 1_000_000n)) : null;
}

/** `shutdown_date` is optional, and other servers of this kind leave it out. */
function liveModel({ id: name, shutdown_date: shutdown }: { id?: unknown; shutdown_date?: unknown }, door: Door): LiveModel[] {
	if (typeof name !== 'string') return [];
	const id = idFrom(name, door);
	return [typeof shutdown === 'string' || shutdown === null ? { id, shutdown } : { id }];
}

const MALFORMED = localFailure('malformedResponse', 'malformed_response', 'The API answered, but without an image.');

export const sdkOptions = ({ idempotencyKey }: SendOptions) => ({
	headers: { 'Idempotency-Key': idempotencyKey },
});

export async function imagesFrom(
	call: Promise<{ data: unknown; request_id: string | null; response: Response }>,
	{ provider }: Door,
): Promise<SendResult<Answer>> {
	try {
		const { data, request_id: requestId, response: answer } = await call;
		const header = (name: string): string | null => answer.headers.get(name);
		const parsed = parseImageResponse(data);
		const rate = signalFromHeaders(header);
		if (parsed !== null) {
			const response = { ...parsed, stated: provider.statesCost ? parsed.stated : null };
			return { ok: true, value: { response, requestId, rate } };
		}
		const failure = failureInside(data, { status: answer.status, requestId, header }) ?? MALFORMED;
		return { ok: false, failure: { ...failure, requestId: failure.requestId ?? requestId } };
	} catch (error) {
		return { ok: false, failure: failureFromSdk(error) };
	}
}
