import type { IDataObject } from 'n8n-workflow';
import type { ChosenModel } from '../../core/catalogue/resolve';
import { exactOrNull, totalOf } from '../../core/lineage/draft';
import type { Origin } from '../../core/lineage/origin';
import { PRICE_PARTS, type RequestPrice } from '../../core/pricing/price';
import {
	picodollars,
	type Picodollars,
	toExactUsd,
	toUsdNumber,
	usdOrNull,
} from '../../core/util/money';

/**
 * `cost` of an image's item.
 * @param ofImage what the image costs of its request; `null` = not known
 */
export function costField(
	price: RequestPrice,
	ofImage: Picodollars | null,
	{ draft }: Origin,
	{ entry, catalogue }: ChosenModel,
): IDataObject {
	const breakdown: IDataObject = {};
	for (const kind of PRICE_PARTS) {
		const part = price.parts[kind];
		if (part !== undefined) breakdown[kind] = toExactUsd(part);
	}
	const total = totalOf(draft, ofImage);
	return {
		usd: usdOrNull(ofImage),
		exact: exactOrNull(ofImage),
		currency: 'USD',
		basis: price.basis,
		batchDiscount: price.batchDiscount,
		tokens: price.tokens === null ? null : { ...price.tokens },
		breakdown,
		requestUsd: usdOrNull(price.total),
		pricesAsOf: entry?.pricesAsOf ?? catalogue.pricesAsOf,
		totalUsd: usdOrNull(total),
		...(price.estimated && { estimated: true }),
		...computedFields(price),
		...svgFields(price),
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

/** What the author of an SVG took; where its price is not known, what the rest of the request cost is all that is. */
function svgFields({ svg, total, parts }: RequestPrice): IDataObject {
	if (svg === undefined) return {};
	return {
		svg: svg.usage && { ...svg.usage, usd: usdOrNull(parts.svgAuthor ?? null) },
		...(total === null && { knownRequestUsd: usdOrNull(svg.withoutAuthor) }),
	};
}
