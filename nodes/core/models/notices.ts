import { isEnding, isGone, replacementNames, shutdownAt } from './lifecycle';
import { findEntry, modelForRole, ROLE_NAMES, type ChosenModel } from './resolve';
import type { Catalogue, ModelEntry, Role } from './types';

const TOLD_FOR_MS = 30 * 24 * 60 * 60 * 1000;

/** What to tell somebody who chose a model whose end is announced. `tense` because an editor hint is written once for both. */
export function endNotice(model: ModelEntry, tense: 'past' | 'future'): string {
	const verb = tense === 'past' ? 'was shut down' : 'shuts down';
	return `The model ${model.id} ${verb} on ${model.lifecycle.shutdown}. Choose ${replacementNames(model)} instead, or 'Draft' or 'Final', which always move on to a live model.`;
}

/**
 * One sentence when the chosen model is past its end or within 30 days of it, or stands in the place of one that
 * ended less than 30 days ago; else `null`. For a role it says what the role becomes, because the price changes.
 * @param meant id of what a role means on a day
 */
export function modelNotice(
	chosen: ChosenModel,
	now: Date,
	meant = (role: Role, day: Date): string => modelForRole(role, day, chosen.catalogue).id,
): string | null {
	const { entry, role, catalogue, replaces } = chosen;
	if (entry === null) return null;
	if (replaces)
		return role === null
			? successorNotice(replaces, entry)
			: `'${ROLE_NAMES[role]}' went on with ${entry.id}, because ${replaces.id} is not available any more. Prices differ.`;
	if (!isEnding(entry, now)) return role === null ? null : newNotice(role, entry, catalogue, now);
	if (role === null) return endNotice(entry, isGone(entry, now) ? 'past' : 'future');
	if (isGone(entry, now)) return endNotice(entry, 'past');
	const next = meant(role, new Date(`${entry.lifecycle.shutdown}T00:00:00Z`));
	return `'${ROLE_NAMES[role]}' means ${entry.id} until it shuts down on ${entry.lifecycle.shutdown}, then ${next}. It moves on automatically; prices differ.`;
}

function successorNotice(gone: ModelEntry, entry: ModelEntry): string {
	const day = gone.lifecycle.shutdown === null ? '' : ` on ${gone.lifecycle.shutdown}`;
	return `The model ${gone.id} was shut down${day}; its successor ${entry.id} is used instead, with the quality that is most like the one that was asked for. Prices differ. Choose a model that lives, or 'Draft' or 'Final', to be rid of this hint; set 'When Model Is Gone' to 'Fail' to be told instead.`;
}

/** The role meant another model until not long ago. */
function newNotice(role: Role, entry: ModelEntry, catalogue: Catalogue, now: Date): string | null {
	const before = catalogue.roles[role]
		.slice(0, catalogue.roles[role].indexOf(entry.id))
		.flatMap((id) => findEntry(id, catalogue) ?? []);
	const gone = before.find(
		(model) =>
			isGone(model, now) && now.getTime() - (shutdownAt(model)?.getTime() ?? 0) < TOLD_FOR_MS,
	);
	return gone === undefined
		? null
		: `'${ROLE_NAMES[role]}' means ${entry.id} since ${gone.id} was shut down on ${gone.lifecycle.shutdown}. Prices differ.`;
}
