import type { ModelEntry } from '../catalogue/types';
import { orList } from '../requests/parameters';
import { picodollars, toReadableUsd } from '../util/money';
import { estimateImagePrice } from './outputTokens';
import { inputImageTokens } from './inputTokens';
import { perToken } from './price';

const SIZE = '1024x1024';
const PIXELS = { width: 1024, height: 1024 };

/**
 * What an image of a model costs in each quality, at OpenAI's standard prices: "On gpt-image-2, a 1024x1024 image costs about …".
 * @param hasInputs whether it is made from others
 * @returns `null` = no price is known
 */
export function priceWords(model: ModelEntry, hasInputs: boolean): string | null {
	const prices = model.capabilities.qualities.flatMap((quality) => {
		const price = estimateImagePrice(model, quality, SIZE);
		return price === null ? [] : [`${toReadableUsd(price.amount)} (${quality})`];
	});
	if (prices.length === 0) return null;
	const batch = model.capabilities.batch === 'no' ? '' : ', and half as much in a batch';
	const input = hasInputs ? inputWords(model) : null;
	return `On ${model.id}, a ${SIZE} image costs about ${orList(prices)}${batch}. ${input === null ? 'The prompt costs' : `The prompt and the input images (${input}) cost`} extra. Prices differ for other sizes and providers.`;
}

/** "about $0.0025 for each input image", from lightly to closely kept. */
function inputWords(model: ModelEntry): string | null {
	const price = model.prices && perToken(model.prices, 'imageInput');
	if (price === null) return null;
	const usd = (fidelity: 'low' | 'high'): string =>
		toReadableUsd(picodollars(BigInt(inputImageTokens(model, PIXELS, fidelity).tokens) * price));
	const closely = model.capabilities.inputFidelity.includes('high') ? ` to ${usd('high')}` : '';
	return `about ${usd('low')}${closely} each`;
}
