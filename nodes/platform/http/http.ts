import type {
	ICredentialsDecrypted,
	IExecuteFunctions,
	IHookFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { secretForms, withoutSecrets } from '../../core/failures/secrets';
import {
	type BodyLimits,
	type BodyStream,
	bodyText,
	closable,
	endTogether,
	errorText,
} from './answerBody';

export type RequestContext =
	IExecuteFunctions | IHookFunctions | ILoadOptionsFunctions | IPollFunctions | IWebhookFunctions;

export const CREDENTIAL = 'gptImageApi';

/** Set by the credential; the SDK's own would carry a placeholder. */
const SIGNED_BY_CREDENTIAL = ['authorization', 'openai-organization', 'openai-project'];

/**
 * A `fetch` for OpenAI's SDK that goes through n8n's HTTP helper, so that the user's proxy, TLS and
 * request filter apply, the credential signs, and n8n's cancel button ends it. Bodies are read when they are asked for.
 * @param credential read once for the run: n8n would look it up in its database for each request
 * @param timeoutMs for the answer to begin, and for each pause of its body
 */
export function fetchThroughN8n(
	context: RequestContext,
	credential: ICredentialsDecrypted,
	timeoutMs: number,
) {
	const send = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
		const connection = new AbortController();
		const options: IHttpRequestOptions = {
			url: input instanceof Request ? input.url : String(input),
			method: (init?.method ?? 'GET').toUpperCase() as 'GET' | 'POST' | 'DELETE',
			headers: unsignedHeaders(init?.headers),
			// axios takes a global FormData as it is; the type knows only the npm package of that name.
			body: init?.body as IHttpRequestOptions['body'],
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			// Until the headers come.
			timeout: timeoutMs,
		};
		endTogether(options, connection, cancelSignalOf(context));
		const answer = (await context.helpers.httpRequestWithAuthentication.call(
			context,
			CREDENTIAL,
			options,
			{ credentialsDecrypted: credential },
		)) as IN8nHttpFullResponse;
		return toResponse(
			answer,
			connection,
			{ timeoutMs, signal: cancelSignalOf(context) },
			String(credential.data?.apiKey ?? ''),
		);
	};
	// The SDK looks at it before it sends a form; where there is none it makes a request to find out.
	return Object.assign(send, { Response });
}

/** The credential that the node uses, with its expressions resolved. */
export async function readCredential(context: RequestContext): Promise<ICredentialsDecrypted> {
	const { id, name } = context.getNode().credentials?.[CREDENTIAL] ?? {
		id: null,
		name: CREDENTIAL,
	};
	const data = await context.getCredentials(CREDENTIAL);
	return { id: id ?? '', name, type: CREDENTIAL, data };
}

function unsignedHeaders(given: RequestInit['headers']): Record<string, string> {
	const headers = Object.fromEntries(new Headers(given));
	for (const name of SIGNED_BY_CREDENTIAL) delete headers[name];
	return headers;
}

/** n8n's cancel button; `undefined` where nothing can be cancelled. */
export function cancelSignalOf(context: object): AbortSignal | undefined {
	return (
		context as Partial<Pick<IExecuteFunctions, 'getExecutionCancelSignal'>>
	).getExecutionCancelSignal?.();
}

/** A Response whose body is n8n's own stream: through a web stream a body of some megabytes would be copied twice more. */
function toResponse(
	{ body, headers, statusCode }: IN8nHttpFullResponse,
	connection: AbortController,
	limits: BodyLimits,
	apiKey: string,
): Response {
	const response = new Response(null, { status: statusCode, headers: plainHeaders(headers) });
	const stream = closable(body as unknown as BodyStream, connection);
	const text =
		statusCode < 400
			? async () => await bodyText(stream, limits)
			: async () => wholeError(await errorText(stream, limits), apiKey);
	// Nothing is there to be read, so nobody does; it would stay open.
	if (statusCode === 204 || response.headers.get('content-length') === '0') stream.resume();
	return Object.defineProperties(response, {
		body: { value: stream },
		text: { value: text },
		json: { value: async () => JSON.parse(await text()) as unknown },
	});
}

/** The SDK keeps nothing of an error answer but what stands under `error`: so all of it stands there. No key is in it, not even in what will be cut. */
const wholeError = (body: string, apiKey: string): string =>
	JSON.stringify({ error: withoutSecrets(body, secretForms(apiKey)) });

export function plainHeaders(headers: IN8nHttpFullResponse['headers']): Headers {
	const plain = new Headers();
	for (const [name, value] of Object.entries(headers)) {
		for (const one of Array.isArray(value) ? value : [value]) {
			if (one !== undefined && one !== null) plain.append(name, String(one));
		}
	}
	return plain;
}
