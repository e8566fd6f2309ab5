import { isGone, replacementNames } from '../catalogue/lifecycle';
import {
	chosenEntry,
	type ChosenModel,
	findEntry,
	modelForRole,
	ROLE_NAMES,
	ROLES,
} from '../catalogue/resolve';
import type { Catalogue, ModelEntry } from '../catalogue/types';
import { chooseModel, type WhenModelIsGone } from '../modelChoice/successor';
import { orList, type Problem } from '../requests/parameters';
import { DAY_MS } from '../util/time';

/** OpenAI works on a batch for up to a day, so its model must live as long. */
const COMPLETION_WINDOW_MS = DAY_MS;

/**
 * A model or role made concrete for a batch. A role means its first model that is known to be taken in batches and that
 * lives long enough; only where there is none, one of which sources contradict each other: a refusal fails the whole batch.
 */
export function resolveBatchModel(
	requested: string,
	now: Date,
	whenGone: WhenModelIsGone,
	catalogue: Catalogue,
): ChosenModel {
	const role = ROLES.find((name) => name === requested) ?? null;
	if (role === null) return chooseModel(requested, now, whenGone, catalogue);
	const fits = (model: ModelEntry) =>
		livesForBatch(model, now) && !catalogue.notOffered?.includes(model.id);
	const able = catalogue.roles[role].flatMap((id) => findEntry(id, catalogue) ?? []).filter(fits);
	const taken = (batch: ModelEntry['capabilities']['batch']) =>
		able.find(({ capabilities }) => capabilities.batch === batch);
	const entry = taken('yes') ?? taken('uncertain') ?? modelForRole(role, now, catalogue);
	return { requested, role, ...chosenEntry(entry, catalogue), catalogue };
}

/** Whether the model is still there when OpenAI may need it last. */
export const livesForBatch = (model: ModelEntry, now: Date): boolean =>
	!isGone(model, new Date(now.getTime() + COMPLETION_WINDOW_MS));

/** That a role means another model in a batch than else, and why; `null` = it does not. */
export function batchRoleNotice({ role, id, catalogue }: ChosenModel, now: Date): string | null {
	const usual = role === null ? null : modelForRole(role, now, catalogue);
	if (role === null || usual === null || chosenEntry(usual, catalogue).id === id) return null;
	const reason =
		usual.capabilities.batch === 'yes'
			? `shuts down on ${usual.lifecycle.shutdown}, perhaps before the batch is finished`
			: `is ${usual.capabilities.batch === 'no' ? 'not available' : 'not known to be available'} in batches`;
	return `In this batch, '${ROLE_NAMES[role]}' is ${id}, because ${usual.id} ${reason}. 'Cost' > 'Estimate' compares the prices.`;
}

/** Why a model can't be used in a batch; `null` = it can, or sources contradict each other and the API decides. */
export function batchModelProblem(
	{ id, entry, catalogue }: ChosenModel,
	now: Date,
): Problem | null {
	if (entry === null) return null;
	if (entry.capabilities.batch === 'no') {
		return {
			field: 'model',
			message: `'Model' is ${id}, which OpenAI does not accept in batches. ${batchModelAdvice(now, catalogue)}`,
		};
	}
	if (!isGone(entry, now)) return null;
	return {
		field: 'model',
		message: `'Model' is ${id}, which was shut down on ${entry.lifecycle.shutdown}. Choose ${replacementNames(entry)} instead, or 'Draft' or 'Final', which always use an available model.`,
	};
}

/** What to do instead of a batch with a model that batches don't take. */
export function batchModelAdvice(now: Date, catalogue: Catalogue): string {
	const able = catalogue.models.filter(
		(model) => model.capabilities.batch === 'yes' && !isGone(model, now),
	);
	// One whose end is announced is for those who have no other.
	const lasting = able.filter(({ lifecycle }) => lifecycle.shutdown === null);
	const models = lasting.length > 0 ? lasting : able;
	const choose = models.length === 0 ? '' : `Choose ${orList(models.map(({ id }) => id))}, or m`;
	return `${choose === '' ? 'M' : choose}ake these images one by one with the resource 'Image'.`;
}

/** Whether OpenAI's words say that the model is not for batches. The exact words are not documented. */
export function isModelRefusal(message: string): boolean {
	const at = message.search(/\bmodel\b/i);
	return (
		at >= 0 &&
		/\b(?:batch|not supported|not available|does not support|not allowed|does not exist)/i.test(
			message.slice(at),
		)
	);
}

/** A model that may end while the batch is worked on; `null` = none. */
export function batchModelWarning({ id, entry }: ChosenModel, now: Date): string | null {
	if (entry === null || isGone(entry, now) || livesForBatch(entry, now)) return null;
	return `The model ${id} shuts down on ${entry.lifecycle.shutdown}, perhaps before the batch is finished. Requests not completed by then fail.`;
}
