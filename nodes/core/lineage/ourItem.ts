import { picodollars, readUsd, toExactUsd, toUsdNumber, type Picodollars } from '../pricing/money';
import { asText } from '../run/errorBody';
import { columnsOf, type Columns } from './columns';
import { isImageId, isRequestKey } from './identity';

/** What an item says in words of ours. `null` = it does not say. */
export interface OurItem {
	/** Only an item with one is an image of ours, whatever else stands in it. */
	imageId: string | null;
	imageIndex: number | null;
	requestKey: string | null;
	requestId: string | null;
	operation: string | null;
	/** Path of a batch's endpoint. */
	endpoint: string | null;
	model: string | null;
	requestedModel: string | null;
	quality: string | null;
	size: string | null;
	prompt: string | null;
	createdAt: string | null;
	/** As it stands on the item, or put together from its columns. */
	cost: Record<string, unknown> | null;
	/** What it was made from, as it stands on the item. */
	draft: Record<string, unknown>;
	/** The same as a column. */
	draftId: string | null;
	/** A person's choice. */
	picked: boolean | null;
}

/** Reads the whole item of an operation, parts of it, or its row in a table. It never throws, whatever comes in. */
export function readItem(json: unknown): OurItem {
	const columns = columnsOf(json);
	const { object, column } = columns;
	const [image, request] = [object('image'), object('request')];
	const draftId = column('draftid');
	return {
		imageId: [image.id, column('imageid')].find(isImageId) ?? null,
		imageIndex: numberOrNull(image.index ?? column('imageindex')),
		requestKey: [request.key, column('requestkey')].find(isRequestKey) ?? null,
		requestId: asText(request.id) ?? asText(column('requestid')),
		operation: asText(column('operation')),
		endpoint: asText(column('endpoint')),
		model: asText(column('model')),
		requestedModel: asText(column('requestedmodel')),
		quality: asText(column('quality')),
		size: asText(column('size')),
		prompt: asText(column('prompt')),
		createdAt: asText(column('createdat')),
		cost: costOf(columns, isImageId(draftId)),
		draft: object('draft'),
		draftId: isImageId(draftId) ? draftId : null,
		picked: flagOrNull(object('review').picked ?? column('reviewpicked', 'picked')),
	};
}

/** `cost` of an item, or of a row. @param hasDraft so that a total that is not there is not known */
function costOf({ object, column }: Columns, hasDraft: boolean): Record<string, unknown> | null {
	const cost = object('cost');
	if (['usd', 'exact', 'basis'].some((name) => name in cost)) return cost;
	const [exact, own] = [readAmount(column('costexact')), readAmount(column('costusd'))];
	const total = readAmount(column('totalusd', 'costtotalusd'));
	if (column('costexact', 'costusd', 'totalusd', 'costtotalusd') === undefined && !hasDraft)
		return null;
	return {
		usd: usdOrNull(exact ?? own),
		...(exact !== null && { exact: toExactUsd(exact) }),
		...((total !== null || hasDraft) && { totalUsd: usdOrNull(total) }),
		...(flagOrNull(column('costbatchdiscount', 'batchdiscount')) === true && {
			batchDiscount: true,
		}),
	};
}

/** A draft that only a row's `draftId` names: what the row's total has beyond its own cost. */
export function draftOfRow({ draftId, imageId, cost }: OurItem): Record<string, unknown> | null {
	if (draftId === null || draftId === imageId) return null;
	const [own, total] = [ownCost(cost ?? {}), readUsd(cost?.totalUsd)];
	const before = own === null || total === null || total < own ? null : picodollars(total - own);
	return {
		id: draftId,
		cost: { usd: usdOrNull(before), totalUsd: usdOrNull(before), basis: 'unknown' },
	};
}

/** Of one image alone. @param cost as it stands on an item */
export function ownCost(cost: Record<string, unknown>): Picodollars | null {
	return readUsd(cost.exact) ?? readUsd(cost.usd);
}

const readAmount = (value: unknown): Picodollars | null =>
	readUsd(typeof value === 'string' ? value.trim() : value);

const usdOrNull = (amount: Picodollars | null): number | null =>
	amount === null ? null : toUsdNumber(amount);

/** Tables give numbers as text. */
export function numberOrNull(value: unknown): number | null {
	const number =
		typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value;
	return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

function flagOrNull(value: unknown): boolean | null {
	if (typeof value === 'boolean') return value;
	const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
	return text === 'true' ? true : text === 'false' ? false : null;
}
