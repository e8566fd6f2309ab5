import type { IBinaryData, IDataObject } from 'n8n-workflow';
import { asRecord, isObject } from '../../core/util/json';

/**
 * A part of what n8n keeps for a node or a workflow, to write into. Code nodes, imports and other versions of this package
 * may have written there: what is no object is replaced, and what is in it is to be checked before it is used.
 */
export function keptPart(data: IDataObject, name: string): IDataObject {
	if (!isObject(data[name])) data[name] = {};
	return data[name] as IDataObject;
}

type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string';

export const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);

/** How many there are, or where one stands. */
export const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

export const orNull =
	(check: Check): Check =>
	(value) =>
		value === null || check(value);

export const listOf =
	(check: Check): Check =>
	(value) =>
		Array.isArray(value) && value.every(check);

/** An object with these fields. */
export const withFields =
	(fields: Readonly<Record<string, Check>>): Check =>
	(value) =>
		isObject(value) &&
		Object.entries(fields).every(([name, check]) => check(asRecord(value)[name]));

/** A file that n8n has, or that is in it. */
export const isFile = (value: unknown): value is IBinaryData => {
	const { id, data, mimeType, fileName = '' } = asRecord(value);
	const isThere = typeof id === 'string' ? id !== '' : id === undefined && isText(data);
	return isThere && isText(mimeType) && isText(fileName);
};

/** Those of its entries that are right. */
export function entriesOf<T>(value: unknown, check: Check): Record<string, T> {
	const entries = Object.entries(isObject(value) ? asRecord(value) : {});
	return Object.fromEntries(entries.filter(([, entry]) => check(entry))) as Record<string, T>;
}
