import type { IDataObject } from 'n8n-workflow';
import { isImageId, isRequestKey } from '../core/lineage/identity';
import { asRecord } from '../core/run/errorBody';

/** What our nodes write at the top of an item. */
export const OUR_FIELDS: ReadonlySet<string> = new Set([
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

/** Whether an item is one that our nodes made, not one with fields of the same names. */
export function isOurs(json: IDataObject): boolean {
	return isImageId(asRecord(json['image']).id) || isRequestKey(asRecord(json['request']).key);
}
