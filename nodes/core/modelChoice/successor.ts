import { isGone } from '../catalogue/lifecycle';
import {
	chosenEntry,
	type ChosenModel,
	findEntry,
	modelForRole,
	resolveModel,
} from '../catalogue/resolve';
import { type Catalogue, type ModelEntry, QUALITIES, type Quality } from '../catalogue/types';
import { estimateImagePrice, estimateOutputTokens } from '../pricing/outputTokens';
import type { AskedParameters } from '../requests/parameters';

/** What becomes of a request whose model, chosen by its id, is gone. */
export type WhenModelIsGone = 'successor' | 'fail';

/** Where two models are compared. */
const SIZE = '1024x1024';

const AS_LIKE = 1.05;

/** The first live model that takes the place of one that is gone; `null` = none is known. */
export function successorOf(model: ModelEntry, now: Date, catalogue: Catalogue): ModelEntry | null {
	const named = model.lifecycle.replacements.flatMap((id) => findEntry(id, catalogue) ?? []);
	return named.find((one) => one.id !== model.id && !isGone(one, now)) ?? null;
}

/** What the user chose, made concrete; a model that is gone gives way to its successor, unless it shall fail. */
export function chooseModel(
	requested: string,
	now: Date,
	whenGone: WhenModelIsGone,
	catalogue: Catalogue,
): ChosenModel {
	const chosen = resolveModel(requested, now, catalogue);
	const isOver = chosen.role === null && chosen.entry !== null && isGone(chosen.entry, now);
	return (isOver ? moveOn(chosen, now, whenGone) : null) ?? chosen;
}

/** The choice after the model that it meant has gone; `null` = there is none, or the user wants it to fail. */
export function moveOn(
	chosen: ChosenModel,
	now: Date,
	whenGone: WhenModelIsGone,
): ChosenModel | null {
	const { entry, role, catalogue } = chosen;
	if (entry === null || (role === null && whenGone === 'fail')) return null;
	const next = role === null ? successorOf(entry, now, catalogue) : nextOfRole(chosen, now);
	return next === null
		? null
		: { ...chosen, ...chosenEntry(next, catalogue), replaces: chosen.replaces ?? entry };
}

/** As if the model and those before it had never been: the API knows better than any date, and the ones before may be gone as well. */
function nextOfRole({ entry, role, catalogue }: ChosenModel, now: Date): ModelEntry | null {
	if (role === null || entry === null) return null;
	const ranked = catalogue.roles[role];
	const ids = ranked.slice(ranked.indexOf(entry.id) + 1);
	if (ids.length === 0) return null;
	const next = modelForRole(role, now, {
		...catalogue,
		roles: { ...catalogue.roles, [role]: ids },
	});
	return isGone(next, now) ? null : next;
}

/**
 * The quality of a model that is most like one of another, in tokens (which is detail) and in price together:
 * the names mean something else on each.
 * @returns `null` = nothing is known of one of them
 */
export function likeQuality(from: ModelEntry, to: ModelEntry, quality: Quality): Quality | null {
	const [tokens, price] = [
		estimateOutputTokens(from, quality, SIZE)?.tokens,
		estimateImagePrice(from, quality, SIZE)?.amount,
	];
	if (tokens === undefined || price === undefined) return null;
	const distance = (name: Quality): number => {
		const [otherTokens, otherPrice] = [
			estimateOutputTokens(to, name, SIZE)?.tokens,
			estimateImagePrice(to, name, SIZE)?.amount,
		];
		if (!otherTokens || !otherPrice) return Infinity;
		return (
			Math.abs(Math.log(otherTokens / tokens)) +
			Math.abs(Math.log(Number(otherPrice) / Number(price)))
		);
	};
	const nearest = Math.min(...to.capabilities.qualities.map(distance));
	// Of two that are as like, the cheaper one; qualities stand from cheap to dear.
	return nearest === Infinity
		? null
		: (to.capabilities.qualities.find((name) => distance(name) <= nearest * AS_LIKE) ?? null);
}

/** What was asked of a model, as its successor is to be asked: by what it means, not by its name. */
export function carryOver(
	asked: AskedParameters,
	{ entry, replaces }: ChosenModel,
): AskedParameters {
	if (entry === null || !replaces) return asked;
	const { inputFidelity, complexity } = entry.capabilities;
	const known = QUALITIES.find(
		(name) => name === asked.quality && replaces.capabilities.qualities.includes(name),
	);
	return {
		...asked,
		quality: (known && likeQuality(replaces, entry, known)) ?? asked.quality,
		// What the successor always does, or never does, can't be asked of it.
		inputFidelity: inputFidelity.length === 0 ? undefined : asked.inputFidelity,
		complexity: complexity.length === 0 ? undefined : asked.complexity,
	};
}
