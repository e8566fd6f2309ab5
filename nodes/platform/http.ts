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

export type RequestContext =
	| IExecuteFunctions
	| IHookFunctions
	| ILoadOptionsFunctions
	| IPollFunctions
	| IWebhookFunctions;

export const CREDENTIAL = 'gptImageApi';

/** Set by the credential; the SDK's own would carry a placeholder. */
const SIGNED_BY_CREDENTIAL = ['authorization', 'openai-organization', 'openai-project'];

/** What the SDK accepts when it asks for the content of a file, which may be gigabytes. */
const FILE_CONTENT = 'application/binary';

/**
 * A `fetch` for OpenAI's SDK that goes through n8n's HTTP helper, so that the user's proxy, TLS and
 * request filter apply, the credential signs, and n8n's cancel button ends it.
 * @param credential read once for the run: n8n would look it up in its database for each request
 * @param timeoutMs for the whole request
 */
export function fetchThroughN8n(
	context: RequestContext,
	credential: ICredentialsDecrypted,
	timeoutMs: number,
) {
	const send = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
		const headers = unsignedHeaders(init?.headers);
		const isFile = headers.accept === FILE_CONTENT;
		const options: IHttpRequestOptions = {
			url: input instanceof Request ? input.url : String(input),
			method: (init?.method ?? 'GET').toUpperCase() as 'GET' | 'POST' | 'DELETE',
			headers,
			// axios takes a global FormData as it is; the type knows only the npm package of that name.
			body: init?.body as IHttpRequestOptions['body'],
			encoding: isFile ? 'stream' : 'arraybuffer',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: timeoutMs,
		};
		const answer = (await context.helpers.httpRequestWithAuthentication.call(
			context,
			CREDENTIAL,
			options,
			{ credentialsDecrypted: credential },
		)) as IN8nHttpFullResponse;
		const response = isFile ? toStreamedResponse(answer) : toResponse(answer);
		return response.status < 400 ? response : withWholeError(response, String(credential.data?.apiKey ?? ''));
	};
	// The SDK looks at it before it sends a form; where there is none it makes a request to find out.
	return Object.assign(send, { Response });
}

/** The credential that the node uses, with its expressions resolved. */
export async function readCredential(context: RequestContext): Promise<ICredentialsDecrypted> {
	const { id, name } = context.getNode().credentials?.[CREDENTIAL] ?? { id: null, name: CREDENTIAL };
	const data = await context.getCredentials(CREDENTIAL);
	return { id: id ?? '', name, type: CREDENTIAL, data };
}

function unsignedHeaders(given: RequestInit['headers']): Record<string, string> {
	const headers = Object.fromEntries(new Headers(given));
	for (const name of SIGNED_BY_CREDENTIAL) delete headers[name];
	return headers;
}

/**
 * A Response whose body is read straight from the buffer: through a web stream a body of some
 * megabytes would be copied twice more.
 */
function toResponse({ body, headers, statusCode }: IN8nHttpFullResponse): Response {
	const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body as unknown as ArrayBuffer);
	const response = new Response(null, { status: statusCode, headers: plainHeaders(headers) });
	return Object.defineProperties(response, {
		text: { value: async () => bytes.toString('utf8'), configurable: true },
		json: { value: async () => JSON.parse(bytes.toString('utf8')) as unknown, configurable: true },
	});
}

/** Shorter ones could be parts of words. */
const SHORTEST_KEY = 8;

/** The SDK keeps nothing of an error answer but what stands under `error`: so all of it stands there. No key is in it. */
function withWholeError(response: Response, apiKey: string): Response {
	const read = response.text.bind(response);
	const text = async (): Promise<string> => {
		const body = await read();
		return JSON.stringify({ error: apiKey.length < SHORTEST_KEY ? body : body.replaceAll(apiKey, '…') });
	};
	return Object.defineProperties(response, { text: { value: text }, json: { value: async () => JSON.parse(await text()) as unknown } });
}

/** A Response whose body is n8n's own stream of Buffers. */
function toStreamedResponse({ body, headers, statusCode }: IN8nHttpFullResponse): Response {
	const stream = body as unknown as AsyncIterable<Buffer>;
	const response = new Response(null, { status: statusCode, headers: plainHeaders(headers) });
	return Object.defineProperties(response, {
		body: { value: stream },
		text: { value: async () => await readAll(stream), configurable: true },
	});
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks).toString('utf8');
}

function plainHeaders(headers: IN8nHttpFullResponse['headers']): Headers {
	const plain = new Headers();
	for (const [name, value] of Object.entries(headers)) {
		for (const one of Array.isArray(value) ? value : [value]) {
			if (one !== undefined && one !== null) plain.append(name, String(one));
		}
	}
	return plain;
}
