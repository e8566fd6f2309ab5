import { catalogueAt, doorOf } from '../core/models/door';
import { withLiveModels, type LiveModel } from '../core/models/liveModels';
import { doorUrl } from '../core/models/providers';
import type { SendResult } from '../core/run/outcome';
import { catalogueFrom, type CatalogueSource } from './catalogueUrl';
import { createImageApi } from './client';
import { readCredential, type RequestContext } from './http';
import { TimedCache } from './timedCache';

const TIMEOUT_MS = 5000;
/** End dates are announced weeks ahead. */
const KEPT_MS = 3 * 60 * 60 * 1000;
/** After no answer, so that a run does not wait for it each time. */
const KEPT_AFTER_FAILURE_MS = 5 * 60 * 1000;

/** By credential and address. */
const liveModels = new TimedCache<readonly LiveModel[]>();

/** For prices: what a model costs does not depend on what lives today. Names that a door gives to models are in it. */
export async function priceCatalogue(context: RequestContext): Promise<CatalogueSource> {
	const { data } = await readCredential(context);
	const { catalogue, problem } = await catalogueFrom(
		context,
		String(data?.catalogueUrl ?? '').trim(),
	);
	return { catalogue: catalogueAt(catalogue, doorOf(data ?? {}), doorUrl(data ?? {})), problem };
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
	const api = await createImageApi(context, TIMEOUT_MS);
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
