import type { IExecuteFunctions } from 'n8n-workflow';
import { priceRequest, type RequestPrice } from '../core/pricing/price';
import type { ChosenModel } from '../core/models/resolve';
import type { ImageResponse } from '../core/requests/imageResponse';
import type { SendResult } from '../core/run/outcome';
import type { Part } from '../core/run/parts';
import { storeImage, type StoredImage } from './binary';
import type { Answer, ImageApi, SendOptions } from './client';
import { notStored, unreadableInput } from './failures';
import { positionOf, type ImageJob, type ImagePlan, type PlannedItem } from './plan';

/** What remains of a finished request once its images are stored: nothing large. */
export interface Delivered {
	/** As it was sent: the model may change while a run goes on. */
	item: PlannedItem;
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
	job: ImageJob,
	part: Part,
	idempotencyKey: string,
): Promise<SendResult<Delivered>> {
	const { item } = job;
	const sent = await sendSafely(job, api, { count: part.images, idempotencyKey });
	if (!sent.ok) return sent;
	const { requestId, response, rate } = sent.value;
	const { images, ...rest } = response;
	const stored = await storeAll(context, images, job, part);
	if (!stored.ok) return { ok: false, failure: { ...stored.failure, requestId } };
	const price = priceOf(item.model, job.plan, rest, stored.value.length);
	return { ok: true, value: { item, images: stored.value, response: rest, requestId, price }, rate };
}

/** Reading the files for an edit may fail; the other requests shall go on and be recorded. */
async function sendSafely(job: ImageJob, api: ImageApi, options: SendOptions): Promise<SendResult<Answer>> {
	try {
		return await job.plan.send(api, options);
	} catch (error) {
		return { ok: false, failure: unreadableInput(error) };
	}
}

export function priceOf({ entry }: ChosenModel, plan: ImagePlan, response: Delivered['response'], images: number): RequestPrice {
	return priceRequest({
		model: entry,
		usage: response.usage,
		images,
		hasInputImages: plan.inputImages.length > 0,
		batch: false,
		stated: response.stated,
	});
}

async function storeAll(
	context: IExecuteFunctions,
	images: string[],
	{ item, plan, output }: ImageJob,
	part: Part,
): Promise<SendResult<StoredImage[]>> {
	const stored: StoredImage[] = [];
	try {
		for (const [index, base64] of images.entries()) {
			const at = positionOf(item.origin, plan.count, part.offset + index);
			const naming = { prompt: plan.request.prompt, fileName: output.fileName, position: at.count > 1 ? at.index + 1 : null };
			stored.push(await storeImage(context, Buffer.from(base64, 'base64'), naming));
		}
		return { ok: true, value: stored };
	} catch (error) {
		return { ok: false, failure: notStored(error) };
	}
}
