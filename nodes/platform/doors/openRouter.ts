import { nameAt } from '../../core/models/door';
import type { ImageRequest } from '../../core/requests/imageRequest';
import type { Answer, ImageApi, SendOptions } from '../client';
import type { SendResult } from '../../core/run/outcome';
import { jsonWithFiles } from './dataUrl';
import { imagesFrom } from './imagesAnswer';
import { noModelList, sdkOptions, type DoorConnection } from './openAi';

/** One endpoint for all: references make it an edit (OpenRouter, "Image generation API"). */
export function openRouterApi(connection: DoorConnection): ImageApi {
	const { client, door, catalogue } = connection;
	const send = async (
		request: ImageRequest,
		references: object[],
		options: SendOptions,
	): Promise<SendResult<Answer>> => {
		const body = {
			...request,
			model: nameAt(request.model, door, catalogue),
			n: options.count,
			...(references.length > 0 && { input_references: references }),
		};
		return await imagesFrom(
			client
				.post('/images', {
					body: references.length > 0 ? jsonWithFiles(body) : body,
					...sdkOptions(options),
				})
				.asResponse(),
			connection,
		);
	};
	return {
		generate: async (request, options) => await send(request, [], options),
		edit: async (request, { images }, options) => {
			return await send(
				request,
				images.map((image) => ({ type: 'image_url', image_url: { url: image } })),
				options,
			);
		},
		listModels: noModelList,
	};
}
