import type { INodeParameters } from 'n8n-workflow';
import type { Picodollars } from '../../nodes/core/pricing/money.ts';
import type { Quality } from '../../nodes/core/models/types.ts';
import { estimates, models, money, prices } from './dist.mts';

/** The most that one demo on the real API may cost. */
export const BUDGET_USD = '0.25';

/** The value of a parameter that is a plain string or a resource locator. */
function text(value: unknown, otherwise: string): string {
	if (typeof value === 'object' && value !== null && 'value' in value) return String(value.value);
	return typeof value === 'string' ? value : otherwise;
}

/**
 * The most that a run of the example can cost: a token of text is at least a byte of the prompt.
 *
 * @param parameters - of the GPT Image node
 * @param prompts - one for each item
 * @returns picodollars
 * @throws when the price of what the node is set to can't be told beforehand
 */
export function highestCost(parameters: INodeParameters, prompts: string[]): Picodollars {
	const requested = text(parameters['model'], 'draft');
	const { entry } = models.resolveModel(requested, new Date());
	const quality = text(parameters['quality'], 'low') as Quality;
	const size = text(parameters['size'], '1024x1024');
	const image = entry && estimates.estimateImagePrice(entry, quality, size);
	const perByte = entry?.prices ? prices.perToken(entry.prices, 'textInput') : null;
	if (!image || perByte === null) throw new Error(`The cost of ${requested}, ${quality}, ${size} can't be told beforehand.`);
	const bytes = prompts.reduce((sum, prompt) => sum + Buffer.byteLength(prompt), 0);
	const images = BigInt(prompts.length) * BigInt(Number(parameters['count'] ?? 1));
	return money.picodollars(images * image.amount + BigInt(bytes) * perByte);
}

/** @throws when `cost` is above the demo's budget */
export function refuseAboveBudget(cost: Picodollars): void {
	if (cost <= money.parseUsd(BUDGET_USD)) return;
	throw new Error(`This run could cost ${money.toReadableUsd(cost)}, more than the demo's budget of $${BUDGET_USD}.`);
}
