import { CATALOGUE } from './catalogue';
import { isEnding, isGone, replacementNames } from './lifecycle';
import { modelForRole, ROLE_NAMES, type ChosenModel } from './resolve';
import type { Catalogue, ModelEntry } from './types';

/** What to tell somebody who chose a model whose end is announced. `tense` because an editor hint is written once for both. */
export function endNotice(model: ModelEntry, tense: 'past' | 'future'): string {
	const verb = tense === 'past' ? 'was shut down' : 'shuts down';
	return `The model ${model.id} ${verb} on ${model.lifecycle.shutdown}. Choose ${replacementNames(model)} instead, or 'Draft' or 'Final', which always move on to a live model.`;
}

/**
 * One sentence when the chosen model is past its end or within 30 days of it, else `null`.
 * For a role it says what the role becomes, because the price changes that day.
 */
export function modelNotice(
	chosen: ChosenModel,
	now: Date,
	catalogue: Catalogue = CATALOGUE,
): string | null {
	const { entry, role } = chosen;
	if (entry === null || !isEnding(entry, now)) return null;
	if (role === null) return endNotice(entry, isGone(entry, now) ? 'past' : 'future');
	if (isGone(entry, now)) return endNotice(entry, 'past');
	const next = modelForRole(role, new Date(`${entry.lifecycle.shutdown}T00:00:00Z`), catalogue);
	return `'${ROLE_NAMES[role]}' means ${entry.id} until it shuts down on ${entry.lifecycle.shutdown}; from that day on it means ${next.id}, by itself. Prices differ.`;
}
