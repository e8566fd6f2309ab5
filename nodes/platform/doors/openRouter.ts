import { nameAt } from '../../core/models/door';
import type { ImageRequest } from '../../core/requests/imageRequest';
import type { Answer, ImageApi, SendOptions } from '../client';
import type { SendResult } from '../../core/run/outcome';
import { dataUrl } from './dataUrl';
import { imagesFrom, noModelList, sdkOptions, type DoorConnection } from './openAi';

/** One endpoint for all: references make it an edit (OpenRouter, "Image generation API"). */
export function openRouterApi({ client, door, catalogue }: DoorConnection): ImageApi {
	const send = async (request: ImageRequest, references: object[], options: SendOptions): Promise<SendResult<Answer>> => {
		const body = {
			...request,
			model: nameAt(request.model, door, catalogue),
			n: options.count,
			...(references.length > 0 && { input_references: references }),
		};
		return await imagesFrom(client.post('/images', { body, ...sdkOptions(options) }).withResponse() as Parameters<typeof imagesFrom>[0], door);
	};
	return {
		generate: async (request, options) => await send(request, [], options),
		edit: async (request, { images }, options) => {
			const references: object[] = [];
			for (const image of images) references.push({ type: 'image_url', image_url: { url: await dataUrl(image) } });
			return await send(request, references, options);
		},
		listModels: noModelList,
	};
}
