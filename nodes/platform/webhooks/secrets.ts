import type { IDataObject } from 'n8n-workflow';
import { asText } from '../../core/run/errorBody';

/** An endpoint that this node has registered at OpenAI. */
export interface RegisteredEndpoint {
	id: string;
	/** Where OpenAI delivers to; one for production, one for tests in the editor. */
	url: string;
	/** OpenAI tells it once, when it is made. */
	secret: string;
}

/**
 * Endpoints by URL, as this process has registered them. n8n saves the static data of a workflow as a whole, so
 * a long execution can put back what was there before the workflow was last published: without this the
 * secret would be lost then, and every delivery refused.
 */
const registered = new Map<string, RegisteredEndpoint>();

/** @param data the node's static data */
export function keepEndpoint(data: IDataObject, endpoint: RegisteredEndpoint): void {
	registered.set(endpoint.url, endpoint);
	data.endpoint = { ...endpoint };
}

export function forgetEndpoint(data: IDataObject, url: string): void {
	registered.delete(url);
	delete data.endpoint;
}

/** The newest that is known for an address; `null` = none, or without a secret. */
export function endpointFor(data: IDataObject, url: string | null): RegisteredEndpoint | null {
	const stored = (data.endpoint ?? {}) as IDataObject;
	const [id, storedUrl, secret] = [asText(stored.id), asText(stored.url), asText(stored.secret)];
	const known = registered.get(url ?? storedUrl ?? '');
	if (known !== undefined) return known;
	if (id === null || storedUrl === null || secret === null || (url !== null && url !== storedUrl)) return null;
	return { id, url: storedUrl, secret };
}
