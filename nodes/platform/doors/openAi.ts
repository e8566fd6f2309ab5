import { idFrom, nameAt, type Door } from '../../core/models/door';
import type { LiveModel } from '../../core/models/liveModels';
import type { Catalogue } from '../../core/models/types';
import { picodollars, toExactUsd } from '../../core/pricing/money';
import type { ImageRequest } from '../../core/requests/imageRequest';
import { asRecord } from '../../core/run/errorBody';
import type { ImageApi, SendOptions } from '../client';
import { resultOf } from '../failures';
import type { RequestContext } from '../http';
import type { LargeBodies } from '../largeBodies';
import type { Connection } from '../sdk';
import { imagesFrom } from './imagesAnswer';

/** What an API of images is made from. */
export interface DoorConnection extends Connection {
	context: RequestContext;
	/** For one request. */
	timeoutMs: number;
	/** Knows models by all their names. */
	catalogue: Catalogue;
	bodies: LargeBodies;
}

/** OpenAI itself, and whoever speaks as it does. */
export function openAiApi(connection: DoorConnection): ImageApi {
	const { client, clientFor, door, catalogue } = connection;
	const { extraParameters, offers } = door.provider;
	const nameOf = ({ model }: ImageRequest): string => nameAt(model, door, catalogue);
	return {
		generate: async (request, options) => {
			const model = nameOf(request);
			const body = { ...request, ...extraParameters, model, n: options.count };
			return await imagesFrom(
				clientFor(model).images.generate(body, sdkOptions(options)).asResponse(),
				connection,
			);
		},
		edit: async (request, { images, mask }, options) => {
			const model = nameOf(request);
			const body = editForm(
				{ ...request, ...extraParameters, model, n: options.count },
				images,
				mask,
			);
			return await imagesFrom(
				clientFor(model)
					.post('/images/edits', { body, ...sdkOptions(options) })
					.asResponse(),
				connection,
			);
		},
		...(door.provider.quotes && {
			quote: async (request: ImageRequest, images: number) => {
				const body = { ...request, model: nameOf(request), n: images };
				const quoted = await resultOf(
					async () => await client.post('/images/generations', { body, query: { dryRun: 'true' } }),
				);
				return quoted.ok ? { ok: true as const, value: micros(quoted.value) } : quoted;
			},
		}),
		listModels: async () => {
			if (!offers.modelList) return await noModelList();
			const models = await resultOf(async () => await client.models.list());
			return models.ok
				? { ok: true, value: (models.value.data ?? []).flatMap((model) => liveModel(model, door)) }
				: models;
		},
	};
}

/** Of a door without one. */
export const noModelList: ImageApi['listModels'] = async () => ({ ok: true, value: [] });

/** Millionths of a USD (Lumenfall, dry run). */
function micros(value: unknown): string | null {
	const { total_cost_micros: total } = asRecord(value);
	return typeof total === 'number' && Number.isSafeInteger(total) && total >= 0
		? toExactUsd(picodollars(BigInt(total) * 1_000_000n))
		: null;
}

/** `shutdown_date` is optional, and other servers of this kind leave it out. */
function liveModel(
	{ id: name, shutdown_date: shutdown }: { id?: unknown; shutdown_date?: unknown },
	door: Door,
): LiveModel[] {
	if (typeof name !== 'string') return [];
	const id = idFrom(name, door);
	return [typeof shutdown === 'string' || shutdown === null ? { id, shutdown } : { id }];
}

export const sdkOptions = ({ idempotencyKey }: SendOptions) => ({
	headers: { 'Idempotency-Key': idempotencyKey },
});

/** Not by the SDK's own upload, which would read each file first. */
function editForm(parameters: object, images: readonly File[], mask: File | null): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(parameters)) form.append(name, String(value));
	for (const image of images) form.append('image[]', image);
	if (mask !== null) form.append('mask', mask);
	return form;
}
