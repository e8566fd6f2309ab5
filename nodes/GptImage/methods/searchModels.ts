import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import type { LiveModel } from '../../core/models/liveModels';
import { listModels } from '../../core/models/modelList';

const TIMEOUT_MS = 10_000;

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
		results: listModels(await liveModels(this), new Date())
			.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted))
			// The editor shows nothing but the name.
			.map(({ name, value, brief, description }) => ({ name: `${name}: ${brief}`, value, description })),
	};
}

async function liveModels(context: ILoadOptionsFunctions): Promise<LiveModel[] | null> {
	try {
		const { createImageApi } = await import('../../platform/client');
		const api = await createImageApi(context, TIMEOUT_MS);
		const models = await api.listModels();
		return models.ok ? models.value : null;
	} catch {
		return null;
	}
}
