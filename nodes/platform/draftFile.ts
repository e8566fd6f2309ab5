import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

/** The binary field that holds a draft's image: the first one named that is there, `data`, or whatever there is. */
export function fieldOfDraft(
	context: IExecuteFunctions,
	itemIndex: number,
	named: readonly string[],
): string | null {
	const there = Object.keys(context.getInputData()[itemIndex]?.binary ?? {});
	return [...named, 'data'].find((field) => there.includes(field)) ?? there[0] ?? null;
}

/** The draft's file, to stand beside what was made from it. @param keepIn name of the field; empty = not wanted */
export function draftFile(
	context: IExecuteFunctions,
	itemIndex: number,
	keepIn: string,
	named: readonly string[],
): Record<string, IBinaryData> {
	const field = keepIn === '' ? null : fieldOfDraft(context, itemIndex, named);
	return field === null ? {} : { [keepIn]: context.helpers.assertBinaryData(itemIndex, field) };
}
