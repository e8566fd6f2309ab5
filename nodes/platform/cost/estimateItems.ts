import type { IDataObject, IExecuteFunctions, INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { breakEvenRate, perAccepted } from '../../core/pricing/acceptance';
import { picodollars, toUsdNumber, type Picodollars } from '../../core/pricing/money';
import { batchPrice, type ItemEstimate } from './itemEstimate';
import type { EstimateTotal } from './estimate';

/** The input item with what it would cost, so that an IF can decide and the item can go on. */
export function estimatedItem(context: IExecuteFunctions, estimate: ItemEstimate, total: EstimateTotal, itemIndex: number): INodeExecutionData {
	const { json = {}, binary } = context.getInputData()[itemIndex] ?? {};
	const { request, model } = estimate;
	return {
		json: {
			...json,
			prompt: request.prompt,
			model: model.id,
			requestedModel: model.requested,
			quality: request.quality,
			size: request.size,
			images: estimate.images,
			estimate: estimateField(estimate),
			alternatives: estimate.alternatives.map((one) => ({
				provider: one.provider,
				model: one.model.id,
				quality: one.quality,
				usd: toUsdNumber(one.amount),
				batchUsd: one.provider === 'openai' ? usdOrNull(batchPrice(one.model, one.amount)) : null,
				batch: one.provider === 'openai' ? one.model.capabilities.batch : 'no',
				perAcceptedUsd: toUsdNumber(perAccepted(one.amount, estimate.images, estimate.acceptanceRate)),
				breakEvenRate: estimate.amount === null ? null : roundedRate(breakEvenRate(estimate.amount, estimate.acceptanceRate, one.amount)),
				basis: one.basis,
				secondHand: one.secondHand,
				endsOn: one.model.lifecycle.shutdown,
			})),
			total: { items: total.items, images: total.images, usd: usdOrNull(total.now), batchUsd: usdOrNull(total.batch) },
		},
		...(binary && { binary }),
		pairedItem: { item: itemIndex },
	};
}

function estimateField({ amount, batch, images, tokens, basis, upperBound, acceptanceRate, quoted }: ItemEstimate): IDataObject {
	const accepted = (of: Picodollars | null): number | null => (of === null ? null : toUsdNumber(perAccepted(of, images, acceptanceRate)));
	return {
		usd: usdOrNull(amount),
		perImageUsd: amount === null ? null : toUsdNumber(picodollars(amount / BigInt(images))),
		batchUsd: usdOrNull(batch),
		tokens: tokens && { ...tokens },
		basis,
		upperBound,
		acceptanceRate,
		perAcceptedUsd: accepted(amount),
		batchPerAcceptedUsd: accepted(batch),
		...(quoted !== null && { quotedUsd: Number(quoted) }),
	};
}

const usdOrNull = (amount: Picodollars | null): number | null => (amount === null ? null : toUsdNumber(amount));

/** In percent, to a tenth; `null` = more than all of them would have to be accepted. */
const roundedRate = (rate: number): number | null => (rate > 100 ? null : Math.ceil(rate * 10) / 10);

/** An item that the live run would refuse, for the same reasons. */
export function refusedEstimate(error: NodeOperationError, itemIndex: number): INodeExecutionData {
	return {
		json: {
			error: error.message,
			description: error.description ?? null,
			code: 'invalid_input',
			estimate: { usd: null, perImageUsd: null, batchUsd: null, tokens: null, basis: 'unknown' },
		},
		pairedItem: { item: itemIndex },
	};
}
