import { CATALOGUE } from '../core/models/catalogue';
import { withLiveModels, type LiveModel } from '../core/models/liveModels';
import type { Catalogue } from '../core/models/types';
import { createImageApi } from './client';
import { readCredential, type RequestContext } from './http';

const TIMEOUT_MS = 5000;
/** End dates are announced weeks ahead. */
const KEPT_MS = 3 * 60 * 60 * 1000;
/** After no answer, so that a run does not wait for it each time. */
const KEPT_AFTER_FAILURE_MS = 5 * 60 * 1000;
/** Credentials that are remembered; the oldest go first. */
const MOST_KEPT = 200;

interface Known {
	live: readonly LiveModel[];
	until: number;
}

/** What this process knows, by credential and address. Each worker asks for itself. */
const knownBy = new Map<string, Known>();

/** For prices: what a model costs does not depend on what lives today. */
export async function priceCatalogue(_context: RequestContext): Promise<Catalogue> {
	return CATALOGUE;
}

/** The catalogue with what the API says of its models today; without an answer it is ours as it is. */
export async function readCatalogue(context: RequestContext): Promise<Catalogue> {
	return withLiveModels(await priceCatalogue(context), await liveModels(context));
}

async function liveModels(context: RequestContext): Promise<readonly LiveModel[]> {
	const key = await keyOf(context);
	const known = knownBy.get(key);
	if (known !== undefined && Date.now() < known.until) return known.live;
	const api = await createImageApi(context, TIMEOUT_MS);
	const models = await api.listModels();
	const live = models.ok ? models.value : (known?.live ?? []);
	keep(key, { live, until: Date.now() + (models.ok ? KEPT_MS : KEPT_AFTER_FAILURE_MS) });
	return live;
}

/** The API has just said otherwise of a model. */
export async function forgetLiveModels(context: RequestContext): Promise<void> {
	knownBy.delete(await keyOf(context));
}

async function keyOf(context: RequestContext): Promise<string> {
	const { id, data } = await readCredential(context);
	return JSON.stringify([id, data?.provider, data?.baseUrl, data?.organizationId, data?.projectId]);
}

function keep(key: string, known: Known): void {
	knownBy.delete(key);
	knownBy.set(key, known);
	for (const oldest of knownBy.keys()) {
		if (knownBy.size <= MOST_KEPT) break;
		knownBy.delete(oldest);
	}
}
