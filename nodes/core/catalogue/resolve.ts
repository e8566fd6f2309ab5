import { isGone } from './lifecycle';
import {
	type Capabilities,
	type Catalogue,
	type ModelEntry,
	OUTPUT_FORMATS,
	QUALITIES,
	type Role,
} from './types';

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
export function findEntry(id: string, catalogue: Catalogue): ModelEntry | null {
	return catalogue.models.find((model) => model.id === id || model.aliases.includes(id)) ?? null;
}

/** The entry that is meant where a name is used: by the customer's own name, else by id or alias; `null` = none. */
export function findModel(name: string, catalogue: Catalogue): ModelEntry | null {
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
export function modelForRole(role: Role, now: Date, catalogue: Catalogue): ModelEntry {
	const ranked = catalogue.roles[role].flatMap((id) => findEntry(id, catalogue) ?? []);
	const live = ranked.filter((model) => !isGone(model, now));
	const chosen =
		live.find(({ id }) => !catalogue.notOffered?.includes(id)) ?? live[0] ?? ranked.at(-1);
	if (!chosen) throw new RangeError(`The catalogue names no model for the role '${role}'`);
	return chosen;
}

export function resolveModel(requested: string, now: Date, catalogue: Catalogue): ChosenModel {
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

/** A lasting model that can do something, to name as an example; `null` = there is none. */
export function exampleModel(
	can: (capabilities: Capabilities) => boolean,
	catalogue: Catalogue,
): string | null {
	const fits = ({ capabilities, lifecycle }: ModelEntry) =>
		can(capabilities) && lifecycle.shutdown === null;
	return catalogue.models.find(fits)?.id ?? null;
}

/** One that makes any size. */
export const exampleWithCustomSizes = (catalogue: Catalogue): string =>
	exampleModel(({ customSizes }) => customSizes !== null, catalogue) ?? 'gpt-image-2';

/**
 * What is assumed of a model that the catalogue does not know: everything that any GPT Image model
 * can do, so that a new model works on its first day and the API has the last word.
 */
export const UNKNOWN_MODEL: Capabilities = {
	sizes: ['1024x1024', '1024x1536', '1536x1024', 'auto'],
	customSizes: {
		edgeMultipleOf: 1,
		maxEdge: 16_384,
		maxAspectRatio: 100,
		minPixels: 1,
		maxPixels: 16_384 * 16_384,
		experimentalAbovePixels: 16_384 * 16_384,
	},
	qualities: QUALITIES,
	outputFormats: OUTPUT_FORMATS,
	transparentBackground: true,
	transparencyIsPreview: false,
	inputFidelity: ['low', 'high'],
	complexity: ['low', 'medium', 'high'],
	markup: true,
	batch: 'uncertain',
	maxImagesPerRequest: 10,
	maxInputImages: 16,
	inputImageTokens: { kind: 'area', pixelsPerToken: 1 },
	maxInputImageTokens: { low: 6692, high: 6692 },
	maxInputImageBytes: 50 * 1024 * 1024,
	maxMaskBytes: 4 * 1024 * 1024,
	maxPromptCharacters: 32_000,
};

/** Ids that the model list shows although the catalogue does not know them. */
export function looksLikeImageModel(id: string): boolean {
	return /^(?:gpt|chatgpt)-image(?:-|$)/.test(id);
}
