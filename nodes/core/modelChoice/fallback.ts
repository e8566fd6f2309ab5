import { isGone } from '../catalogue/lifecycle';
import { chosenEntry, type ChosenModel, findEntry } from '../catalogue/resolve';
import type { ModelEntry, Quality } from '../catalogue/types';
import { estimateImagePrice } from '../pricing/outputTokens';
import { chooseModel, likeQuality } from './successor';

/** Where two models are compared. */
const SIZE = '1024x1024';
const QUALITY: Quality = 'medium';

/**
 * What may take the place of a model while it is down, best first: by its role, then what OpenAI names to use instead,
 * then the nearest in price. All of them live and are offered; whether they can do the request is not looked at.
 */
export function nextModels(down: ChosenModel, now: Date): ChosenModel[] {
	const { entry, role, catalogue } = down;
	const ofRole = role === null ? [] : catalogue.roles[role];
	const byPrice = [...catalogue.models].sort((a, b) => distance(entry, a) - distance(entry, b));
	const ranked = new Set([
		...[...ofRole, ...(entry?.lifecycle.replacements ?? [])].flatMap(
			(id) => findEntry(id, catalogue) ?? [],
		),
		...byPrice,
	]);
	if (entry !== null) ranked.delete(entry);
	return [...ranked]
		.filter((model) => !isGone(model, now) && isOffered(model, down))
		.map((model) => standIn(down, chosenEntry(model, catalogue)));
}

/** The fallback that the user has chosen, by a role or an id; `null` = it is the same model. */
export function chosenFallback(
	down: ChosenModel,
	requested: string,
	now: Date,
): ChosenModel | null {
	const chosen = chooseModel(requested, now, 'successor', down.catalogue);
	const isSame = chosen.id === down.id || (chosen.entry !== null && chosen.entry === down.entry);
	return isSame ? null : standIn(down, chosen);
}

/** As it was asked for, so that a second try of the run knows the request again. */
function standIn(down: ChosenModel, { id, entry }: Pick<ChosenModel, 'id' | 'entry'>): ChosenModel {
	const { requested, catalogue } = down;
	// What the user has asked for, such as the quality, was meant for the model that this one stands for itself.
	const replaces = down.replaces ?? down.entry;
	return {
		requested,
		id,
		role: null,
		entry,
		fallbackOf: down.id,
		...(replaces && { replaces }),
		catalogue,
	};
}

function isOffered(
	{ id }: ModelEntry,
	{ catalogue: { notOffered, provider } }: ChosenModel,
): boolean {
	return (
		notOffered?.includes(id) !== true &&
		(provider?.models === undefined || provider.models.includes(id))
	);
}

/** How far prices are apart, at what means the same. */
function distance(from: ModelEntry | null, to: ModelEntry): number {
	const quality = from && likeQuality(from, to, QUALITY);
	const [own, other] = [
		from && estimateImagePrice(from, QUALITY, SIZE)?.amount,
		quality && estimateImagePrice(to, quality, SIZE)?.amount,
	];
	return own && other ? Math.abs(Math.log(Number(other) / Number(own))) : Infinity;
}
