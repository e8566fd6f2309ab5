import type { IBinaryData, IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { objectFrom } from '../../core/lineage/columns';
import { isImageId, isRequestKey } from '../../core/lineage/ourItem';
import { asRecord } from '../../core/util/json';
import { readOutputOptions } from './parameters';

/**
 * The input item as it comes along under `input`: the user's row, whole and never mixed with what is ours. Of an item
 * of ours it is the row that this one carries, and whatever the user has added to it.
 * @returns `null` = it is not wanted, or there is nothing in it
 */
export function inputRow(
	context: IExecuteFunctions,
	itemIndex: number,
	isWanted: boolean,
): IDataObject | null {
	const row = isWanted ? rowOf(context.getInputData()[itemIndex]?.json ?? {}) : {};
	return Object.keys(row).length > 0 ? row : null;
}

/** The same for an item that failed before it was sent: an expression that can't be read may be why. */
export function wantedRow(context: IExecuteFunctions, itemIndex: number): IDataObject | null {
	try {
		return inputRow(context, itemIndex, readOutputOptions(context, itemIndex).includeInputFields);
	} catch {
		return null;
	}
}

export function rowOf(json: IDataObject): IDataObject {
	const ours = ourFieldsOf(json);
	if (ours === null) return json;
	const added = Object.entries(json).filter(([name]) => !ours.has(name));
	return { ...(objectFrom(json['input']) as IDataObject), ...Object.fromEntries(added) };
}

/** What our nodes write at the top of a whole item. */
const WHOLE: ReadonlySet<string> = new Set([
	'background',
	'batchId',
	'code',
	'cost',
	'count',
	'createdAt',
	'customId',
	'description',
	'draft',
	'endpoint',
	'error',
	'estimate',
	'estimateUsd',
	'httpStatus',
	'image',
	'images',
	'input',
	'model',
	'moderation',
	'operation',
	'prompt',
	'quality',
	'replaced',
	'request',
	'requestedModel',
	'review',
	'size',
	'skipped',
	'status',
	'variation',
]);

/** The same of a simplified one. */
const SIMPLIFIED: ReadonlySet<string> = new Set([
	'attempts',
	'background',
	'batchDiscount',
	'batchId',
	'code',
	'costUsd',
	'createdAt',
	'customId',
	'description',
	'draftId',
	'earlierDraftIds',
	'error',
	'estimate',
	'estimateUsd',
	'estimated',
	'fileName',
	'imageId',
	'images',
	'input',
	'markdown',
	'maybeBilledAttempts',
	'model',
	'operation',
	'prompt',
	'quality',
	'requestKey',
	'requestedModel',
	'review',
	'sessionUsd',
	'size',
	'status',
	'totalUsd',
	'url',
]);

const STATUSES: readonly unknown[] = ['made', 'failed', 'skipped'];

/**
 * The fields of an item that our nodes wrote, where it is one of ours and not a user's row with fields of the same names.
 * @returns `null` = it is none of ours
 */
function ourFieldsOf(json: IDataObject): ReadonlySet<string> | null {
	if (isImageId(asRecord(json['image']).id) || isRequestKey(asRecord(json['request']).key))
		return WHOLE;
	const isNamed = isImageId(json['imageId']) || isRequestKey(json['requestKey']);
	// A row of the user's may name an image and have a status of its own.
	const isOurs =
		isNamed &&
		(json['status'] === undefined
			? json['input'] !== undefined
			: STATUSES.includes(json['status']));
	return isOurs ? SIMPLIFIED : null;
}

/** The binary field that holds a draft's image: the first one named that is there, `data`, or whatever there is. */
export function fieldOfDraft(
	context: IExecuteFunctions,
	itemIndex: number,
	named: readonly string[],
): string | null {
	const there = Object.keys(context.getInputData()[itemIndex]?.binary ?? {});
	return [...named, 'data'].find((field) => there.includes(field)) ?? there[0] ?? null;
}

/**
 * The draft's file, to stand beside what was made from it.
 * @param keepIn name of the field; empty = not wanted
 */
export function draftFile(
	context: IExecuteFunctions,
	itemIndex: number,
	keepIn: string,
	named: readonly string[],
): Record<string, IBinaryData> {
	const field = keepIn === '' ? null : fieldOfDraft(context, itemIndex, named);
	return field === null ? {} : { [keepIn]: context.helpers.assertBinaryData(itemIndex, field) };
}
