import { nameAt } from '../../core/providers/connection';
import type { ImageRequest } from '../../core/requests/imageRequest';
import type { SendResult } from '../../core/scheduler/outcome';
import { addressOf, jsonWithFiles } from './dataUrl';
import type { Answer, ApiConnection, ImageApi, SendOptions } from './imageApi';
import { imagesFrom } from './imagesAnswer';
import { noModelList, sdkOptions } from './openAi';

/** One endpoint for all: references make it an edit (OpenRouter, "Image generation API"). */
export function openRouterApi(connection: ApiConnection): ImageApi {
	const { client, server, catalogue } = connection;
	const send = async (
		request: ImageRequest,
		references: object[],
		options: SendOptions,
	): Promise<SendResult<Answer>> => {
		const body = {
			...request,
			model: nameAt(request.model, server, catalogue),
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
				images.map((image) => ({ type: 'image_url', image_url: { url: addressOf(image) } })),
				options,
			);
		},
		listModels: noModelList,
	};
}
