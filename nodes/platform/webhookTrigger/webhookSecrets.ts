import type { IDataObject } from 'n8n-workflow';
import { asText } from '../../core/util/json';

/** An endpoint that this node has registered at OpenAI. */
interface RegisteredEndpoint {
	id: string;
	/** Where OpenAI delivers to; one for production, one for tests in the editor. */
	url: string;
	/** OpenAI tells it once, when it is made. */
	secret: string;
}

/**
 * Endpoints by URL, as this process has registered them. n8n saves the static data of a workflow as a whole, so
 * a long execution can put back what was there before the workflow was last published: without this the
 * secret would be lost then, and every delivery refused. Where several processes register, another one's is stored.
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

/** All that are known for an address: this process's own, and the one that is stored, which may be older or newer. */
export function endpointsFor(data: IDataObject, url: string): RegisteredEndpoint[] {
	return distinct(
		[registered.get(url), storedIn(data)].filter((endpoint) => endpoint?.url === url),
	);
}

/**
 * Any of which may have signed a delivery.
 * @param url where it came to; `undefined` = n8n does not say
 */
export function secretsFor(data: IDataObject, url: string | undefined): string[] {
	const stored = storedIn(data);
	return distinct([registered.get(url ?? ''), registered.get(stored?.url ?? ''), stored]).map(
		({ secret }) => secret,
	);
}

function storedIn(data: IDataObject): RegisteredEndpoint | undefined {
	const stored = (data.endpoint ?? {}) as IDataObject;
	const [id, url, secret] = [asText(stored.id), asText(stored.url), asText(stored.secret)];
	return id === null || url === null || secret === null ? undefined : { id, url, secret };
}

function distinct(endpoints: ReadonlyArray<RegisteredEndpoint | undefined>): RegisteredEndpoint[] {
	const known = endpoints.filter((endpoint) => endpoint !== undefined);
	return known.filter(
		({ id, secret }, index) =>
			known.findIndex((other) => other.id === id && other.secret === secret) === index,
	);
}
