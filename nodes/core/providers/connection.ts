import { type ChosenModel, findEntry } from '../catalogue/resolve';
import type { Catalogue, ModelEntry, ProviderLimits } from '../catalogue/types';
import type { ImageRequest } from '../requests/imageRequest';
import { FIELD_LABELS, type FieldName, orList, type Problem } from '../requests/parameters';
import { isDataResidency, withRegionalPrices } from './dataResidency';
import { findProvider } from './find';
import type { Provider } from './provider';

/** The way to the models that a credential stands for. */
export interface ApiServer {
	provider: Provider;
	/** Names that the customer gave to models, by name. */
	deployments: ReadonlyMap<string, string>;
	/** Of an address that wants one with each request; empty = none. */
	apiVersion: string;
}

interface ServerCredential {
	provider?: unknown;
	deployments?: unknown;
	apiVersion?: unknown;
}

export function apiServerOf({
	provider: id,
	deployments,
	apiVersion,
}: ServerCredential): ApiServer {
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
 * The catalogue as this server has it: its own names of models, what it lacks, how it bills, and roles that keep to
 * what is there.
 * @param baseUrl where requests go
 */
export function catalogueAt(
	catalogue: Catalogue,
	{ provider, deployments }: ApiServer,
	baseUrl: string,
): Catalogue {
	const dataResidency = isDataResidency(baseUrl);
	const priced = dataResidency ? withRegionalPrices(catalogue) : catalogue;
	if (provider.id === 'openai')
		return dataResidency ? { ...priced, provider: limitsOf(provider, dataResidency) } : catalogue;
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
		provider: limitsOf(provider, dataResidency),
		notOffered: models.filter((model) => !isThere(model)).map(({ id }) => id),
	};
}

function limitsOf(provider: Provider, dataResidency: boolean): ProviderLimits {
	return {
		name: provider.nameInSentence ?? provider.name,
		pages: provider.pages,
		...(provider.models && { models: Object.keys(provider.models) }),
		mask: provider.offers.mask,
		files: provider.offers.files,
		imageUrls: provider.offers.imageUrls,
		markup: provider.offers.markup,
		...(provider.formats && { formats: provider.formats }),
		notTaken: provider.notTaken,
		...(provider.priceList && { priceList: provider.priceList }),
		statesCost: provider.statesCost,
		batchDiscount: provider.offers.batchDiscount,
		dataResidency,
	};
}

/** What stands against a request at this provider. Nothing is sent. */
export function providerProblems(
	request: ImageRequest,
	has: { mask: boolean; markup: boolean },
	{ id, entry, catalogue: { provider } }: ChosenModel,
): Problem[] {
	if (provider === undefined) return [];
	const problems: Problem[] = [];
	if (provider.models !== undefined && !provider.models.includes(entry?.id ?? id)) {
		problems.push({
			field: 'model',
			message: `'Model' is ${id}, which ${provider.name} does not offer. Choose ${orList(provider.models)}, or another provider's credential.`,
		});
	}
	for (const [name, field] of OVERLAYS) {
		if (!has[name] || provider[name]) continue;
		problems.push({
			field,
			message: `'${FIELD_LABELS[field]}' is set, but ${provider.name} does not support ${name === 'mask' ? 'masks' : name}. Remove it, or choose another provider's credential.`,
		});
	}
	const { output_format: format } = request;
	if (provider.formats?.includes(format) === false) {
		problems.push({
			field: 'outputFormat',
			message: `'Output Format' is '${format}', which ${provider.name} is not known to make. Choose ${orList(provider.formats)}, or another provider's credential.`,
		});
	}
	for (const [name, field] of Object.entries(FIELDS)) {
		if (!provider.notTaken.includes(name) || !(name in request)) continue;
		problems.push({
			field,
			message: `'${FIELD_LABELS[field]}' is set, but ${provider.name} does not support this option. Remove it.`,
		});
	}
	return problems;
}

const OVERLAYS = [
	['mask', 'maskBinaryField'],
	['markup', 'markupBinaryField'],
] as const;

/** Request parameters that a provider may lack, and their fields. */
const FIELDS = {
	moderation: 'moderation',
	input_fidelity: 'inputFidelity',
	complexity: 'complexity',
	safety_identifier: 'safetyIdentifier',
	output_compression: 'outputCompression',
} as const satisfies Partial<Record<keyof ImageRequest, FieldName>>;

/**
 * What a model is called in a request.
 * @param id of the catalogue, or a name that the user entered
 */
export function nameAt(
	id: string,
	{ provider, deployments }: ApiServer,
	catalogue: Catalogue,
): string {
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
export function idFrom(name: string, { provider }: ApiServer): string {
	return provider.modelPrefix !== '' && name.startsWith(provider.modelPrefix)
		? name.slice(provider.modelPrefix.length)
		: name;
}
