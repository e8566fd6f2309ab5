import type { IExecuteFunctions } from 'n8n-workflow';
import type { ChosenModel } from '../../core/models/resolve';
import { readUsd, sumOrNull } from '../../core/pricing/money';
import { priceRequest, type RequestPrice } from '../../core/pricing/price';
import type { ImageResponse } from '../../core/requests/imageResponse';
import type { Failure } from '../../core/run/failure';
import type { SendResult } from '../../core/run/outcome';
import type { Part } from '../../core/run/parts';
import type { Brought } from '../../core/run/runRequests';
import { storeImage, type StoredImage } from '../binary';
import type { Answer, ImageApi } from '../client';
import { notStored } from '../failures';
import { idempotencyKey, type ImageCall } from './call';
import type { ImageNames } from './names';
import type { ImagePlan } from './plan';
import { sendPlan } from './send';

/** What remains of a finished request once its images are stored: nothing large. */
export interface Delivered {
	images: StoredImage[];
	/** Why the images after those could not be fetched or stored; `null` = all are. */
	failure: Failure | null;
	response: Omit<ImageResponse, 'images' | 'urls'>;
	requestId: string | null;
	/** Of the whole request, with a share for each image that was made. */
	price: RequestPrice;
}

/**
 * Sends one request and stores its images before anything else. Few answers are read at once, so that memory holds
 * no more images however many requests are in flight.
 */
export async function deliver(
	context: IExecuteFunctions,
	api: ImageApi,
	call: ImageCall,
	names: ImageNames,
): Promise<SendResult<Delivered>> {
	const { item, plan, part } = call;
	const sent = await sendPlan(context, api, plan, item.itemIndex, {
		count: part.images,
		idempotencyKey: idempotencyKey(call),
	});
	if (!sent.ok) return sent;
	return await keep(context, sent.value, call, names).finally(sent.value.done);
}

async function keep(
	context: IExecuteFunctions,
	answer: Answer,
	call: ImageCall,
	names: ImageNames,
): Promise<SendResult<Delivered>> {
	const { requestId, response, images, rate, unfetched } = answer;
	const price = priceOf(
		call.item.model,
		call.plan,
		response,
		images.length + (unfetched?.images ?? 0),
	);
	const stored = await storeAll(context, images, call.part, names);
	const failure =
		stored.failure === null ? (unfetched?.failure ?? null) : { ...stored.failure, requestId };
	if (failure !== null && stored.images.length === 0)
		return { ok: false, failure, cost: price.total };
	return { ok: true, value: { images: stored.images, failure, response, requestId, price }, rate };
}

/** For the run, which looks at nothing else. */
export function broughtBy({ images, failure, price, response }: Delivered): Brought {
	const lost = price.perImage.slice(images.length);
	return {
		images: images.length,
		cost: price.total,
		fee: readUsd(response.stated?.fee) ?? undefined,
		lost: failure === null ? null : { images: lost.length, cost: sumOrNull(lost), failure },
	};
}

export function priceOf(
	{ entry }: ChosenModel,
	plan: ImagePlan,
	response: Delivered['response'],
	images: number,
): RequestPrice {
	return priceRequest({
		model: entry,
		usage: response.usage,
		images,
		hasInputImages: plan.endpoint === 'edit',
		batch: false,
		stated: response.stated,
	});
}

/** Those before one that n8n does not take stay. */
async function storeAll(
	context: IExecuteFunctions,
	images: Answer['images'],
	part: Part,
	names: ImageNames,
): Promise<{ images: StoredImage[]; failure: Failure | null }> {
	const stored: StoredImage[] = [];
	try {
		for (const [index, bytes] of images.entries()) {
			stored.push(await storeImage(context, bytes(), { name: names.of(part, index) }));
		}
		return { images: stored, failure: null };
	} catch (error) {
		return { images: stored, failure: notStored(error) };
	}
}
