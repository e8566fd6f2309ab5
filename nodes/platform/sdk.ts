import { NodeOperationError, type ICredentialDataDecryptedObject, type ICredentialsDecrypted } from 'n8n-workflow';
import { checkBaseUrl } from '../core/models/baseUrl';
import { findProvider } from '../core/models/providers';
import { OpenAI } from '../vendor/openai';
import { fetchThroughN8n, readCredential, type RequestContext } from './http';

/** Long after n8n's own limit, which is the one that counts: it also closes the connection. */
const SDK_TIMEOUT_MARGIN_MS = 30_000;

/** The way to the API: the SDK over n8n's HTTP helper, and what a request beside the SDK needs. */
export interface Connection {
	client: OpenAI;
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
	const client = new OpenAI({
		baseURL: baseUrl,
		// The credential signs each request; the SDK only wants something to be there.
		apiKey: 'signed-by-the-credential',
		organization: null,
		project: null,
		maxRetries: 0,
		timeout: timeoutMs + SDK_TIMEOUT_MARGIN_MS,
		fetch: fetchThroughN8n(context, credential, timeoutMs),
	});
	return { client, baseUrl, credential };
}

function baseUrlOf(context: RequestContext, { baseUrl, provider }: ICredentialDataDecryptedObject): string {
	const base = checkBaseUrl(String(baseUrl || findProvider(provider).baseUrl));
	if (base.ok) return base.url;
	throw new NodeOperationError(context.getNode(), base.problem, {
		description: "Open the credential of this node and correct 'Base URL'.",
	});
}
