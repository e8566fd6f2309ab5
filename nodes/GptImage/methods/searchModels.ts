import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { CATALOGUE } from '../../core/catalogue/catalogue';
import type { LiveModel } from '../../core/catalogue/lifecycle';
import { resolveModel } from '../../core/catalogue/resolve';
import type { Catalogue } from '../../core/catalogue/types';
import { listModels } from '../../core/modelChoice/modelList';
import { asText } from '../../core/util/json';

const TIMEOUT_MS = 10_000;
/** As the list shows it. */
const NEXT = 'Next Model: the next one within the price cap';

/**
 * Models for the list in the editor: the roles, then what the key may use merged with what the
 * catalogue knows. Without an answer from the API it is the catalogue alone.
 */
export async function searchModels(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const wanted = (filter ?? '').trim().toLowerCase();
	return {
		results: listModels(await liveModels(this), new Date(), await catalogueOf(this))
			.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted))
			// The editor shows nothing but the name.
			.map(({ name, value, brief, description }) => ({
				name: `${name}: ${brief}`,
				value,
				description,
			})),
	};
}

/** The same for a fallback, which may also be left to the provider's list, and is another model than the chosen one. */
export async function searchFallbackModels(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const catalogue = await catalogueOf(this);
	const idOf = (requested: string): string => resolveModel(requested, new Date(), catalogue).id;
	const chosen = idOf(asText(this.getCurrentNodeParameter('model', { extractValue: true })) ?? '');
	const { results: all } = await searchModels.call(this, filter);
	const results = all.filter(({ value }) => idOf(String(value)) !== chosen);
	const isWanted = NEXT.toLowerCase().includes((filter ?? '').trim().toLowerCase());
	return { results: isWanted ? [{ name: NEXT, value: 'next' }, ...results] : results };
}

/** With the names that the credential's provider gives to models. */
async function catalogueOf(context: ILoadOptionsFunctions): Promise<Catalogue> {
	try {
		const { priceCatalogue } = await import('../../platform/api/models');
		return (await priceCatalogue(context)).catalogue;
	} catch {
		return CATALOGUE;
	}
}

async function liveModels(context: ILoadOptionsFunctions): Promise<LiveModel[] | null> {
	try {
		const { createImageApi } = await import('../../platform/api/client');
		const api = await createImageApi(context, TIMEOUT_MS, CATALOGUE);
		const models = await api.listModels();
		return models.ok ? models.value : null;
	} catch {
		return null;
	}
}
