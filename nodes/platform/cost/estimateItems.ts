import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeOperationError,
} from 'n8n-workflow';
import { type Alternative, breakEvenRate, perAccepted } from '../../core/pricing/alternatives';
import { picodollars, type Picodollars, toUsdNumber, usdOrNull } from '../../core/util/money';
import { errorFields, errorItem } from '../n8n/errorItems';
import { batchPrice, type EstimateTotal, type ItemEstimate } from './itemEstimate';

/** The input item, unchanged, with what it would cost under `estimate`, so that an IF can decide and the item can go on. */
export function estimatedItem(
	context: IExecuteFunctions,
	estimate: ItemEstimate,
	total: EstimateTotal,
	itemIndex: number,
): INodeExecutionData {
	return goneOn(context, itemIndex, {
		estimate: { ...estimateField(estimate), total: totalField(total) },
	});
}

/** An item that the live run would refuse, for the same reasons; otherwise unchanged. The first fields are n8n's, of an item that failed. */
export function refusedEstimate(
	context: IExecuteFunctions,
	error: NodeOperationError,
	total: EstimateTotal,
	itemIndex: number,
): INodeExecutionData {
	const nothing = {
		usd: null,
		perImageUsd: null,
		batchUsd: null,
		tokens: null,
		basis: 'unknown',
		alternatives: [],
		total: totalField(total),
	};
	const { json, binary } = goneOn(context, itemIndex, {
		...errorFields(error, 'invalid_input', null),
		estimate: nothing,
	});
	return errorItem(context, json, error, itemIndex, binary);
}

function goneOn(
	context: IExecuteFunctions,
	itemIndex: number,
	added: IDataObject,
): INodeExecutionData {
	const { json = {}, binary } = context.getInputData()[itemIndex] ?? {};
	return {
		json: { ...json, ...added },
		...(binary && { binary }),
		pairedItem: { item: itemIndex },
	};
}

const totalField = ({ items, images, now, batch }: EstimateTotal): IDataObject => ({
	items,
	images,
	usd: usdOrNull(now),
	batchUsd: usdOrNull(batch),
});

function estimateField(estimate: ItemEstimate): IDataObject {
	const {
		model,
		request,
		amount,
		batch,
		batchModel,
		images,
		tokens,
		basis,
		upperBound,
		acceptanceRate,
		quoted,
	} = estimate;
	const accepted = (of: Picodollars | null): number | null =>
		of === null ? null : toUsdNumber(perAccepted(of, images, acceptanceRate));
	return {
		model: model.id,
		requestedModel: model.requested,
		quality: request.quality,
		size: request.size,
		prompt: request.prompt,
		images,
		usd: usdOrNull(amount),
		perImageUsd: amount === null ? null : toUsdNumber(picodollars(amount / BigInt(images))),
		batchUsd: usdOrNull(batch),
		batchModel,
		tokens: tokens && { ...tokens },
		basis,
		upperBound,
		acceptanceRate,
		perAcceptedUsd: accepted(amount),
		batchPerAcceptedUsd: accepted(batch),
		...(quoted !== null && { quotedUsd: Number(quoted) }),
		alternatives: estimate.alternatives.map((one) => alternativeField(one, estimate)),
	};
}

function alternativeField(
	one: Alternative,
	{ amount, images, acceptanceRate, now }: ItemEstimate,
): IDataObject {
	return {
		provider: one.provider,
		model: one.model.id,
		quality: one.quality,
		usd: toUsdNumber(one.amount),
		batchUsd: one.provider === 'openai' ? usdOrNull(batchPrice(one.model, one.amount, now)) : null,
		batch: one.provider === 'openai' ? one.model.capabilities.batch : 'no',
		perAcceptedUsd: toUsdNumber(perAccepted(one.amount, images, acceptanceRate)),
		breakEvenRate:
			amount === null ? null : roundedRate(breakEvenRate(amount, acceptanceRate, one.amount)),
		basis: one.basis,
		secondHand: one.secondHand,
		endsOn: one.model.lifecycle.shutdown,
	};
}

/** In percent, to a tenth; `null` = more than all of them would have to be accepted. */
const roundedRate = (rate: number): number | null =>
	rate > 100 ? null : Math.ceil(rate * 10) / 10;
