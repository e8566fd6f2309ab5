import type { LiveModel } from '../../core/catalogue/lifecycle';
import { type ApiServer, idFrom, nameAt } from '../../core/providers/connection';
import type { ImageRequest } from '../../core/requests/imageRequest';
import { asRecord } from '../../core/util/json';
import { picodollars, toExactUsd } from '../../core/util/money';
import { resultOf } from '../http/failures';
import { jsonWithFiles } from './dataUrl';
import type { ApiConnection, EditFiles, ImageApi, SendOptions } from './imageApi';
import { imagesFrom } from './imagesAnswer';

/** OpenAI itself, and whoever speaks as it does. */
export function openAiApi(connection: ApiConnection): ImageApi {
	const { clientFor, server } = connection;
	const { extraParameters } = server.provider;
	const nameOf = nameFor(connection);
	return {
		generate: async (request, options) => {
			const model = nameOf(request);
			const body = { ...request, ...extraParameters, model, n: options.count };
			return await imagesFrom(
				clientFor(model).images.generate(body, sdkOptions(options)).asResponse(),
				connection,
			);
		},
		edit: async (request, files, options) => {
			const model = nameOf(request);
			const body = editBody({ ...request, ...extraParameters, model, n: options.count }, files);
			return await imagesFrom(
				clientFor(model)
					.post('/images/edits', { body, ...sdkOptions(options) })
					.asResponse(),
				connection,
			);
		},
		...(server.provider.quotes && { quote: quoteFrom(connection) }),
		listModels: server.provider.offers.modelList ? modelListFrom(connection) : noModelList,
	};
}

const nameFor =
	({ server, catalogue }: ApiConnection) =>
	({ model }: ImageRequest): string =>
		nameAt(model, server, catalogue);

function quoteFrom(connection: ApiConnection): NonNullable<ImageApi['quote']> {
	const nameOf = nameFor(connection);
	return async (request, images) => {
		const body = { ...request, model: nameOf(request), n: images };
		const quoted = await resultOf(
			async () =>
				await connection.client.post('/images/generations', { body, query: { dryRun: 'true' } }),
		);
		return quoted.ok ? { ok: true, value: micros(quoted.value) } : quoted;
	};
}

function modelListFrom({ client, server }: ApiConnection): ImageApi['listModels'] {
	return async () => {
		const models = await resultOf(async () => await client.models.list());
		return models.ok
			? { ok: true, value: (models.value.data ?? []).flatMap((model) => liveModel(model, server)) }
			: models;
	};
}

/** Of a provider without one. */
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
	server: ApiServer,
): LiveModel[] {
	if (typeof name !== 'string') return [];
	const id = idFrom(name, server);
	return [typeof shutdown === 'string' || shutdown === null ? { id, shutdown } : { id }];
}

export const sdkOptions = ({ idempotencyKey }: SendOptions) => ({
	headers: { 'Idempotency-Key': idempotencyKey },
});

/** A form, or JSON where an image is a reference, which a form can't hold. */
function editBody(parameters: object, { images, ...overlays }: EditFiles): FormData | File {
	const files = images.flatMap((image) => (image instanceof File ? image : []));
	if (files.length === images.length) return editForm(parameters, files, overlays);
	return jsonWithFiles({
		...parameters,
		images: images.map((image) => (image instanceof File ? { image_url: image } : image)),
		...(overlays.mask !== null && { mask: { image_url: overlays.mask } }),
	});
}

/** Not by the SDK's own upload, which would read each file first. */
function editForm(
	parameters: object,
	images: readonly File[],
	overlays: Omit<EditFiles, 'images'>,
): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(parameters)) appendParameter(form, name, value);
	for (const image of images) form.append('image[]', image);
	for (const [name, file] of Object.entries(overlays)) if (file) form.append(name, file);
	return form;
}

/** As OpenAI's client writes what is within another: svg[reasoning][effort]. */
function appendParameter(form: FormData, name: string, value: unknown): void {
	if (typeof value !== 'object' || value === null) form.append(name, String(value));
	else
		for (const [inner, part] of Object.entries(value))
			appendParameter(form, `${name}[${inner}]`, part);
}
