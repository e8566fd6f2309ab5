import type { IExecuteFunctions } from 'n8n-workflow';
import type { Replaced } from '../../core/lineage/origin';
import type { ChosenModel } from '../../core/models/resolve';
import { carryOver, type WhenModelIsGone } from '../../core/models/successor';
import { orList, showValue, type AskedParameters } from '../../core/requests/parameters';
import { nodeParameter } from '../nodeParameter';
import {
	readAskedParameters,
	readInputFields,
	readModel,
	readNames,
	readOutputOptions,
	readVariations,
} from '../parameters';
import { plannedItem, type Ask, type PlannedItem } from './plan';
import { planEdit } from './planEdit';
import { planVariations } from './planGenerate';
import { planPromote } from './planPromote';

/** How images are made: now, or in a batch. */
export type MadeBy = 'generate' | 'edit' | 'promote';

/** By the operation's own fields. */
const READERS: Readonly<
	Record<MadeBy, (context: IExecuteFunctions, ask: Ask) => Promise<PlannedItem[]>>
> = {
	generate: async (context, ask) => planVariations(ask, readVariations(context, ask.itemIndex)),

	edit: async (context, ask) => {
		const [mask] = readNames(nodeParameter(context, 'maskBinaryField', ask.itemIndex, ''));
		const imageFields = readInputFields(context, ask.itemIndex);
		return [await planEdit(context, ask, { imageFields, maskField: mask ?? null })];
	},

	promote: async (context, ask) => {
		const { itemIndex } = ask;
		const mode: unknown = nodeParameter(context, 'mode', itemIndex, 'regenerate');
		const fields = {
			mode,
			imageFields: mode === 'refine' ? readInputFields(context, itemIndex) : [],
			output: readOutputOptions(context, itemIndex),
			json: context.getInputData()[itemIndex]?.json ?? {},
		};
		return [await planPromote(context, ask, fields)];
	},
};

/** Reads an input item as the operation's fields say, and checks it. Several are its variations. */
export async function planItem(
	context: IExecuteFunctions,
	madeBy: MadeBy,
	itemIndex: number,
	model: ChosenModel,
): Promise<PlannedItem[]> {
	return await READERS[madeBy](
		context,
		askOf(itemIndex, model, readAskedParameters(context, itemIndex)),
	);
}

/** An item that can't be read, as when an expression of its own fails. @param model any */
export function unreadableItem(itemIndex: number, model: ChosenModel, error: Error): PlannedItem {
	const ask = askOf(itemIndex, model, { prompt: null, quality: null, size: null, count: null });
	return plannedItem(ask, {
		checked: { ok: false, problems: [{ field: 'prompt', message: error.message }] },
	});
}

function askOf(itemIndex: number, model: ChosenModel, wanted: AskedParameters): Ask {
	return {
		itemIndex,
		model,
		wanted,
		asked: carryOver(wanted, model),
		draft: null,
		replaced: replacedBy(model, wanted),
	};
}

function replacedBy(
	{ replaces, fallbackOf }: ChosenModel,
	asked: AskedParameters,
): Replaced | null {
	const quality = typeof asked.quality === 'string' ? asked.quality : null;
	if (fallbackOf !== undefined)
		return { model: fallbackOf, quality, shutdown: null, reason: 'down' };
	return replaces
		? { model: replaces.id, quality, shutdown: replaces.lifecycle.shutdown, reason: 'gone' }
		: null;
}

/** For a model that was chosen by its id. */
export function readWhenGone(context: IExecuteFunctions, itemIndex: number): WhenModelIsGone {
	return nodeParameter(context, 'whenModelIsGone', itemIndex, 'successor') === 'fail'
		? 'fail'
		: 'successor';
}

/** Where a field says how images are made, as in a batch. @param resolve what a role or id means there */
export async function planByEndpoint(
	context: IExecuteFunctions,
	itemIndex: number,
	resolve: (requested: string, whenGone: WhenModelIsGone) => ChosenModel,
): Promise<PlannedItem[]> {
	const madeBy = nodeParameter(context, 'endpoint', itemIndex, 'generate') as MadeBy;
	if (Object.hasOwn(READERS, madeBy))
		return await planItem(
			context,
			madeBy,
			itemIndex,
			resolve(readModel(context, itemIndex), readWhenGone(context, itemIndex)),
		);
	const message = `'Make Images By' is ${showValue(madeBy)}. Choose ${orList(Object.keys(READERS))}.`;
	const ask = askOf(itemIndex, resolve('', 'fail'), {
		prompt: null,
		quality: null,
		size: null,
		count: null,
	});
	return [plannedItem(ask, { checked: { ok: false, problems: [{ field: 'endpoint', message }] } })];
}
