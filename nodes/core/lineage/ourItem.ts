import { asText } from '../util/json';
import { picodollars, type Picodollars, readUsd, toExactUsd, usdOrNull } from '../util/money';
import { type Columns, columnsOf } from './columns';

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
	/** What that draft was made from, the nearest first. */
	earlierDraftIds: string[];
	/** A person's choice. */
	picked: boolean | null;
}

/** Reads the whole item of an operation, parts of it, or its row in a table. It never throws, whatever comes in. */
export function readItem(json: unknown): OurItem {
	const given = columnsOf(json);
	const isRow = isEndedRow(given);
	const columns: Columns = isRow ? { ...given, object: () => ({}) } : given;
	const { object, column } = columns;
	const [image, request] = [object('image'), object('request')];
	const draftId = column('draftid');
	const isNoImage = isRow || isEndedItem(given);
	return {
		imageId: isNoImage ? null : ([image.id, column('imageid')].find(isImageId) ?? null),
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
		cost: costOf(columns, isImageId(draftId), isNoImage),
		draft: object('draft'),
		draftId: isImageId(draftId) ? draftId : null,
		earlierDraftIds: (asText(column('earlierdraftids')) ?? '').split(/[\s,]+/).filter(isImageId),
		picked: flagOrNull(object('review').picked ?? column('reviewpicked', 'picked')),
	};
}

/**
 * Whether a request of ours brought no image, and its item is simplified. The item may name an image all the same: on an
 * error output n8n puts the fields of the input item beside ours, and so does a Merge by position. Then the draft's id
 * stands in it, and objects are the draft's. What a user wrote over `status` and `error` of an image does not make it one:
 * that has a total, or no request's key.
 */
function isEndedRow({ column }: Columns): boolean {
	if (!isRequestKey(column('requestkey')) || column('costtotalusd') !== undefined) return false;
	return column('status') === 'skipped' ? column('estimateusd') !== undefined : saysFailed(column);
}

/** The same of a whole item. */
function isEndedItem({ object, column }: Columns): boolean {
	const cost = object('cost');
	return (
		saysFailed(column) &&
		isRequestKey(object('request').key) &&
		'basis' in cost &&
		!('totalUsd' in cost)
	);
}

const saysFailed = (column: Columns['column']): boolean =>
	column('status') === 'failed' &&
	asText(column('error')) !== null &&
	asText(column('code')) !== null;

/**
 * `cost` of an item, or of a row.
 * @param hasDraft so that a total that is not there is not known
 * @param isNoImage so that a total is another item's
 */
function costOf(
	{ object, column }: Columns,
	hasDraft: boolean,
	isNoImage: boolean,
): Record<string, unknown> | null {
	const cost = object('cost');
	if (['usd', 'exact', 'basis'].some((name) => name in cost)) return cost;
	const [exact, own] = [readAmount(column('costexact')), readAmount(column('costusd'))];
	const total = isNoImage ? null : readAmount(column('totalusd', 'costtotalusd'));
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
export function draftOfRow({
	draftId,
	earlierDraftIds,
	imageId,
	cost,
}: OurItem): Record<string, unknown> | null {
	if (draftId === null || draftId === imageId) return null;
	const [own, total] = [ownCost(cost ?? {}), readUsd(cost?.totalUsd)];
	const before = own === null || total === null || total < own ? null : picodollars(total - own);
	const ofDraft = { totalUsd: usdOrNull(before), basis: 'unknown' };
	// With drafts of its own it is not known what it cost alone.
	if (earlierDraftIds.length === 0)
		return { id: draftId, cost: { usd: usdOrNull(before), ...ofDraft } };
	const earlier = earlierDraftIds.reduceRight<Record<string, unknown> | undefined>(
		(draft, id) => ({
			id,
			cost: { usd: null, totalUsd: null, basis: 'unknown' },
			...(draft && { draft }),
		}),
		undefined,
	);
	return { id: draftId, cost: { usd: null, ...ofDraft }, draft: earlier };
}

/**
 * Of one image alone.
 * @param cost as it stands on an item
 */
export function ownCost(cost: Record<string, unknown>): Picodollars | null {
	return readUsd(cost.exact) ?? readUsd(cost.usd);
}

const readAmount = (value: unknown): Picodollars | null =>
	readUsd(typeof value === 'string' ? value.trim() : value);

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

/** `image.id` of an item: ours, and the same wherever the item goes. */
export const isImageId = (value: unknown): value is string =>
	typeof value === 'string' && /^img_[0-9a-f]{24}$/.test(value);

/** `request.key` of an item: ours, and the same on all items of a request. Not OpenAI's request id, which stands in `request.id`. */
export const isRequestKey = (value: unknown): value is string =>
	typeof value === 'string' && /^req_[0-9a-f]{8,64}$/.test(value);
