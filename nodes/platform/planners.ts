import type { IExecuteFunctions } from 'n8n-workflow';
import { NO_ORIGIN } from '../core/lineage/origin';
import type { ChosenModel } from '../core/models/resolve';
import { orList, showValue } from '../core/requests/parameters';
import { planEdit } from './editPlan';
import { planVariations } from './generatePlan';
import { nodeParameter } from './nodeParameter';
import { readAskedParameters, readInputFields, readModel, readNames, readOutputOptions, readVariations } from './parameters';
import type { PlannedItem } from './plan';
import { planPromote } from './promotePlan';

/** Reads an input item as the operation's fields say, and checks it. Several are its variations. */
type Planner = (context: IExecuteFunctions, itemIndex: number, model: ChosenModel) => Promise<PlannedItem[]>;

/** How images are made: now, or in a batch. */
export type MadeBy = 'generate' | 'edit' | 'promote';

export const PLANNERS: Readonly<Record<MadeBy, Planner>> = {
	generate: async (context, itemIndex, model) =>
		planVariations({ itemIndex, model, asked: readAskedParameters(context, itemIndex) }, readVariations(context, itemIndex)),

	edit: async (context, itemIndex, model) => {
		const [mask] = readNames(nodeParameter(context, 'maskBinaryField', itemIndex, ''));
		const item = await planEdit(context, {
			itemIndex,
			model,
			asked: readAskedParameters(context, itemIndex),
			imageFields: readInputFields(context, itemIndex),
			maskField: mask ?? null,
		});
		return [item];
	},

	promote: async (context, itemIndex, model) => {
		const mode: unknown = nodeParameter(context, 'mode', itemIndex, 'regenerate');
		const item = await planPromote(context, {
			itemIndex,
			model,
			asked: readAskedParameters(context, itemIndex),
			mode,
			imageFields: mode === 'refine' ? readInputFields(context, itemIndex) : [],
			output: readOutputOptions(context, itemIndex),
			json: context.getInputData()[itemIndex]?.json ?? {},
		});
		return [item];
	},
};

/** Where a field says how images are made, as in a batch. @param resolve what a role or id means there */
export async function planByEndpoint(
	context: IExecuteFunctions,
	itemIndex: number,
	resolve: (requested: string) => ChosenModel,
): Promise<PlannedItem[]> {
	const madeBy = nodeParameter(context, 'endpoint', itemIndex, 'generate') as MadeBy;
	if (Object.hasOwn(PLANNERS, madeBy)) return await PLANNERS[madeBy](context, itemIndex, resolve(readModel(context, itemIndex)));
	const message = `'Make Images By' is ${showValue(madeBy)}. Choose ${orList(Object.keys(PLANNERS))}.`;
	return [{ itemIndex, model: resolve(''), origin: NO_ORIGIN, prompt: null, plan: { ok: false, problems: [{ field: 'endpoint', message }] } }];
}
