import { CATALOGUE } from './catalogue';
import { isGone } from './lifecycle';
import type { Catalogue, ModelEntry, Role } from './types';

export const ROLES: readonly Role[] = ['draft', 'final'];

/** As they stand in the editor. */
export const ROLE_NAMES: Readonly<Record<Role, string>> = { draft: 'Draft', final: 'Final' };

/** What the user chose, made concrete. */
export interface ChosenModel {
	/** As the user gave it: a role or a model id. */
	requested: string;
	/** The id that is sent to the API. */
	id: string;
	role: Role | null;
	/** `null` = a model that the catalogue does not know: it is sent, its cost is unknown. */
	entry: ModelEntry | null;
	/** The model in whose place it stands, because that one is gone; absent = none. */
	replaces?: ModelEntry;
	/** Id of the model that it is the fallback of, because that one is down; absent = it is no fallback. */
	fallbackOf?: string;
	/** Where it was looked up. */
	catalogue: Catalogue;
}

/** The entry with this id or alias, whatever the customer may call so; `null` = none. */
export function findEntry(id: string, catalogue: Catalogue = CATALOGUE): ModelEntry | null {
	return catalogue.models.find((model) => model.id === id || model.aliases.includes(id)) ?? null;
}

/** The entry that is meant where a name is used: by the customer's own name, else by id or alias; `null` = none. */
export function findModel(name: string, catalogue: Catalogue = CATALOGUE): ModelEntry | null {
	const { deployments = {} } = catalogue;
	return findEntry(
		Object.hasOwn(deployments, name) ? (deployments[name] ?? name) : name,
		catalogue,
	);
}

/**
 * A choice of this entry, by a name that means it: its id may be the customer's name of another model.
 * @returns with the entry that the name means, so that what is sent and what is priced are the same
 */
export function chosenEntry(
	entry: ModelEntry,
	catalogue: Catalogue,
): Pick<ChosenModel, 'id' | 'entry'> {
	const own = Object.keys(catalogue.deployments ?? {}).find(
		(name) => findModel(name, catalogue) === entry,
	);
	const id = findModel(entry.id, catalogue) === entry ? entry.id : (own ?? entry.id);
	return { id, entry: findModel(id, catalogue) };
}

/** The model that a role means at this moment: the first live one that the key may use; when none is left, the last. */
export function modelForRole(role: Role, now: Date, catalogue: Catalogue = CATALOGUE): ModelEntry {
	const ranked = catalogue.roles[role].flatMap((id) => findEntry(id, catalogue) ?? []);
	const live = ranked.filter((model) => !isGone(model, now));
	const chosen =
		live.find(({ id }) => !catalogue.notOffered?.includes(id)) ?? live[0] ?? ranked.at(-1);
	if (!chosen) throw new RangeError(`The catalogue names no model for the role '${role}'`);
	return chosen;
}

export function resolveModel(
	requested: string,
	now: Date,
	catalogue: Catalogue = CATALOGUE,
): ChosenModel {
	const role = ROLES.find((name) => name === requested) ?? null;
	if (role === null) {
		return { requested, id: requested, role, entry: findModel(requested, catalogue), catalogue };
	}
	return {
		requested,
		role,
		...chosenEntry(modelForRole(role, now, catalogue), catalogue),
		catalogue,
	};
}

/** A live model that makes any size, to name as an example. */
export function exampleWithCustomSizes(catalogue: Catalogue = CATALOGUE): string {
	const fits = ({ capabilities, lifecycle }: ModelEntry) =>
		capabilities.customSizes !== null && lifecycle.shutdown === null;
	return catalogue.models.find(fits)?.id ?? 'gpt-image-2';
}
