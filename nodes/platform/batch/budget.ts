import type { IExecuteFunctions } from 'n8n-workflow';
import { atBatchPrice } from '../../core/pricing/batchPrice';
import { costBound } from '../../core/pricing/costBound';
import { picodollars, sum, ZERO, type Picodollars } from '../../core/pricing/money';
import { problemsError } from '../errors';
import { boundSizes } from '../estimatePlan';
import { unknownPriceProblem } from '../images/plan';
import type { PreparedLine } from './preparedLine';

/** At batch price, where it is known that there is one; upper bound; `null` = not known. */
export function batchBound({ item, plan, request }: PreparedLine): Picodollars | null {
	const bound = costBound(item.model, plan.request, request.images, boundSizes(plan));
	return bound && atBatchPrice(bound, item.model.catalogue);
}

/** Of lines together; those whose price is not known count nothing, because without a budget nobody asks. */
export function batchesBound(lines: readonly PreparedLine[]): Picodollars {
	return sum(lines.map((line) => batchBound(line) ?? ZERO));
}

/**
 * Lines in their order, as many as fit; nothing is known of what a batch costs until it is done, so the
 * upper bound counts.
 * @param budget `null` = none
 * @param spentBefore in this execution, by other runs of the node
 * @throws NodeOperationError when there is one and a price is not known
 */
export function withinBudget(
	context: IExecuteFunctions,
	lines: readonly PreparedLine[],
	budget: Picodollars | null,
	spentBefore: Picodollars,
): { lines: PreparedLine[]; skipped: PreparedLine[] } {
	if (budget === null) return { lines: [...lines], skipped: [] };
	const kept: PreparedLine[] = [];
	const skipped: PreparedLine[] = [];
	let reserved = spentBefore;
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
	return problemsError(context.getNode(), [unknownPriceProblem(item.model)], item.itemIndex);
}
