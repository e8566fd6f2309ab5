import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { resolveBatchModel } from '../../core/batch/model';
import { chooseModel } from '../../core/models/successor';
import type { Catalogue } from '../../core/models/types';
import { sumOrNull, toReadableUsd, type Picodollars } from '../../core/pricing/money';
import { showValue } from '../../core/requests/parameters';
import { catalogueFrom } from '../catalogueUrl';
import { createImageApi, type ImageApi } from '../client';
import { problemsError } from '../errors';
import { forEachItem, type Worked } from '../forEachItem';
import { readCatalogue } from '../models';
import { nodeParameter } from '../nodeParameter';
import { hint } from '../hints';
import { planByEndpoint } from '../images/planItem';
import { plural } from '../spending';
import { estimateOf, type ItemEstimate } from './itemEstimate';
import { estimatedItem, refusedEstimate } from './estimateItems';

const QUOTE_TIMEOUT_MS = 10_000;

/** What the items of a run would cost together; `null` = a price is not known. */
export interface EstimateTotal {
	items: number;
	images: number;
	now: Picodollars | null;
	batch: Picodollars | null;
}

type Estimated =
	{ itemIndex: number; error: NodeOperationError } | { itemIndex: number; estimate: ItemEstimate };

/**
 * Plans each input item like the live run and says what it would cost; nothing is made.
 * @throws NodeOperationError for the first that could not be served, unless the node continues on errors
 */
export async function estimateItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const now = new Date();
	const asked = nodeParameter(context, 'askProvider', 0, false) === true;
	const catalogue = await catalogueOf(context, asked);
	const api = asked ? await createImageApi(context, QUOTE_TIMEOUT_MS, catalogue) : null;
	const estimated = await forEachItem(context, async (itemIndex): Promise<Worked<Estimated>> => {
		const one = await estimateItem(context, itemIndex, now, catalogue);
		if ('error' in one) return { value: one, error: one.error };
		const quoted = api === null ? null : await quoteOf(api, one.estimate);
		return { value: { ...one, estimate: { ...one.estimate, quoted } }, error: null };
	});
	const total = totalOf(estimated.flatMap((one) => ('estimate' in one ? one.estimate : [])));
	context.addExecutionHints(hint('info', summary(total)));
	return [
		estimated.map((one) =>
			'error' in one
				? refusedEstimate(context, one.error, total, one.itemIndex)
				: estimatedItem(context, one.estimate, total, one.itemIndex),
		),
	];
}

/** As the credential has it, of this version, or one that the user names. */
async function catalogueOf(context: IExecuteFunctions, askProvider: boolean): Promise<Catalogue> {
	const { catalogueUrl } = nodeParameter(context, 'options', 0, {}) as { catalogueUrl?: unknown };
	const { catalogue, problem } = askProvider
		? await readCatalogue(context)
		: await catalogueFrom(context, String(catalogueUrl ?? '').trim());
	if (problem !== null) context.addExecutionHints(hint('warning', problem));
	return catalogue;
}

/** What the provider says of generations; variations differ in their words alone. `null` = it does not say. */
async function quoteOf(
	api: ImageApi,
	{ request, images, inputs }: ItemEstimate,
): Promise<string | null> {
	if (api.quote === undefined || inputs > 0) return null;
	const quoted = await api.quote(request, images);
	return quoted.ok ? quoted.value : null;
}

async function estimateItem(
	context: IExecuteFunctions,
	itemIndex: number,
	now: Date,
	catalogue: Catalogue,
): Promise<Estimated> {
	const planned = await planByEndpoint(context, itemIndex, (requested, whenGone) =>
		chooseModel(requested, now, whenGone, catalogue),
	);
	const refused = planned.flatMap(({ plan }) => (plan.ok ? [] : plan.problems));
	const rate = Number(nodeParameter(context, 'acceptanceRate', itemIndex, 100));
	if (!(rate > 0 && rate <= 100)) {
		const message = `'Acceptance Rate (%)' is ${showValue(nodeParameter(context, 'acceptanceRate', itemIndex, 100))}. It must be above 0 and at most 100.`;
		refused.push({ field: 'acceptanceRate', message });
	}
	if (refused.length > 0)
		return { itemIndex, error: problemsError(context.getNode(), refused, itemIndex) };
	const isRole = planned.some(({ model }) => model.role !== null);
	const inBatch = isRole
		? await planByEndpoint(context, itemIndex, (requested, whenGone) =>
				resolveBatchModel(requested, now, whenGone, catalogue),
			)
		: planned;
	return { itemIndex, estimate: estimateOf(planned, inBatch, rate, now) };
}

function totalOf(estimates: readonly ItemEstimate[]): EstimateTotal {
	return {
		items: estimates.length,
		images: estimates.reduce((count, { images }) => count + images, 0),
		now: sumOrNull(estimates.map(({ amount }) => amount)),
		batch: sumOrNull(estimates.map(({ batch }) => batch)),
	};
}

function summary({ items, images, now, batch }: EstimateTotal): string {
	if (now === null)
		return `${plural(images, 'image')} of ${plural(items, 'item')}: the price is not known.`;
	const asBatch = batch === null ? 'not possible as a batch' : `${toReadableUsd(batch)} as a batch`;
	return `${plural(images, 'image')} of ${plural(items, 'item')}: about ${toReadableUsd(now)} now, ${asBatch}. Nothing was sent.`;
}
