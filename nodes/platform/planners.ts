import type { IExecuteFunctions } from 'n8n-workflow';
import { NO_ORIGIN, type Replaced } from '../core/lineage/origin';
import { doorProblems } from '../core/models/door';
import type { ChosenModel } from '../core/models/resolve';
import { carryOver, type WhenModelIsGone } from '../core/models/successor';
import { orList, showValue, type AskedParameters } from '../core/requests/parameters';
import { planEdit } from './editPlan';
import { planVariations } from './generatePlan';
import { nodeParameter } from './nodeParameter';
import { readAskedParameters, readInputFields, readModel, readNames, readOutputOptions, readVariations } from './parameters';
import type { PlannedItem } from './plan';
import { planPromote } from './promotePlan';

/** How images are made: now, or in a batch. */
export type MadeBy = 'generate' | 'edit' | 'promote';

/** By the operation's own fields, as they were carried over to the model. */
const READERS: Readonly<Record<MadeBy, (context: IExecuteFunctions, itemIndex: number, model: ChosenModel, asked: AskedParameters) => Promise<PlannedItem[]>>> = {
	generate: async (context, itemIndex, model, asked) => planVariations({ itemIndex, model, asked }, readVariations(context, itemIndex)),

	edit: async (context, itemIndex, model, asked) => {
		const [mask] = readNames(nodeParameter(context, 'maskBinaryField', itemIndex, ''));
		const imageFields = readInputFields(context, itemIndex);
		return [await planEdit(context, { itemIndex, model, asked, imageFields, maskField: mask ?? null })];
	},

	promote: async (context, itemIndex, model, asked) => {
		const mode: unknown = nodeParameter(context, 'mode', itemIndex, 'regenerate');
		const promotion = {
			itemIndex,
			model,
			asked,
			mode,
			imageFields: mode === 'refine' ? readInputFields(context, itemIndex) : [],
			output: readOutputOptions(context, itemIndex),
			json: context.getInputData()[itemIndex]?.json ?? {},
		};
		return [await planPromote(context, promotion)];
	},
};

/** Reads an input item as the operation's fields say, and checks it. Several are its variations. */
export async function planItem(context: IExecuteFunctions, madeBy: MadeBy, itemIndex: number, model: ChosenModel): Promise<PlannedItem[]> {
	const asked = readAskedParameters(context, itemIndex);
	const planned = await READERS[madeBy](context, itemIndex, model, carryOver(asked, model));
	return planned.map(checkDoor).map((item) => ({
		...item,
		origin: { ...item.origin, replaced: replacedBy(model, asked) },
		identity: item.plan.ok ? [model.requested, { ...asked, prompt: item.plan.value.request.prompt, size: item.plan.value.request.size }] : null,
	}));
}

/** Against what the provider's door lacks. */
function checkDoor(item: PlannedItem): PlannedItem {
	if (!item.plan.ok) return item;
	const { request, files } = item.plan.value;
	const problems = doorProblems(request, files.mask !== null, item.model);
	return problems.length === 0 ? item : { ...item, plan: { ok: false, problems } };
}

function replacedBy({ replaces }: ChosenModel, { quality }: AskedParameters): Replaced | null {
	if (!replaces) return null;
	return { model: replaces.id, quality: typeof quality === 'string' ? quality : null, shutdown: replaces.lifecycle.shutdown };
}

/** For a model that was chosen by its id. */
export function readWhenGone(context: IExecuteFunctions, itemIndex: number): WhenModelIsGone {
	return nodeParameter(context, 'whenModelIsGone', itemIndex, 'successor') === 'fail' ? 'fail' : 'successor';
}

/** Where a field says how images are made, as in a batch. @param resolve what a role or id means there */
export async function planByEndpoint(
	context: IExecuteFunctions,
	itemIndex: number,
	resolve: (requested: string, whenGone: WhenModelIsGone) => ChosenModel,
): Promise<PlannedItem[]> {
	const madeBy = nodeParameter(context, 'endpoint', itemIndex, 'generate') as MadeBy;
	if (Object.hasOwn(READERS, madeBy)) return await planItem(context, madeBy, itemIndex, resolve(readModel(context, itemIndex), readWhenGone(context, itemIndex)));
	const message = `'Make Images By' is ${showValue(madeBy)}. Choose ${orList(Object.keys(READERS))}.`;
	return [{ itemIndex, model: resolve('', 'fail'), origin: NO_ORIGIN, identity: null, prompt: null, plan: { ok: false, problems: [{ field: 'endpoint', message }] } }];
}
