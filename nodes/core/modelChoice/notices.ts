import { isEnding, isGone, replacementNames, shutdownAt } from '../catalogue/lifecycle';
import { type ChosenModel, findEntry, modelForRole, ROLE_NAMES } from '../catalogue/resolve';
import type { Catalogue, ModelEntry, Role } from '../catalogue/types';
import { DAY_MS } from '../util/time';

const NOTICE_MS = 30 * DAY_MS;

/** What to tell somebody who chose a model whose end is announced. `tense` because an editor hint is written once for both. */
export function endNotice(model: ModelEntry, tense: 'past' | 'future'): string {
	const verb = tense === 'past' ? 'was shut down' : 'shuts down';
	return `The model ${model.id} ${verb} on ${model.lifecycle.shutdown}. Choose ${replacementNames(model)} instead, or 'Draft' or 'Final', which always use an available model.`;
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
			: `'${ROLE_NAMES[role]}' used ${entry.id}, because ${replaces.id} is no longer available. Prices differ.`;
	if (!isEnding(entry, now)) return role === null ? null : newNotice(role, entry, catalogue, now);
	if (role === null) return endNotice(entry, isGone(entry, now) ? 'past' : 'future');
	if (isGone(entry, now)) return endNotice(entry, 'past');
	const next = meant(role, new Date(`${entry.lifecycle.shutdown}T00:00:00Z`));
	return `'${ROLE_NAMES[role]}' is ${entry.id} until it shuts down on ${entry.lifecycle.shutdown}, then ${next}. The switch is automatic; prices differ.`;
}

function successorNotice(gone: ModelEntry, entry: ModelEntry): string {
	const day = gone.lifecycle.shutdown === null ? '' : ` on ${gone.lifecycle.shutdown}`;
	return `The model ${gone.id} was shut down${day}, so its successor ${entry.id} was used, with the quality closest to the chosen one. Prices differ. To stop this hint, choose an available model, 'Draft' or 'Final'. To get an error instead, set 'When Model Is Gone' to 'Fail'.`;
}

/** The role meant another model until not long ago. */
function newNotice(role: Role, entry: ModelEntry, catalogue: Catalogue, now: Date): string | null {
	const before = catalogue.roles[role]
		.slice(0, catalogue.roles[role].indexOf(entry.id))
		.flatMap((id) => findEntry(id, catalogue) ?? []);
	const gone = before.find(
		(model) =>
			isGone(model, now) && now.getTime() - (shutdownAt(model)?.getTime() ?? 0) < NOTICE_MS,
	);
	return gone === undefined
		? null
		: `'${ROLE_NAMES[role]}' has been ${entry.id} since ${gone.id} was shut down on ${gone.lifecycle.shutdown}. Prices differ.`;
}
