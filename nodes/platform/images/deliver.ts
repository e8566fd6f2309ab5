import type { IExecuteFunctions } from 'n8n-workflow';
import type { ChosenModel } from '../../core/catalogue/resolve';
import type { Failure } from '../../core/failures/failure';
import { priceRequest, type RequestPrice } from '../../core/pricing/price';
import type { SvgUsage } from '../../core/requests/usage';
import type { SendResult } from '../../core/scheduler/outcome';
import type { Part } from '../../core/scheduler/parts';
import type { Brought } from '../../core/scheduler/types';
import { readUsd, sumOrNull } from '../../core/util/money';
import { notStored } from '../http/failures';
import { type StoredImage, storeImage } from '../n8n/binary';
import type { Answer, ImageApi } from '../providers/imageApi';
import { idempotencyKey } from './call';
import type { ImageNames } from './names';
import { sendPlan } from './send';
import type { Delivered, ImageCall, ImagePlan, Made } from './types';

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
	const { plan, part } = call;
	const sent = await sendPlan(context, api, plan, {
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
	{ entry, catalogue }: ChosenModel,
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
		...svgFacts(plan, response),
		...(catalogue.svgAuthors && { svgAuthors: catalogue.svgAuthors }),
	});
}

/** One that was asked for has an author, whether the answer says so or not. */
function svgFacts(
	{ request }: ImagePlan,
	{ svgUsage }: Delivered['response'],
): { svgUsage?: SvgUsage | null } {
	if (svgUsage !== undefined) return { svgUsage };
	return request.output_format === 'svg' ? { svgUsage: null } : {};
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

export function madeOf({ images, response, price }: Delivered, { item, plan }: ImageCall): Made {
	const { quality, size } = plan.request;
	return {
		images,
		count: price.perImage.length,
		response,
		model: item.model.id,
		sent: { quality, size },
		replaced: item.origin.replaced,
	};
}
