/** What each provider offers, from its entry in nodes/core/providers. */
import { PROVIDERS } from '../../../nodes/core/providers/find';
import type { Provider } from '../../../nodes/core/providers/provider';
import { FIELD_LABELS } from '../../../nodes/core/requests/parameters';
import { table } from './markdown.mts';

const EXAMPLE = 'gpt-image-1-mini';

const keyHeader = ({ authHeader }: Provider): string =>
	Object.entries(authHeader('…'))
		.map(([name, value]) => `\`${name}: ${value}\``)
		.join(', ');

function modelName({ hasDeployments, baseUrl, models, modelPrefix }: Provider): string {
	if (hasDeployments) return 'your deployment';
	if (baseUrl === null) return 'as you enter it';
	if (models === undefined) return `\`${modelPrefix}${EXAMPLE}\``;
	return `${Object.values(models)
		.map((name) => `\`${name}\``)
		.join(', ')}; no other model`;
}

const yesOrNo = (value: boolean): string => (value ? 'yes' : 'no');

function batches({ offers: { batch, batchDiscount } }: Provider): string {
	if (!batch) return 'no';
	return batchDiscount ? 'yes' : 'if the server has them';
}

function sourceOfCost({ statesCost, quotes, priceList, baseUrl }: Provider): string {
	if (priceList !== undefined) return 'its price table';
	if (!statesCost) return 'the tokens';
	if (baseUrl === null) return 'the tokens, or stated by the server';
	return quotes === true ? 'stated by the provider, also in advance' : 'stated by the provider';
}

/** Labels of the request parameters that a provider refuses. */
function notTaken({ notTaken: names }: Provider): string {
	const camelCase = (name: string): string =>
		name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
	const labels = names.map((name) => FIELD_LABELS[camelCase(name) as keyof typeof FIELD_LABELS]);
	return labels.map((label) => `*${label}*`).join(', ');
}

export const providerTable = (): string =>
	table(
		[
			'Provider',
			'Address',
			'Key',
			'Name of a model',
			'Masks',
			'Batches',
			'Images per request',
			'Options it lacks',
			'Source of the cost',
		],
		PROVIDERS.map((provider) => [
			provider.name,
			provider.baseUrl === null ? 'yours' : `\`${provider.baseUrl}\``,
			keyHeader(provider),
			modelName(provider),
			yesOrNo(provider.offers.mask),
			batches(provider),
			provider.maxImagesPerRequest === undefined
				? "the model's limit"
				: String(provider.maxImagesPerRequest),
			notTaken(provider),
			sourceOfCost(provider),
		]),
	);
