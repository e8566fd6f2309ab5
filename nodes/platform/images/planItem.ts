import type { IExecuteFunctions } from 'n8n-workflow';
import type { ChosenModel } from '../../core/catalogue/resolve';
import type { Replaced } from '../../core/lineage/origin';
import { carryOver, type WhenModelIsGone } from '../../core/modelChoice/successor';
import { type AskedParameters, orList, showValue } from '../../core/requests/parameters';
import { nodeParameter } from '../n8n/nodeParameter';
import {
	readAskedParameters,
	readInputImages,
	readModel,
	readNames,
	readOutputOptions,
	readVariations,
} from '../n8n/parameters';
import { rowOfNamed } from '../n8n/toolImages';
import { InputImages } from './inputImages';
import { plannedItem } from './plan';
import { planEdit } from './planEdit';
import { planVariations } from './planGenerate';
import { planPromote } from './planPromote';
import type { Ask, PlannedItem } from './types';

/** How images are made: now, or in a batch. */
export type MadeBy = 'generate' | 'edit' | 'promote';

/** By the operation's own fields. */
const READERS: Readonly<
	Record<MadeBy, (context: IExecuteFunctions, ask: Ask) => Promise<PlannedItem[]>>
> = {
	generate: async (context, ask) => planVariations(ask, readVariations(context, ask.itemIndex)),

	edit: async (context, ask) => {
		const fileIn = (field: string): string | null =>
			readNames(nodeParameter(context, field, ask.itemIndex, ''))[0] ?? null;
		const fields = {
			images: readInputImages(context, ask.itemIndex),
			maskField: fileIn('maskBinaryField'),
			markupField: fileIn('markupBinaryField'),
		};
		return [await planEdit(context, ask, fields)];
	},

	promote: async (context, ask) => {
		const { itemIndex } = ask;
		const mode: unknown = nodeParameter(context, 'mode', itemIndex, 'refine');
		const images = mode === 'refine' ? readInputImages(context, itemIndex) : null;
		const [first] = images?.sources ?? [];
		const draftRow = rowOfNamed(context, first?.kind === 'field' ? first.name : '');
		const fields = {
			mode,
			images,
			output: readOutputOptions(context, itemIndex),
			json: draftRow ?? context.getInputData()[itemIndex]?.json ?? {},
		};
		return [await planPromote(context, ask, fields)];
	},
};

/** Downloads and looks up what the items work on, several at once. @param madeBy how the images of an item are made */
export async function getInputsAhead(
	context: IExecuteFunctions,
	madeBy: (itemIndex: number) => unknown,
): Promise<void> {
	await InputImages.of(context).getAhead((itemIndex) => {
		const how = madeBy(itemIndex);
		const isRefined = nodeParameter(context, 'mode', itemIndex, 'refine') === 'refine';
		return how === 'edit' || (how === 'promote' && isRefined);
	});
}

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

/**
 * An item that can't be read, as when an expression of its own fails.
 * @param model any
 */
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
		parameters: carryOver(wanted, model),
		draft: null,
		replaced: replacedBy(model, wanted),
	};
}

function replacedBy(
	{ replaces, fallbackOf }: ChosenModel,
	wanted: AskedParameters,
): Replaced | null {
	const quality = typeof wanted.quality === 'string' ? wanted.quality : null;
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

/**
 * Where a field says how images are made, as in a batch.
 * @param resolve what a role or id means there
 */
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
