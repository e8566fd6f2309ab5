import type { IExecuteFunctions } from 'n8n-workflow';
import type { ChosenModel } from '../../core/catalogue/resolve';
import { costBound } from '../../core/pricing/costBound';
import { atBatchPrice } from '../../core/pricing/price';
import type { Ledger } from '../../core/scheduler/ledger';
import { picodollars, type Picodollars, ZERO } from '../../core/util/money';
import { boundSizes } from '../images/estimatePlan';
import { unknownPriceProblem } from '../images/plan';
import type { ImagePlan } from '../images/types';
import { problemsError } from '../n8n/errors';
import type { PreparedLine } from './preparedLine';

/** At batch price, where it is known that there is one; upper bound; `null` = not known. */
export function batchBound(
	model: ChosenModel,
	plan: Pick<ImagePlan, 'request' | 'files'>,
	images: number,
): Picodollars | null {
	const bound = costBound(model, plan.request, images, boundSizes(plan));
	return bound && atBatchPrice(bound, model.catalogue);
}

/**
 * Of lines together; those whose price is not known count nothing, because without a budget nobody asks.
 * @param counted keys of lines that were counted before
 */
export function batchesBound(
	lines: readonly PreparedLine[],
	counted: ReadonlySet<string>,
): Picodollars {
	let total: bigint = ZERO;
	for (const { key, bound } of lines) if (!counted.has(key)) total += bound ?? ZERO;
	return picodollars(total);
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
): { lines: readonly PreparedLine[]; skipped: PreparedLine[] } {
	if (budget === null) return { lines, skipped: [] };
	const kept: PreparedLine[] = [];
	const skipped: PreparedLine[] = [];
	let total = spent + reserved;
	for (const line of lines) {
		if (line.bound === null) throw unknownPrice(context, line);
		const bound = boundOf([line]);
		if (total + bound > budget) skipped.push(line);
		else {
			kept.push(line);
			total += bound;
		}
	}
	return { lines: kept, skipped };
}

function unknownPrice(context: IExecuteFunctions, { item, plan }: PreparedLine) {
	const problem = unknownPriceProblem(item.model, plan.request);
	return problemsError(context.getNode(), [problem], item.itemIndex);
}
