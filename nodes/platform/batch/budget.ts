import type { IExecuteFunctions } from 'n8n-workflow';
import { atBatchPrice } from '../../core/pricing/batchPrice';
import { costBound } from '../../core/pricing/costBound';
import { picodollars, ZERO, type Picodollars } from '../../core/pricing/money';
import { problemsError } from '../errors';
import { boundSizes } from '../estimatePlan';
import type { PreparedLine } from './prepare';

/** At batch price, where it is known that there is one; upper bound; `null` = not known. */
export function batchBound({ item, plan, request }: PreparedLine): Picodollars | null {
	const most = costBound(item.model, request.request, request.images, boundSizes(plan));
	return most === null ? null : atBatchPrice(most, item.model.catalogue);
}

/**
 * Lines in their order, as many as fit; nothing is known of what a batch costs until it is done, so the
 * upper bound counts.
 * @param budget `null` = none
 * @throws NodeOperationError when there is one and a price is not known
 */
export function withinBudget(
	context: IExecuteFunctions,
	lines: readonly PreparedLine[],
	budget: Picodollars | null,
): { lines: PreparedLine[]; skipped: PreparedLine[] } {
	if (budget === null) return { lines: [...lines], skipped: [] };
	const kept: PreparedLine[] = [];
	const skipped: PreparedLine[] = [];
	let reserved = ZERO;
	for (const line of lines) {
		const bound = batchBound(line);
		if (bound === null) throw unknownPrice(context, line);
		if (reserved + bound > budget) {
			skipped.push(line);
		} else {
			kept.push(line);
			reserved = picodollars(reserved + bound);
		}
	}
	return { lines: kept, skipped };
}

function unknownPrice(context: IExecuteFunctions, { item }: PreparedLine) {
	const message = `'Budget (USD)' is set, but the price of ${item.model.id} is not known, so it can't be kept. Remove the budget, or choose a model with a known price.`;
	return problemsError(context.getNode(), [{ field: 'budgetUsd', message }], item.itemIndex);
}
