import type { IExecuteFunctions } from 'n8n-workflow';
import { priceRequest, type RequestPrice } from '../core/pricing/price';
import type { ImageResponse } from '../core/requests/imageResponse';
import { localFailure } from '../core/run/failure';
import type { SendResult } from '../core/run/runRequests';
import { storeImage, type StoredImage } from './binary';
import type { ImageApi } from './client';
import type { ImageCall } from './plan';

/** What remains of a finished request once its images are stored: nothing large. */
export interface Delivered {
	images: StoredImage[];
	response: Omit<ImageResponse, 'images'>;
	requestId: string | null;
	price: RequestPrice;
}

/**
 * Sends one request and stores its images before anything else, so that memory holds no more images
 * than requests are in flight.
 */
export async function deliver(
	context: IExecuteFunctions,
	api: ImageApi,
	call: ImageCall,
): Promise<SendResult<Delivered>> {
	const { plan, count, idempotencyKey, item } = call;
	const sent = await plan.send(api, { count, idempotencyKey });
	if (!sent.ok) return sent;
	const { requestId, response } = sent.value;
	const { images, ...rest } = response;
	const stored = await storeAll(context, images, call);
	if (!stored.ok) return { ok: false, failure: { ...stored.failure, requestId } };
	const price = priceRequest({
		model: item.model.entry,
		usage: response.usage,
		images: stored.value.length,
		hasInputImages: plan.hasInputImages,
		batch: false,
	});
	return { ok: true, value: { images: stored.value, response: rest, requestId, price } };
}

async function storeAll(
	context: IExecuteFunctions,
	images: string[],
	{ plan, offset, output }: ImageCall,
): Promise<SendResult<StoredImage[]>> {
	const stored: StoredImage[] = [];
	try {
		for (const [index, base64] of images.entries()) {
			const position = plan.count > 1 ? offset + index + 1 : null;
			const naming = { prompt: plan.request.prompt, fileName: output.fileName, position };
			stored.push(await storeImage(context, base64, naming));
		}
		return { ok: true, value: stored };
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		return { ok: false, failure: localFailure('notStored', 'not_stored', `The image could not be stored: ${why}`) };
	}
}
