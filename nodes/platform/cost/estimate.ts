import { type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { resolveBatchModel } from '../../core/batch/batchModel';
import type { Catalogue } from '../../core/catalogue/types';
import { chooseModel } from '../../core/modelChoice/successor';
import { showValue } from '../../core/requests/parameters';
import { sumOrNull, toReadableUsd } from '../../core/util/money';
import { plural } from '../../core/util/text';
import { catalogueFrom } from '../api/catalogueUrl';
import { createImageApi } from '../api/client';
import { readCatalogue } from '../api/models';
import { planByEndpoint } from '../images/planItem';
import { problemsError } from '../n8n/errors';
import { forEachItem, type Worked } from '../n8n/forEachItem';
import { hint } from '../n8n/hints';
import { nodeParameter } from '../n8n/nodeParameter';
import type { ImageApi } from '../providers/imageApi';
import { estimatedItem, refusedEstimate } from './estimateItems';
import { estimateOf, type EstimateTotal, type ItemEstimate } from './itemEstimate';

const QUOTE_TIMEOUT_MS = 10_000;

type EstimateResult =
	{ itemIndex: number; error: NodeOperationError } | { itemIndex: number; estimate: ItemEstimate };

/**
 * Plans each input item like the live run and says what it would cost; nothing is made.
 * @throws NodeOperationError for the first that could not be served, unless the node continues on errors
 */
export async function estimateItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const now = new Date();
	const askProvider = nodeParameter(context, 'askProvider', 0, false) === true;
	const catalogue = await catalogueOf(context, askProvider);
	const api = askProvider ? await createImageApi(context, QUOTE_TIMEOUT_MS, catalogue) : null;
	const estimated = await forEachItem(
		context,
		async (itemIndex): Promise<Worked<EstimateResult>> => {
			const one = await estimateItem(context, itemIndex, now, catalogue);
			if ('error' in one) return { value: one, error: one.error };
			const quoted = api === null ? null : await quoteOf(api, one.estimate);
			return { value: { ...one, estimate: { ...one.estimate, quoted } }, error: null };
		},
	);
	const estimates = estimated.flatMap((one) => ('estimate' in one ? one.estimate : []));
	const total = totalOf(estimates);
	context.addExecutionHints(hint('info', `${summary(total)}${unseenWords(estimates)}`));
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
): Promise<EstimateResult> {
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

/** What is at a link or at the API is not looked at. */
function unseenWords(estimates: readonly ItemEstimate[]): string {
	const unseen = estimates.reduce((count, { unseenInputs }) => count + unseenInputs, 0);
	if (unseen === 0) return '';
	const [are, their, count] =
		unseen === 1 ? ['is', 'its', 'it counts'] : ['are', 'their', 'they count'];
	return ` ${plural(unseen, 'input image')} ${are} not downloaded for an estimate, so ${their} size is not known, and ${count} as the largest.`;
}

function summary({ items, images, now, batch }: EstimateTotal): string {
	if (now === null)
		return `${plural(images, 'image')} for ${plural(items, 'item')}: the price is not known.`;
	const asBatch = batch === null ? 'not possible as a batch' : `${toReadableUsd(batch)} as a batch`;
	return `${plural(images, 'image')} for ${plural(items, 'item')}: about ${toReadableUsd(now)} now, ${asBatch}. Nothing was sent.`;
}
