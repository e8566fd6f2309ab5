import { type Draft, saidOrNull } from '../lineage/draft';
import type { OurItem } from '../lineage/ourItem';
import { amountIn, dayOf, type Sighting } from './imageRecord';

/** What belongs to an item beside what it says of its image. */
export interface Place {
	/** Value of the field that the report groups by. */
	group: string | null;
	/** Number of the item, where its file comes along. */
	file: number | null;
	fileName: string | null;
}

/** @param draft that it was made from */
export function sightingOf(
	item: OurItem,
	draft: Draft | null,
	{ group, file, fileName }: Place,
): Sighting {
	const { model, quality, requestedModel, prompt, requestId, requestKey, picked } = item;
	const cost = item.cost ?? {};
	const batch = cost.batchDiscount === true;
	// One that was made of a draft is a promotion, also where the draft's image went along.
	const isEdit =
		item.operation === 'batch' && draft === null && item.endpoint?.endsWith('/edits') === true;
	const operation = isEdit ? 'edit' : item.operation;
	return {
		...{
			model,
			quality,
			operation,
			requestedModel,
			day: dayOf(item.createdAt),
			prompt,
			requestId,
			requestKey,
			amount: amountIn(cost),
			batch,
			picked,
			fileName,
			file,
		},
		hasDraft: draft !== null,
		draftId: draft?.id ?? null,
		group: group === null ? null : { value: group, isOwn: true },
	};
}

/** @param group of the item that it stands in */
export function sightingOfDraft(
	{ model, quality, operation, prompt, requestId, createdAt, cost, draft }: Draft,
	group: string | null,
): Sighting {
	return {
		model: saidOrNull(model),
		quality,
		operation: operation ?? null,
		requestedModel: null,
		day: dayOf(createdAt),
		prompt: prompt ?? null,
		requestId: requestId ?? null,
		requestKey: null,
		amount: amountIn(cost),
		batch: cost.batchDiscount === true,
		picked: null,
		hasDraft: draft !== undefined,
		draftId: draft?.id ?? null,
		fileName: null,
		file: null,
		group: group === null ? null : { value: group, isOwn: false },
	};
}
