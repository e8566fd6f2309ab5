import type { IDataObject } from 'n8n-workflow';
import { exactOrNull, totalOf } from '../core/lineage/draft';
import type { Origin } from '../core/lineage/origin';
import type { ChosenModel } from '../core/models/resolve';
import { picodollars, toExactUsd, toUsdNumber, type Picodollars } from '../core/pricing/money';
import type { RequestPrice } from '../core/pricing/price';
import { TOKEN_KINDS } from '../core/pricing/tokens';

/** `cost` of an image's item. @param share of the request's cost; `null` = not known */
export function costField(
	price: RequestPrice,
	share: Picodollars | null,
	{ draft }: Origin,
	{ entry, catalogue }: ChosenModel,
): IDataObject {
	const breakdown: IDataObject = {};
	for (const kind of TOKEN_KINDS) {
		const part = price.parts[kind];
		if (part !== undefined) breakdown[kind] = toExactUsd(part);
	}
	const total = totalOf(draft, share);
	return {
		usd: numberOrNull(share),
		exact: exactOrNull(share),
		currency: 'USD',
		basis: price.basis,
		batchDiscount: price.batchDiscount,
		tokens: price.tokens === null ? null : { ...price.tokens },
		breakdown,
		requestUsd: numberOrNull(price.total),
		pricesAsOf: entry?.pricesAsOf ?? catalogue.pricesAsOf,
		totalUsd: numberOrNull(total),
		...(price.estimated && { estimated: true }),
		...computedFields(price),
	};
}

/** Where the provider states a cost of its own: ours of the whole request, and by how much theirs, if it is known, is more. */
function computedFields({ computed, total }: RequestPrice): IDataObject {
	if (computed === null) return {};
	return {
		computedRequestUsd: toUsdNumber(computed),
		...(total !== null && { differenceUsd: toUsdNumber(picodollars(total - computed)) }),
	};
}

const numberOrNull = (amount: Picodollars | null): number | null =>
	amount === null ? null : toUsdNumber(amount);
