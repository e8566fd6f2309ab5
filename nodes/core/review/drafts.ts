import { ownCost, readItem } from '../lineage/ourItem';
import type { ChosenModel } from '../models/resolve';
import { toReadableUsd, type Picodollars } from '../pricing/money';
import { estimateCost } from '../pricing/costEstimate';
import type { ImageRequest } from '../requests/imageRequest';
import { asRecord, asText } from '../run/errorBody';

/** One draft as a person sees it. */
export interface ShownDraft {
	/** Position among all items that came in. */
	index: number;
	/** As it stands on the item. */
	prompt: string;
	/** "gpt-image-1-mini · low · $0.0022" */
	facts: string;
	width: number | null;
	height: number | null;
	/** What promoting it would cost; `null` = not known. */
	promoted: Picodollars | null;
}

/** @param target what the picked ones are to be promoted with */
export function shownDraft(
	json: unknown,
	index: number,
	target: ChosenModel,
	quality: string,
): ShownDraft {
	const item = asRecord(json);
	const { width, height } = asRecord(item.image);
	const model = asText(item.model);
	const ours = readItem(json);
	// A `cost` of someone else's is none that we know.
	const cost = ours.imageId === null ? null : ownCost(ours.cost ?? {});
	const facts = [
		model,
		asText(item.quality),
		asText(item.size),
		cost === null ? null : toReadableUsd(cost),
	];
	const prompt = asText(item.prompt) ?? '';
	return {
		index,
		prompt,
		facts: facts.flatMap((fact) => fact ?? []).join(' · '),
		width: sideOf(width),
		height: sideOf(height),
		promoted: promotionPrice(target, prompt, quality, asText(item.size) ?? '1024x1024'),
	};
}

const sideOf = (value: unknown): number | null =>
	typeof value === 'number' && value > 0 && value < 1e5 ? Math.round(value) : null;

function promotionPrice(
	target: ChosenModel,
	prompt: string,
	quality: string,
	size: string,
): Picodollars | null {
	return (
		estimateCost(target, { prompt, quality: quality as ImageRequest['quality'], size }, 1, [])
			?.amount ?? null
	);
}
