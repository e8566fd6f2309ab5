import type { IExecuteFunctions } from 'n8n-workflow';
import { atBatchPrice } from '../../core/pricing/batchPrice';
import { costBound } from '../../core/pricing/costBound';
import { sum, ZERO, type Picodollars } from '../../core/pricing/money';
import type { Ledger } from '../../core/run/ledger';
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
 * @param ledger what this execution has spent and reserved
 * @param boundOf what lines add to it at most
 * @throws NodeOperationError when there is a budget and a price is not known
 */
export function withinBudget(
	context: IExecuteFunctions,
	lines: readonly PreparedLine[],
	budget: Picodollars | null,
	{ spent, reserved }: Pick<Ledger, 'spent' | 'reserved'>,
	boundOf: (lines: readonly PreparedLine[]) => Picodollars,
): { lines: PreparedLine[]; skipped: PreparedLine[] } {
	if (budget === null) return { lines: [...lines], skipped: [] };
	const kept: PreparedLine[] = [];
	const skipped: PreparedLine[] = [];
	let total = spent + reserved;
	for (const line of lines) {
		if (batchBound(line) === null) throw unknownPrice(context, line);
		const bound = boundOf([line]);
		if (total + bound > budget) skipped.push(line);
		else {
			kept.push(line);
			total += bound;
		}
	}
	return { lines: kept, skipped };
}

function unknownPrice(context: IExecuteFunctions, { item }: PreparedLine) {
	return problemsError(context.getNode(), [unknownPriceProblem(item.model)], item.itemIndex);
}
