import { livesForBatch } from '../../core/batch/batchModel';
import type { ChosenModel } from '../../core/catalogue/resolve';
import type { ModelEntry } from '../../core/catalogue/types';
import { type Alternative, alternatives } from '../../core/pricing/alternatives';
import type { RequestEstimate } from '../../core/pricing/requestEstimate';
import type { ImageRequest } from '../../core/requests/imageRequest';
import { picodollars, type Picodollars, sum } from '../../core/util/money';
import { estimatePlan, inputSizes } from '../images/estimatePlan';
import type { ImagePlan, PlannedItem } from '../images/types';

/** What an input item would cost with all its variations. `null` = a price is not known. */
export interface ItemEstimate {
	model: ChosenModel;
	/** Of the first variation. */
	request: ImageRequest;
	images: number;
	/** Standard price. */
	amount: Picodollars | null;
	/** `null` also when the model can't be used in a batch, or the provider is not known to bill less for one. */
	batch: Picodollars | null;
	/** Which model a batch would be of; `null` = it is not known to be possible. */
	batchModel: string | null;
	tokens: RequestEstimate['tokens'] | null;
	basis: RequestEstimate['basis'] | 'unknown';
	upperBound: boolean;
	acceptanceRate: number;
	/** When this was so. */
	now: Date;
	/** Images that go along. */
	inputs: number;
	/** Those of them whose size is not known: they count as the largest. */
	unseenInputs: number;
	/** What the provider itself says, as an exact decimal; `null` = it was not asked, or does not say. */
	quoted: string | null;
	alternatives: Alternative[];
}

/**
 * @param planned the item's variations, at least one, all of them valid
 * @param inBatch the same as a batch would have them, where a role may mean another model
 */
export function estimateOf(
	planned: readonly PlannedItem[],
	inBatch: readonly PlannedItem[],
	acceptanceRate: number,
	now: Date,
): ItemEstimate {
	const plans = planned.flatMap(({ plan }) => (plan.ok ? plan.value : []));
	const [item, first] = [planned[0] as PlannedItem, plans[0] as ImagePlan];
	const { model } = item;
	const { known, amount } = estimateAll(planned);
	const batch = batchOf(inBatch, now);
	const images = plans.reduce((count, plan) => count + plan.count, 0);
	return {
		model,
		request: first.request,
		images,
		amount,
		batch,
		batchModel: batch === null ? null : (inBatch[0]?.model.id ?? null),
		tokens: amount === null ? null : addTokens(known),
		basis: amount === null ? 'unknown' : (known[0]?.basis ?? 'unknown'),
		upperBound: known.some((one) => one.upperBound),
		acceptanceRate,
		now,
		inputs: first.files.images.length,
		unseenInputs: inputSizes(first).filter(({ width }) => width === null).length,
		quoted: null,
		alternatives: combine(
			plans.map((plan) =>
				alternatives(plan.request, plan.count, inputSizes(plan), now, model.catalogue),
			),
		),
	};
}

/** `amount` is `null` when one is not known. */
function estimateAll(planned: readonly PlannedItem[]): {
	known: RequestEstimate[];
	amount: Picodollars | null;
} {
	const each = planned.flatMap(({ model, plan }) =>
		plan.ok ? estimatePlan(model, plan.value, plan.value.count) : null,
	);
	const known = each.flatMap((one) => one ?? []);
	return {
		known,
		amount: known.length === each.length ? sum(known.map((one) => one.amount)) : null,
	};
}

function batchOf(inBatch: readonly PlannedItem[], now: Date): Picodollars | null {
	const [first] = inBatch;
	const { amount } = estimateAll(inBatch);
	if (
		first === undefined ||
		amount === null ||
		first.model.entry === null ||
		first.model.catalogue.provider?.batchDiscount === false
	)
		return null;
	return batchPrice(first.model.entry, amount, now);
}

/** `null` = the model can't be used in a batch, or ends before one may. */
export const batchPrice = (
	model: ModelEntry,
	amount: Picodollars,
	now: Date,
): Picodollars | null =>
	model.capabilities.batch === 'no' || !livesForBatch(model, now) ? null : picodollars(amount / 2n);

function addTokens(estimates: readonly RequestEstimate[]): RequestEstimate['tokens'] {
	const total = { textInput: 0, imageInput: 0, imageOutput: 0, textOutput: 0 };
	for (const { tokens } of estimates) {
		total.textInput += tokens.textInput;
		total.imageInput += tokens.imageInput;
		total.imageOutput += tokens.imageOutput;
		total.textOutput += tokens.textOutput;
	}
	return total;
}

/** The variations of an item differ in their prompts alone, so the same models and qualities stand in each list. */
function combine(lists: readonly Alternative[][]): Alternative[] {
	const [first = [], ...others] = lists;
	const keyOf = ({ provider, model, quality }: Alternative): string =>
		`${provider} ${model.id} ${quality}`;
	const totals = new Map(first.map((one) => [keyOf(one), { ...one }]));
	for (const one of others.flat()) {
		const total = totals.get(keyOf(one));
		if (total !== undefined) total.amount = picodollars(total.amount + one.amount);
	}
	return [...totals.values()].sort((a, b) =>
		a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0,
	);
}

/** What the items of a run would cost together; `null` = a price is not known. */
export interface EstimateTotal {
	items: number;
	images: number;
	now: Picodollars | null;
	batch: Picodollars | null;
}
