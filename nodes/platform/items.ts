import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { isoFromUnix } from '../core/isoTime';
import type { Origin } from '../core/lineage/origin';
import type { ChosenModel } from '../core/models/resolve';
import type { RequestPrice } from '../core/pricing/price';
import type { ImageRequest } from '../core/requests/imageRequest';
import type { ImageResponse } from '../core/requests/imageResponse';
import type { Failure } from '../core/run/failure';
import type { Outcome } from '../core/run/outcome';
import type { StoredImage } from './binary';
import { costField } from './costField';
import type { toNodeError } from './errors';

export type Operation = 'generate' | 'edit' | 'promote' | 'batch';

export type Spent = Pick<Outcome<unknown>, 'attempts' | 'maybeBilledAttempts'> & {
	/** `null` = not known. */
	durationMs: number | null;
	/** Made by an earlier attempt; its cost was paid then. */
	reused: boolean;
};

type AskedName = 'prompt' | 'quality' | 'size' | 'background';

export interface ImageItemInput {
	operation: Operation;
	model: ChosenModel;
	origin: Origin;
	/** As it was asked for; `null` = not known any more. */
	request: { [Name in AskedName]?: ImageRequest[Name] | string | null };
	response: Omit<ImageResponse, 'images'>;
	requestId: string | null;
	price: RequestPrice;
	/** Position of the image in its request. */
	share: number;
	/** Position and number of images for the input item. */
	index: number;
	count: number;
	stored: StoredImage;
	spent: Spent;
	binaryField: string;
	/** Other files that come along. */
	otherFiles?: Record<string, IBinaryData>;
	/** The input item's own fields, if they are to come along; ours win. */
	inputFields: IDataObject;
	/** What else the operation says of it. */
	extra?: IDataObject;
	itemIndex: number;
}

/** The item for one image: the only place that knows its shape. */
export function imageItem(input: ImageItemInput): INodeExecutionData {
	const { stored, response, request, spent, price } = input;
	const pixels = stored.facts?.width ? `${stored.facts.width}x${stored.facts.height}` : null;
	return {
		json: {
			...input.inputFields,
			...input.extra,
			prompt: request.prompt ?? null,
			operation: input.operation,
			model: input.model.id,
			requestedModel: input.model.requested,
			quality: response.quality ?? request.quality ?? null,
			size: response.size ?? pixels ?? request.size ?? null,
			background: response.background ?? request.background ?? null,
			createdAt: isoFromUnix(response.created),
			image: {
				index: input.index,
				count: input.count,
				width: stored.facts?.width ?? null,
				height: stored.facts?.height ?? null,
				bytes: stored.bytes,
				mimeType: stored.mimeType,
				fileName: stored.fileName,
			},
			cost: costField(price, price.perImage[input.share] ?? null, input.origin, input.model),
			request: requestField(spent, input.requestId),
			...originFields(input.origin),
		},
		binary: { ...input.otherFiles, [input.binaryField]: stored.binary },
		pairedItem: { item: input.itemIndex },
	};
}

/** What the prompt was filled with, what it was promoted from, in whose place its model stands; absent where there is none. */
function originFields({ variation, draft, replaced }: Origin): IDataObject {
	return {
		...(replaced && { replaced: { ...replaced } }),
		...(variation && { variation: { ...variation, words: { ...variation.words } } }),
		...(draft && { draft: draft as unknown as IDataObject }),
	};
}

function requestField(spent: Spent, id: string | null): IDataObject {
	return {
		id,
		attempts: spent.attempts,
		durationMs: spent.durationMs,
		maybeBilledAttempts: spent.maybeBilledAttempts,
		reused: spent.reused,
	};
}

export interface FailedItemInput {
	operation: Operation;
	/** What the user asked for, as far as it could be read. */
	prompt: unknown;
	model: ChosenModel;
	origin: Origin;
	code: string;
	failure: Failure | null;
	spent: Spent;
	error: ReturnType<typeof toNodeError>;
	/** The node has an error output, and this item belongs there. */
	toErrorOutput: boolean;
	inputFields: IDataObject;
	/** What else the operation says of it. */
	extra?: IDataObject;
	itemIndex: number;
}

/** The item for a request that brought no image, when the node is set to continue. */
export function failedItem(input: FailedItemInput): INodeExecutionData {
	const { failure, error } = input;
	const item: INodeExecutionData = {
		json: {
			...input.inputFields,
			...input.extra,
			error: error.message,
			description: error.description ?? null,
			code: input.code,
			...(failure?.status !== undefined && { httpStatus: failure.status }),
			...(failure?.moderation && { moderation: { ...failure.moderation } }),
			prompt: typeof input.prompt === 'string' ? input.prompt : null,
			operation: input.operation,
			model: input.model.id,
			requestedModel: input.model.requested,
			cost: { usd: null, basis: 'unknown' },
			request: requestField(input.spent, failure?.requestId ?? null),
			...originFields(input.origin),
		},
		pairedItem: { item: input.itemIndex },
	};
	return input.toErrorOutput ? forErrorOutput(item, error) : item;
}

/**
 * n8n 2.41 moves an item with an `error` to the error output, and then replaces the JSON of every item
 * that still has one by `{ error: message }` (workflow-execute: handleNodeErrorOutput, then
 * normalizeNodeErrors), so that code, cost and request id would be lost. It copies items on the way, and
 * a copy leaves out what is not enumerable: so this error is seen by the first step only.
 */
function forErrorOutput(item: INodeExecutionData, error: FailedItemInput['error']): INodeExecutionData {
	return Object.defineProperty(item, 'error', { value: error, enumerable: false });
}

export interface SkippedItemInput extends Pick<FailedItemInput, 'operation' | 'model' | 'origin' | 'inputFields' | 'itemIndex'> {
	prompt: string;
	/** Images that were not asked for. */
	images: number;
	/** Upper bound of what they would have cost. */
	estimateUsd: number | null;
}

/** The item for images that the budget had no room for. */
export function skippedItem(input: SkippedItemInput): INodeExecutionData {
	return {
		json: {
			...input.inputFields,
			skipped: 'budget',
			estimateUsd: input.estimateUsd,
			images: input.images,
			prompt: input.prompt,
			operation: input.operation,
			model: input.model.id,
			requestedModel: input.model.requested,
			...originFields(input.origin),
		},
		pairedItem: { item: input.itemIndex },
	};
}
