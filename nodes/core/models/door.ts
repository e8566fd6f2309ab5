import { findModel } from './resolve';
import { findProvider, type Provider } from './providers';
import type { Catalogue } from './types';

/** The way to the models that a credential stands for. */
export interface Door {
	provider: Provider;
	/** Names that the customer gave to models, by name. */
	deployments: ReadonlyMap<string, string>;
	/** Of an address that wants one with each request; empty = none. */
	apiVersion: string;
}

export interface DoorCredential {
	provider?: unknown;
	deployments?: unknown;
	apiVersion?: unknown;
}

export function doorOf({ provider: id, deployments, apiVersion }: DoorCredential): Door {
	const provider = findProvider(id);
	return {
		provider,
		deployments: provider.hasDeployments ? readDeployments(deployments) : new Map(),
		apiVersion: provider.hasDeployments ? String(apiVersion ?? '').trim() : '',
	};
}

/** "my-drafts = gpt-image-1-mini", one a line or separated by commas. */
function readDeployments(value: unknown): Map<string, string> {
	const pairs = String(value ?? '').split(/[\n,]/).map((line) => line.split('=').map((part) => part.trim()));
	return new Map(pairs.flatMap(([name, model]): Array<[string, string]> => (name && model ? [[name, model]] : [])));
}

/** The catalogue as this door has it: deployments are further names of their models, and roles keep to what is deployed. */
export function catalogueAt(catalogue: Catalogue, { deployments }: Door): Catalogue {
	if (deployments.size === 0) return catalogue;
	const namesOf = (id: string): string[] => [...deployments].flatMap(([name, model]) => (findModel(model, catalogue)?.id === id ? [name] : []));
	const models = catalogue.models.map((model) => ({ ...model, aliases: [...model.aliases, ...namesOf(model.id)] }));
	return { ...catalogue, models, notOffered: models.filter(({ id }) => namesOf(id).length === 0).map(({ id }) => id) };
}

/** What a model is called in a request. @param id of the catalogue, or a name that the user entered */
export function nameAt(id: string, { provider, deployments }: Door, catalogue: Catalogue): string {
	if (deployments.has(id)) return id;
	const wanted = findModel(id, catalogue)?.id ?? id;
	const deployed = [...deployments].find(([, model]) => (findModel(model, catalogue)?.id ?? model) === wanted);
	if (deployed !== undefined) return deployed[0];
	return id.startsWith(provider.modelPrefix) ? id : `${provider.modelPrefix}${id}`;
}

/** The same the other way round, for a list of models. */
export function idFrom(name: string, { provider }: Door): string {
	return provider.modelPrefix !== '' && name.startsWith(provider.modelPrefix) ? name.slice(provider.modelPrefix.length) : name;
}
