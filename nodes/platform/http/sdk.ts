import {
	type ICredentialDataDecryptedObject,
	type ICredentialsDecrypted,
	NodeOperationError,
} from 'n8n-workflow';
import { type ApiServer, apiServerOf } from '../../core/providers/connection';
import { checkServerUrl } from '../../core/providers/find';
import type { Provider } from '../../core/providers/provider';
import { OpenAI } from '../../vendor/openai';
import { fetchThroughN8n, readCredential, type RequestContext } from './http';

/** Long after n8n's own limit, which is the one that counts: it also closes the connection. */
const SDK_TIMEOUT_MARGIN_MS = 30_000;

/** The way to the API: the SDK over n8n's HTTP helper, and what a request beside the SDK needs. */
export interface Connection {
	client: OpenAI;
	server: ApiServer;
	/**
	 * For requests about one model, which may have an address of its own.
	 * @param name as it is called there
	 */
	clientFor(name: string): OpenAI;
	baseUrl: string;
	credential: ICredentialsDecrypted;
}

/**
 * @param timeoutMs for one request
 * @throws NodeOperationError when the credential's base URL can't be used
 */
export async function connect(context: RequestContext, timeoutMs: number): Promise<Connection> {
	const credential = await readCredential(context);
	const baseUrl = baseUrlOf(context, credential.data ?? {});
	const server = apiServerOf(credential.data ?? {});
	const fetch = fetchThroughN8n(context, credential, timeoutMs);
	const open = (baseURL: string): OpenAI =>
		new OpenAI({
			baseURL,
			...(server.apiVersion !== '' && { defaultQuery: { 'api-version': server.apiVersion } }),
			// The credential signs each request; the SDK only wants something to be there.
			apiKey: 'signed-by-the-credential',
			organization: null,
			project: null,
			maxRetries: 0,
			timeout: timeoutMs + SDK_TIMEOUT_MARGIN_MS,
			fetch,
		});
	const client = open(baseUrl);
	const clientFor = (name: string): OpenAI =>
		server.apiVersion === ''
			? client
			: open(`${baseUrl}/openai/deployments/${encodeURIComponent(name)}`);
	return { client, clientFor, server, baseUrl, credential };
}

function baseUrlOf(context: RequestContext, credential: ICredentialDataDecryptedObject): string {
	const base = checkServerUrl(credential);
	if (!base.ok)
		throw new NodeOperationError(context.getNode(), base.problem, {
			description: "Open the credential of this node and correct 'Base URL'.",
		});
	const { apiVersion } = apiServerOf(credential);
	const [ending] = /\/openai(?:\/v1)?$/.exec(base.url) ?? [];
	if (apiVersion === '' || ending === undefined) return base.url;
	// Both together would be an address with two paths in it, which answers 404.
	throw new NodeOperationError(
		context.getNode(),
		`The credential's 'API Version' is "${apiVersion}", but its 'Base URL' ends in ${ending}`,
		{
			description: `Open the credential of this node and clear 'API Version' if 'Base URL' should end in /openai/v1, or remove ${ending} from 'Base URL'.`,
		},
	);
}

/** What a provider does not have; nothing was sent. */
export function notOffered(
	context: RequestContext,
	provider: Provider,
	what: string,
	remedy: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), `${provider.name} has no ${what}`, {
		description: `${remedy} Nothing was sent.`,
	});
}
