import type { ChosenModel } from '../catalogue/resolve';
import { columnsOf } from '../lineage/columns';
import { ownCost, readItem } from '../lineage/ourItem';
import { estimateCost } from '../pricing/costBound';
import type { PixelSize } from '../pricing/inputTokens';
import type { ImageRequest } from '../requests/imageRequest';
import { asRecord, asText } from '../util/json';
import { type Picodollars, toReadableUsd } from '../util/money';
import type { TargetMode } from './settings';

/** One draft as a person sees it. */
export interface ShownDraft {
	/** Position among all items that came in. */
	index: number;
	/** What its row is called; `null` = it says no name. */
	name: string | null;
	/** As it stands on the item. */
	prompt: string;
	/** "gpt-image-1-mini · low · $0.0022" */
	facts: string;
	width: number | null;
	height: number | null;
	/** What promoting it would cost; `null` = not known. */
	promoted: PromotedPrices;
}

export type PromotedPrices = Record<Exclude<TargetMode, 'none'>, Picodollars | null>;

/**
 * Reads an item as these nodes make it, simplified or not.
 * @param target what the picked ones are to be promoted with
 */
export function shownDraft(
	json: unknown,
	index: number,
	target: ChosenModel,
	quality: string,
): ShownDraft {
	const ours = readItem(json);
	// A `cost` of someone else's is none that we know.
	const cost = ours.imageId === null ? null : ownCost(ours.cost ?? {});
	const facts = [ours.model, ours.quality, ours.size, cost === null ? null : toReadableUsd(cost)];
	const prompt = asText(asRecord(json).prompt) ?? '';
	const pixels = pixelsOf(json, ours.size);
	return {
		index,
		name: nameOfRow(json),
		prompt,
		facts: facts.flatMap((fact) => fact ?? []).join(' · '),
		...pixels,
		promoted: promotedPrices(
			target,
			{ prompt, quality: quality as ImageRequest['quality'], size: ours.size ?? '1024x1024' },
			pixels,
		),
	};
}

/** From most to least telling to a person, in small letters and without anything between. */
const NAMES = [
	'name',
	'title',
	'productname',
	'producttitle',
	'product',
	'label',
	'headline',
	'subject',
	'sku',
	'articlenumber',
	'ref',
	'id',
];
const NAME_CHARACTERS = 80;

/** What the row that an item was made from is called. */
function nameOfRow(json: unknown): string | null {
	const name = columnsOf(columnsOf(json).object('input')).column(...NAMES);
	const text = typeof name === 'string' || typeof name === 'number' ? String(name).trim() : '';
	return text === ''
		? null
		: [...text.slice(0, 2 * NAME_CHARACTERS)].slice(0, NAME_CHARACTERS).join('');
}

/** As the image's file has them, or else as they were asked for. */
function pixelsOf(json: unknown, size: string | null): PixelSize {
	const { width, height } = columnsOf(json).object('image');
	const [, across, down] = /^(\d{1,5})x(\d{1,5})$/.exec(size ?? '') ?? [];
	return { width: sideOf(width ?? Number(across)), height: sideOf(height ?? Number(down)) };
}

const sideOf = (value: unknown): number | null =>
	typeof value === 'number' && value > 0 && value < 1e5 ? Math.round(value) : null;

function promotedPrices(
	target: ChosenModel,
	request: Pick<ImageRequest, 'prompt' | 'quality' | 'size'>,
	draft: PixelSize,
): PromotedPrices {
	return {
		regenerate: estimateCost(target, request, 1, [])?.amount ?? null,
		refine: estimateCost(target, request, 1, [draft])?.amount ?? null,
	};
}
