import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { type ChosenModel, UNKNOWN_MODEL } from '../../core/catalogue/resolve';
import type { Failure } from '../../core/failures/failure';
import { chosenFallback, nextModels } from '../../core/modelChoice/fallback';
import { mostPerRequest } from '../../core/requests/format';
import { showValue } from '../../core/requests/parameters';
import type { Fallback } from '../../core/scheduler/types';
import { type Picodollars, readUsd, toReadableUsd, ZERO } from '../../core/util/money';
import { nodeParameter } from '../n8n/nodeParameter';
import { forModel } from './call';
import { boundOf } from './plan';
import { type MadeBy, planItem } from './planItem';
import type { ImageCall, PlannedItem } from './types';

/** What shall make the images while their model is down. */
type FallbackWish =
	| { kind: 'none' }
	| { kind: 'next'; capUsd: unknown }
	| { kind: 'choose'; /** A role or id. */ model: string; capUsd: unknown };

export function readFallback(context: IExecuteFunctions, itemIndex: number): FallbackWish {
	const { fallbackModel, fallbackPriceCapUsd: capUsd } = (nodeParameter(
		context,
		'run',
		itemIndex,
		{},
	) ?? {}) as IDataObject;
	// A collection's resource locator comes whole; from an expression or an agent, it may be its value alone.
	const value: unknown =
		typeof fallbackModel === 'object'
			? (fallbackModel as IDataObject | null)?.['value']
			: fallbackModel;
	const wish = typeof value === 'string' ? value.trim() : '';
	if (wish === '') return { kind: 'none' };
	return wish === 'next' ? { kind: 'next', capUsd } : { kind: 'choose', model: wish, capUsd };
}

/** What takes the place of an item while its model is down, or why nothing does. */
type StandIn = { item: PlannedItem } | { why: string };

/** The most that a fallback may cost for an image, and how to say so; `null` = not known. */
interface Cap {
	most: Picodollars | null;
	words: string;
}

/** Finds another model for what can't be made because its own is down: checked, and within the price cap. */
export class DownFallback {
	/** The same for all requests of an item. */
	private readonly standIns = new Map<PlannedItem, Promise<StandIn>>();

	private readonly context: IExecuteFunctions;

	private readonly operation: MadeBy;

	/** Whether a model is known to be gone, or not to be for this key. */
	private readonly isBarred: (call: ImageCall) => boolean;

	constructor(
		context: IExecuteFunctions,
		operation: MadeBy,
		isBarred: (call: ImageCall) => boolean,
	) {
		this.context = context;
		this.operation = operation;
		this.isBarred = isBarred;
	}

	/** @param why its model is down, which the item will say */
	async of(call: ImageCall, { message }: Failure): Promise<Fallback<ImageCall>> {
		const wish = readFallback(this.context, call.item.itemIndex);
		if (wish.kind === 'none' || call.item.model.fallbackOf !== undefined)
			return { request: null, why: null };
		const known = this.standIns.get(call.item) ?? this.find(call, wish);
		this.standIns.set(call.item, known);
		const found = await known;
		if ('why' in found) return { request: null, why: `No fallback was used: ${found.why}` };
		const { origin } = found.item;
		const item = {
			...found.item,
			origin: { ...origin, replaced: origin.replaced && { ...origin.replaced, message } },
		};
		const request = forModel(call, item);
		if (request === null || this.isBarred(request))
			return { request: null, why: `No fallback was used: ${item.model.id} is not available.` };
		return { request, why: null };
	}

	private async find(
		call: ImageCall,
		wish: Exclude<FallbackWish, { kind: 'none' }>,
	): Promise<StandIn> {
		const { model } = call.item;
		const cap = capOf(call, wish.capUsd);
		if ('why' in cap) return cap;
		const candidates =
			wish.kind === 'next'
				? nextModels(model, new Date())
				: [chosenFallback(model, wish.model, new Date())];
		let first: string | null = null;
		for (const candidate of candidates) {
			const found = await this.check(call, candidate, cap);
			if ('item' in found) return found;
			first ??= found.why;
		}
		return { why: first ?? 'there is no other model.' };
	}

	private async check(
		{ item: { itemIndex, origin }, part }: ImageCall,
		model: ChosenModel | null,
		{ most, words }: Cap,
	): Promise<StandIn> {
		if (model === null) return { why: "'Fallback Model' is the same model." };
		const item = (await planItem(this.context, this.operation, itemIndex, model))[
			origin.variation?.index ?? 0
		];
		if (item === undefined) return { why: `${model.id} can't replace it.` };
		if (!item.plan.ok)
			return { why: `${model.id} can't make it. ${item.plan.problems[0]?.message ?? ''}` };
		const atOnce = mostPerRequest(
			item.plan.value.request,
			model.entry?.capabilities ?? UNKNOWN_MODEL,
		);
		if (part.images > atOnce) return { why: `${model.id} makes at most ${atOnce} images at once.` };
		const bound = boundOf(model, item.plan.value, 1);
		if (bound === null) return { why: `the price of ${model.id} is not known.` };
		if (most === null || bound.amount > most)
			return { why: `${model.id} may cost ${toReadableUsd(bound.amount)} an image, ${words}` };
		return { item };
	}
}

/** 0 and an empty field mean: nothing dearer than the model itself. */
function capOf({ item, plan }: ImageCall, given: unknown): Cap | { why: string } {
	const isOwn =
		given === undefined || given === null || given === '' || given === 0 || given === '0';
	const usd = typeof given === 'string' || typeof given === 'number' ? readUsd(given) : null;
	if (!isOwn && (usd === null || usd <= ZERO))
		return {
			why: `'Fallback Price Cap (USD)' is ${showValue(given)}, which is not an amount above 0.`,
		};
	if (!isOwn && usd !== null)
		return {
			most: usd,
			words: `more than the ${toReadableUsd(usd)} of 'Fallback Price Cap (USD)'.`,
		};
	const own = boundOf(item.model, plan, 1)?.amount ?? null;
	const than =
		own === null
			? `and the price of ${item.model.id} is not known`
			: `more than ${item.model.id} (${toReadableUsd(own)})`;
	return { most: own, words: `${than}. To allow it, set 'Fallback Price Cap (USD)'.` };
}
