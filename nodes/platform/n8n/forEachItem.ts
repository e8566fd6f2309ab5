import type { IExecuteFunctions } from 'n8n-workflow';

/** What came of an input item. */
export interface Worked<T> {
	value: T;
	/** Why the node ends here, unless it continues on errors; `null` = all is well. */
	error: Error | null;
}

/**
 * Does something for each input item, one after the other.
 * @returns a value for each
 * @throws the first error, unless the node continues on errors
 */
export async function forEachItem<T>(
	context: IExecuteFunctions,
	work: (itemIndex: number) => Promise<Worked<T>>,
): Promise<T[]> {
	const values: T[] = [];
	for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
		const { value, error } = await work(itemIndex);
		if (error !== null && !context.continueOnFail()) throw error;
		values.push(value);
	}
	return values;
}
