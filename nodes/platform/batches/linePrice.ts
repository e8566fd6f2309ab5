import type { Batch } from '../../core/batch/batch';
import type { Billing } from '../../core/batch/resultLine';
import { findModel } from '../../core/catalogue/resolve';
import type { Catalogue } from '../../core/catalogue/types';
import { priceRequest, type RequestPrice } from '../../core/pricing/price';
import type { CollectedLine } from './collectTypes';

/** What a request of a batch cost, by what its result states. */
export function linePrice(
	catalogue: Catalogue,
	{ model, endpoint }: Pick<Batch, 'model' | 'endpoint'>,
	{ entry }: Pick<CollectedLine, 'entry'>,
	billing: Billing | null,
	images: number,
): RequestPrice {
	const { provider } = catalogue;
	return priceRequest({
		model: findModel(entry?.model || (model ?? ''), catalogue),
		usage: billing?.usage ?? null,
		images,
		hasInputImages: endpoint.endsWith('/edits'),
		batch: true,
		batchDiscount: provider?.batchDiscount ?? true,
		stated: provider?.statesCost ? (billing?.stated ?? null) : null,
		...(billing?.svgUsage !== undefined && { svgUsage: billing.svgUsage }),
	});
}
