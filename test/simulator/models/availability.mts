/** Which models there are at this moment: by date, and by what a test has done to them. */
import { ApiError } from '../errors.mts';
import type { State } from '../state.mts';
import { currentTime } from '../state.mts';
import type { ImageModel, ListedModel } from './catalogue.mts';
import { findImageModel, IMAGE_MODELS, listModels } from './catalogue.mts';

export interface Availability {
	/** Gone, from the list too. */
	removed: Set<string>;
	/** Said not to exist although listed; until when, in ms of the real clock. */
	outages: Map<string, number>;
	/** Refused to this project. */
	denied: Set<string>;
}

export const createAvailability = (): Availability => ({
	removed: new Set(),
	outages: new Map(),
	denied: new Set(),
});

/** A model's id with its aliases; an alias stands for itself. */
function namesOf(id: string): string[] {
	return [id, ...(IMAGE_MODELS.find((model) => model.id === id)?.aliases ?? [])];
}

export function removeModel({ availability: { removed } }: State, id: string): () => void {
	for (const name of namesOf(id)) removed.add(name);
	return () => namesOf(id).forEach((name) => removed.delete(name));
}

/** @param ms how long; without it, until the function that is given back is called */
export function startOutage(
	{ availability: { outages } }: State,
	id: string,
	ms = Infinity,
): () => void {
	for (const name of namesOf(id)) outages.set(name, Date.now() + ms);
	return () => namesOf(id).forEach((name) => outages.delete(name));
}

export function denyModel({ availability: { denied } }: State, id: string): () => void {
	for (const name of namesOf(id)) denied.add(name);
	return () => namesOf(id).forEach((name) => denied.delete(name));
}

/** The image model of this id or alias that answers now; undefined when unknown, not yet released, gone or out. */
export function availableModel(state: State, id: string): ImageModel | undefined {
	const { removed, outages } = state.availability;
	if (removed.has(id) || (outages.get(id) ?? 0) > Date.now()) return undefined;
	return findImageModel(id, currentTime(state));
}

/** Throws what a project without access to the model gets. The list shows the model all the same. */
export function checkAccessTo(state: State, id: string): void {
	if (!state.availability.denied.has(id)) return;
	throw new ApiError(403, {
		message: `Project \`proj_simulator\` does not have access to model \`${id}\``,
		type: 'invalid_request_error',
		param: null,
		code: 'model_not_found',
	});
}

export function listedModels(state: State): ListedModel[] {
	return listModels(currentTime(state)).filter(({ id }) => !state.availability.removed.has(id));
}
