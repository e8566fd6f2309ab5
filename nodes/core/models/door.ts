import type { ImageRequest } from '../requests/imageRequest';
import { FIELD_LABELS, orList, type FieldName, type Problem } from '../requests/parameters';
import type { Provider } from './provider';
import { findProvider } from './providers';
import { isDataResidency, withRegionalPrices } from './dataResidency';
import { findEntry, type ChosenModel } from './resolve';
import type { Catalogue, DoorLimits, ModelEntry } from './types';

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

/** In characters; a resource has some dozens of deployments. */
const LONGEST_DEPLOYMENTS = 50_000;

/** "my-drafts = gpt-image-1-mini", one a line or separated by commas. */
function readDeployments(value: unknown): Map<string, string> {
	const pairs = String(value ?? '')
		.slice(0, LONGEST_DEPLOYMENTS)
		.split(/[\n,]/)
		.map((line) => line.split('=').map((part) => part.trim()));
	return new Map(
		pairs.flatMap(([name, model]): Array<[string, string]> =>
			name && model ? [[name, model]] : [],
		),
	);
}

/**
 * The catalogue as this door has it: its own names of models, what it lacks, how it bills, and roles that keep to
 * what is there.
 * @param baseUrl where requests go
 */
export function catalogueAt(
	catalogue: Catalogue,
	{ provider, deployments }: Door,
	baseUrl: string,
): Catalogue {
	const dataResidency = isDataResidency(baseUrl);
	const priced = dataResidency ? withRegionalPrices(catalogue) : catalogue;
	if (provider.id === 'openai')
		return dataResidency ? { ...priced, door: limitsOf(provider, dataResidency) } : catalogue;
	const deployed = new Set(
		[...deployments.values()].map((model) => findEntry(model, priced)?.id ?? model),
	);
	const most = provider.maxImagesPerRequest ?? Infinity;
	const models = priced.models.map((model): ModelEntry => ({
		...model,
		capabilities: {
			...model.capabilities,
			maxImagesPerRequest: Math.min(most, model.capabilities.maxImagesPerRequest),
		},
	}));
	const isThere = ({ id }: ModelEntry): boolean =>
		(deployments.size === 0 || deployed.has(id)) &&
		(provider.models === undefined || id in provider.models);
	return {
		...priced,
		models,
		...(deployments.size > 0 && { deployments: Object.fromEntries(deployments) }),
		door: limitsOf(provider, dataResidency),
		notOffered: models.filter((model) => !isThere(model)).map(({ id }) => id),
	};
}

function limitsOf(provider: Provider, dataResidency: boolean): DoorLimits {
	return {
		name: provider.nameInSentence ?? provider.name,
		pages: provider.pages,
		...(provider.models && { models: Object.keys(provider.models) }),
		mask: provider.offers.mask,
		notTaken: provider.notTaken,
		...(provider.priceList && { priceList: provider.priceList }),
		statesCost: provider.statesCost,
		batchDiscount: provider.offers.batchDiscount,
		dataResidency,
	};
}

/** What stands against a request at this door. Nothing is sent. */
export function doorProblems(
	request: ImageRequest,
	hasMask: boolean,
	{ id, entry, catalogue: { door } }: ChosenModel,
): Problem[] {
	if (door === undefined) return [];
	const problems: Problem[] = [];
	if (door.models !== undefined && !door.models.includes(entry?.id ?? id)) {
		problems.push({
			field: 'model',
			message: `'Model' is ${id}, which ${door.name} does not have. Choose ${orList(door.models)}, or another provider's credential.`,
		});
	}
	if (hasMask && !door.mask) {
		problems.push({
			field: 'maskBinaryField',
			message: `'Mask Binary Field' is set, but ${door.name} takes no mask. Remove it, or choose another provider's credential.`,
		});
	}
	for (const [name, field] of Object.entries(FIELDS)) {
		if (!door.notTaken.includes(name) || !(name in request)) continue;
		problems.push({
			field,
			message: `'${FIELD_LABELS[field]}' is set, but ${door.name} does not know this option. Remove it.`,
		});
	}
	return problems;
}

/** Request parameters that a door may lack, and their fields. */
const FIELDS = {
	moderation: 'moderation',
	input_fidelity: 'inputFidelity',
	complexity: 'complexity',
	safety_identifier: 'safetyIdentifier',
	output_compression: 'outputCompression',
} as const satisfies Partial<Record<keyof ImageRequest, FieldName>>;

/** What a model is called in a request. @param id of the catalogue, or a name that the user entered */
export function nameAt(id: string, { provider, deployments }: Door, catalogue: Catalogue): string {
	if (deployments.has(id)) return id;
	const wanted = findEntry(id, catalogue)?.id ?? id;
	const named = provider.models?.[wanted];
	if (named !== undefined) return named;
	const deployed = [...deployments].find(
		([, model]) => (findEntry(model, catalogue)?.id ?? model) === wanted,
	);
	if (deployed !== undefined) return deployed[0];
	return id.startsWith(provider.modelPrefix) ? id : `${provider.modelPrefix}${id}`;
}

/** The same the other way round, for a list of models. */
export function idFrom(name: string, { provider }: Door): string {
	return provider.modelPrefix !== '' && name.startsWith(provider.modelPrefix)
		? name.slice(provider.modelPrefix.length)
		: name;
}
