import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isImageId, readItem } from '../../core/lineage/ourItem';
import { asRecord, asText, isObject } from '../../core/util/json';
import { isFile, withFields } from './kept';
import { isToolNode } from './nodeParameter';
import { readOutputOptions } from './parameters';
import { type Remembering, WorkflowMemory } from './workflowMemory';

/** An image that a tool has made: where n8n keeps it, and its item as a row, for what is made of it. */
interface ToolImage extends IDataObject {
	binary: IDataObject;
	row: IDataObject;
}

const isToolImage = withFields({ binary: isFile, row: isObject });

const IMAGES = new WorkflowMemory<ToolImage>('images', { inProcess: 2000, saved: 100 }, (saved) =>
	isToolImage(saved) ? (saved as ToolImage) : null,
);

/** Longer prompts are left out. */
const LONGEST_PROMPT = 1000;

/**
 * Remembers what a tool has made: an agent gets no files, so it names an image by its ID when it has it edited or promoted.
 * What lies inside its item would be held in memory and is left out.
 */
export function rememberImages(
	context: IExecuteFunctions,
	items: readonly INodeExecutionData[],
): void {
	if (!isToolNode(context)) return;
	for (const { json, binary, pairedItem } of items) {
		const { imageId } = readItem(json);
		const itemIndex = Number(asRecord(pairedItem)['item'] ?? 0);
		const file = binary?.[readOutputOptions(context, itemIndex).field];
		if (imageId === null || !file?.id) continue;
		IMAGES.keep(context, imageId, { binary: { ...file }, row: rowOf(imageId, json) });
	}
}

/** The row of an image, as `draftOf` and Promote read it. */
function rowOf(imageId: string, json: IDataObject): IDataObject {
	const prompt = asText(json['prompt']) ?? '';
	const { operation, model, requestedModel, quality, size, background, createdAt, cost } = json;
	return {
		imageId,
		...(prompt.length <= LONGEST_PROMPT && { prompt }),
		operation,
		model,
		requestedModel,
		quality,
		size,
		background,
		createdAt,
		cost,
		draft: lineageOf(json['draft']),
	} as IDataObject;
}

/** Longer ones are cut: what they cost is in the total of the last. */
const MOST_DRAFTS = 10;

/** What an image was made from, as much of it as sums need. */
function lineageOf(value: unknown, left = MOST_DRAFTS): IDataObject | undefined {
	const { id, model, quality, size, operation, createdAt, cost, draft } = asRecord(value);
	if (!isImageId(id) || left === 0) return undefined;
	const { usd, exact, totalUsd, basis, batchDiscount } = asRecord(cost);
	return {
		id,
		model,
		quality,
		size,
		operation,
		createdAt,
		cost: { usd, exact, totalUsd, basis, batchDiscount },
		draft: lineageOf(draft, left - 1),
	} as IDataObject;
}

const found = (context: Remembering, id: string): ToolImage | null => {
	if (!isImageId(id)) return null;
	const { here, saved } = IMAGES.find(context, id);
	return here ?? saved;
};

/**
 * The file of an input item, or of an image that a tool has made, by its ID.
 * @throws when there is none
 */
export function namedFile(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
): IBinaryData {
	const image = namedImage(context, itemIndex, field);
	return image ?? context.helpers.assertBinaryData(itemIndex, field);
}

/** `null` = the name is none of an image that is remembered, or the input item has a field of that name. */
export function namedImage(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
): IBinaryData | null {
	if (context.getInputData()[itemIndex]?.binary?.[field] !== undefined) return null;
	return (found(context, field)?.binary ?? null) as IBinaryData | null;
}

/** Its row; `null` = the name is none of an image that is remembered. */
export const rowOfNamed = (context: Remembering, name: string): IDataObject | null =>
	found(context, name)?.row ?? null;
