import { CATALOGUE } from '../../core/catalogue/catalogue';
import { type LiveModel, withLiveModels } from '../../core/catalogue/lifecycle';
import { apiServerOf, catalogueAt } from '../../core/providers/connection';
import { serverUrl } from '../../core/providers/find';
import type { SendResult } from '../../core/scheduler/outcome';
import { readCredential, type RequestContext } from '../http/http';
import { KEPT_AFTER_FAILURE_MS, KEPT_MS, TimedCache } from '../n8n/timedCache';
import { catalogueFrom, type CatalogueSource } from './catalogueUrl';
import { createImageApi } from './client';

const TIMEOUT_MS = 5000;

/** By credential and address. */
const liveModels = new TimedCache<readonly LiveModel[]>();

/** For prices: what a model costs does not depend on what lives today. Names that a provider gives to models are in it. */
export async function priceCatalogue(context: RequestContext): Promise<CatalogueSource> {
	const { data } = await readCredential(context);
	const { catalogue, problem } = await catalogueFrom(
		context,
		String(data?.catalogueUrl ?? '').trim(),
	);
	return {
		catalogue: catalogueAt(catalogue, apiServerOf(data ?? {}), serverUrl(data ?? {})),
		problem,
	};
}

/** The catalogue with what the API says of its models today; without an answer it is used as it is. */
export async function readCatalogue(context: RequestContext): Promise<CatalogueSource> {
	const { catalogue, problem } = await priceCatalogue(context);
	return { catalogue: withLiveModels(catalogue, await readLiveModels(context)), problem };
}

async function readLiveModels(context: RequestContext): Promise<readonly LiveModel[]> {
	const key = await keyOf(context);
	const known = liveModels.get(key);
	if (known !== null) return known;
	const models = await askLiveModels(context);
	const live = models.ok ? models.value : (liveModels.stale(key) ?? []);
	liveModels.set(key, live, models.ok ? KEPT_MS : KEPT_AFTER_FAILURE_MS);
	return live;
}

/** What the API says of its models at this moment. */
export async function askLiveModels(context: RequestContext): Promise<SendResult<LiveModel[]>> {
	const api = await createImageApi(context, TIMEOUT_MS, CATALOGUE);
	return await api.listModels();
}

/** The API has just said otherwise of a model. */
export async function forgetLiveModels(context: RequestContext): Promise<void> {
	liveModels.delete(await keyOf(context));
}

async function keyOf(context: RequestContext): Promise<string> {
	const { id, data } = await readCredential(context);
	return JSON.stringify([id, data?.provider, data?.baseUrl, data?.organizationId, data?.projectId]);
}
