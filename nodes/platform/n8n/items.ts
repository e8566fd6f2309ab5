import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { ChosenModel } from '../../core/catalogue/resolve';
import type { Origin } from '../../core/lineage/origin';
import type { RequestPrice } from '../../core/pricing/price';
import type { ImageRequest } from '../../core/requests/imageRequest';
import type { ImageResponse } from '../../core/requests/imageResponse';
import type { Outcome } from '../../core/scheduler/outcome';
import { isoFromUnix } from '../../core/util/time';
import type { StoredImage } from './binary';
import { costField } from './costField';
import type { LinkFields } from './links';

export type Operation = 'generate' | 'edit' | 'promote' | 'batch';

export type AttemptFacts = Pick<Outcome<unknown>, 'attempts' | 'maybeBilledAttempts'> & {
	/** `null` = not known. */
	durationMs: number | null;
	/** Made by an earlier attempt; its cost was paid then. */
	reused: boolean;
};

/** For what was not sent, or where nothing is known of it. */
export const NEVER_SENT: AttemptFacts = {
	attempts: 0,
	durationMs: 0,
	maybeBilledAttempts: 0,
	reused: false,
};

/** A request, as all its items name it. */
interface RequestName {
	/** Ours, and no other request's. */
	key: string;
	/** The API's; `null` = it gave none. */
	id: string | null;
}

type AskedName = 'prompt' | 'quality' | 'size' | 'background';

/** What every item of ours has. */
export interface ItemBase {
	operation: Operation;
	model: ChosenModel;
	origin: Origin;
	/** The user's row, if it is to come along. */
	input: IDataObject | null;
	/** What else the operation says of it. */
	extra?: IDataObject;
	itemIndex: number;
}

interface ImageItemInput extends ItemBase {
	/** As it was asked for; `null` = not known any more. */
	request: { [Name in AskedName]?: ImageRequest[Name] | string | null };
	response: Omit<ImageResponse, 'images'>;
	name: RequestName;
	price: RequestPrice;
	/** Position of the image in its request. */
	imageIndex: number;
	/** Position and number of images for the input item. */
	index: number;
	count: number;
	stored: StoredImage;
	/** `url` and `urlExpiresAt`; absent = no link is wanted. */
	link?: LinkFields | undefined;
	/** What all runs of the same session have spent; `null` = not known, absent = it belongs to none. */
	sessionUsd?: number | null | undefined;
	spent: AttemptFacts;
	binaryField: string;
	/** Other files that come along. */
	otherFiles?: Record<string, IBinaryData>;
}

/** The item for one image: the only place that knows its shape. */
export function imageItem(input: ImageItemInput): INodeExecutionData {
	const { stored, response, request, spent, price } = input;
	return {
		json: {
			...input.extra,
			prompt: request.prompt ?? null,
			status: 'made',
			operation: input.operation,
			model: input.model.id,
			requestedModel: input.model.requested,
			quality: response.quality ?? request.quality ?? null,
			size: response.size ?? sizeOf(stored, request.size ?? null),
			background: response.background ?? request.background ?? null,
			createdAt: isoFromUnix(response.created),
			image: {
				id: stored.id,
				index: input.index,
				count: input.count,
				width: stored.facts?.width ?? null,
				height: stored.facts?.height ?? null,
				...(stored.facts?.frames !== undefined && { frames: stored.facts.frames }),
				bytes: stored.bytes,
				mimeType: stored.mimeType,
				fileName: stored.fileName,
				sha256: stored.sha256,
				...input.link,
			},
			cost: {
				...costField(price, price.perImage[input.imageIndex] ?? null, input.origin, input.model),
				...(input.sessionUsd !== undefined && { sessionUsd: input.sessionUsd }),
			},
			request: requestField(spent, input.name),
			...originFields(input),
		},
		binary: { ...input.otherFiles, [input.binaryField]: stored.binary },
		pairedItem: { item: input.itemIndex },
	};
}

/** An SVG's own size says how it was drawn: 24x24 may be as large as any. @param asked `null` = not known */
function sizeOf({ facts }: StoredImage, asked: string | null): string | null {
	const pixels = facts?.width ? `${facts.width}x${facts.height}` : null;
	return facts?.format === 'svg' ? (asked ?? pixels) : (pixels ?? asked);
}

/** What the prompt was filled with, what it was promoted from, in whose place its model stands, the user's row; absent where there is none. */
export function originFields({
	origin: { variation, draft, replaced },
	input,
}: ItemBase): IDataObject {
	return {
		...(replaced && { replaced: { ...replaced } }),
		...(variation && { variation: { ...variation, words: { ...variation.words } } }),
		...(draft && { draft: draft as unknown as IDataObject }),
		...(input && { input }),
	};
}

export function requestField(spent: AttemptFacts, { key, id }: RequestName): IDataObject {
	return {
		id,
		key,
		attempts: spent.attempts,
		durationMs: spent.durationMs,
		maybeBilledAttempts: spent.maybeBilledAttempts,
		reused: spent.reused,
	};
}

interface SkippedItemInput extends ItemBase {
	prompt: string;
	key: string;
	/** Attempts before the budget was reached. */
	spent: AttemptFacts;
	/** Images that were not asked for. */
	images: number;
	/** Upper bound of what they would have cost. */
	estimateUsd: number | null;
}

/** The item for images that the budget had no room for. */
export function skippedItem(input: SkippedItemInput): INodeExecutionData {
	return {
		json: {
			...input.extra,
			status: 'skipped',
			skipped: 'budget',
			estimateUsd: input.estimateUsd,
			images: input.images,
			prompt: input.prompt,
			operation: input.operation,
			model: input.model.id,
			requestedModel: input.model.requested,
			request: requestField(input.spent, { key: input.key, id: null }),
			...originFields(input),
		},
		pairedItem: { item: input.itemIndex },
	};
}
