import type { INodeParameters } from 'n8n-workflow';
import type { Picodollars } from '../../nodes/core/util/money.ts';
import type { Quality } from '../../nodes/core/catalogue/types.ts';
import { catalogue, estimates, models, money, prices } from './dist.mts';

/** The most that one demo on the real API may cost. */
export const BUDGET_USD = '0.25';

type Row = Record<string, string>;

/** The value that a parameter has for a row: as it is, of a resource locator, or a column by `={{ $json.column }}`. */
function valueFor(row: Row, value: unknown, otherwise: string): string {
	if (typeof value === 'object' && value !== null && 'value' in value)
		return valueFor(row, value.value, otherwise);
	const column = /^=\{\{\s*\$json\.(\w+)\s*\}\}$/.exec(String(value))?.[1];
	return column === undefined ? String(value ?? otherwise) : (row[column] ?? otherwise);
}

/** The most that the images of one row can cost. A token of text is at least a byte of the prompt. */
function highestCostOf(row: Row, parameters: INodeParameters): Picodollars {
	const of = (name: string, otherwise: string): string =>
		valueFor(row, parameters[name], otherwise);
	const [requested, quality, size] = [
		of('model', 'draft'),
		of('quality', 'low') as Quality,
		of('size', '1024x1024'),
	];
	const { entry } = models.resolveModel(requested, new Date(), catalogue.CATALOGUE);
	const image = entry && estimates.estimateImagePrice(entry, quality, size);
	const perByte = entry?.prices ? prices.perToken(entry.prices, 'textInput') : null;
	if (!image || perByte === null)
		throw new Error(`The cost of ${requested}, ${quality}, ${size} can't be told beforehand.`);
	const promptBytes = BigInt(Buffer.byteLength(of('prompt', '')));
	return money.picodollars(BigInt(of('count', '1')) * (image.amount + promptBytes * perByte));
}

/**
 * The most that a run of the example can cost.
 *
 * @param parameters - of the GPT Image node
 * @param rows - one for each item
 * @returns picodollars
 * @throws when the price of what the node is set to can't be told beforehand
 */
export function highestCost(parameters: INodeParameters, rows: Row[]): Picodollars {
	return money.sum(rows.map((row) => highestCostOf(row, parameters)));
}

/** @throws when `cost` is above the demo's budget */
export function refuseAboveBudget(cost: Picodollars): void {
	if (cost <= money.parseUsd(BUDGET_USD)) return;
	throw new Error(
		`This run could cost ${money.toReadableUsd(cost)}, more than the demo's budget of $${BUDGET_USD}.`,
	);
}
