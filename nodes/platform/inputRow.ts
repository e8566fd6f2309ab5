import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isOurs, OUR_FIELDS } from './itemFields';
import { readOutputOptions } from './parameters';

/**
 * The input item as it comes along under `input`: the user's row, whole and never mixed with what is ours. Of an item
 * of ours it is the row that this one carries, and whatever the user has added to it.
 * @returns `null` = it is not wanted
 */
export function inputRow(
	context: IExecuteFunctions,
	itemIndex: number,
	isWanted: boolean,
): IDataObject | null {
	return isWanted ? rowOf(context.getInputData()[itemIndex]?.json ?? {}) : null;
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
	if (!isOurs(json)) return json;
	const added = Object.entries(json).filter(([name]) => !OUR_FIELDS.has(name));
	return { ...(json['input'] as IDataObject | undefined), ...Object.fromEntries(added) };
}
