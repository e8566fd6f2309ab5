import { NodeOperationError, type ICredentialDataDecryptedObject } from 'n8n-workflow';
import { checkBaseUrl } from '../core/models/baseUrl';
import { findProvider } from '../core/models/providers';
import type { ImageRequest } from '../core/requests/imageRequest';
import { parseImageResponse, type ImageResponse } from '../core/requests/imageResponse';
import { localFailure } from '../core/run/failure';
import type { SendResult } from '../core/run/outcome';
import { signalFromHeaders, type RateSignal } from '../core/run/rateSignal';
import { OpenAI } from '../vendor/openai';
import { failureFromSdk } from './failures';
import { fetchThroughN8n, readCredential, type RequestContext } from './http';

/** A finished request: its images as base64, its usage and the API's id of it. */
export interface Answer {
	response: ImageResponse;
	requestId: string | null;
	/** What the answer's headers say of the rate limit. */
	rate: RateSignal | null;
}

export interface SendOptions {
	/** Images to make in this request. */
	count: number;
	/** The same for every attempt at one request. */
	idempotencyKey: string;
}

export interface EditFiles {
	images: File[];
	mask: File | null;
}

/** The endpoints that we use. Failures are values; nothing is retried here. */
export interface ImageApi {
	generate(request: ImageRequest, options: SendOptions): Promise<SendResult<Answer>>;
	edit(request: ImageRequest, files: EditFiles, options: SendOptions): Promise<SendResult<Answer>>;
	/** Ids that this key may use. */
	listModels(): Promise<SendResult<string[]>>;
}

/** Long after n8n's own limit, which is the one that counts: it also closes the connection. */
const SDK_TIMEOUT_MARGIN_MS = 30_000;

/**
 * @param timeoutMs for one request
 * @throws NodeOperationError when the credential's base URL can't be used
 */
export async function createImageApi(context: RequestContext, timeoutMs: number): Promise<ImageApi> {
	const credential = await readCredential(context);
	const client = new OpenAI({
		baseURL: baseUrlOf(context, credential.data ?? {}),
		// The credential signs each request; the SDK only wants something to be there.
		apiKey: 'signed-by-the-credential',
		organization: null,
		project: null,
		maxRetries: 0,
		timeout: timeoutMs + SDK_TIMEOUT_MARGIN_MS,
		fetch: fetchThroughN8n(context, credential, timeoutMs),
	});
	return {
		generate: async (request, options) =>
			await imagesFrom(
				client.images
					.generate({ ...request, n: options.count }, sdkOptions(options))
					.withResponse(),
			),
		edit: async (request, { images, mask }, options) =>
			await imagesFrom(
				client.images
					.edit(
						{ ...request, image: images, ...(mask ? { mask } : {}), n: options.count },
						sdkOptions(options),
					)
					.withResponse(),
			),
		listModels: async () => {
			try {
				const page = await client.models.list();
				return { ok: true, value: page.data.map((model) => model.id) };
			} catch (error) {
				return { ok: false, failure: failureFromSdk(error) };
			}
		},
	};
}

const sdkOptions = ({ idempotencyKey }: SendOptions) => ({
	headers: { 'Idempotency-Key': idempotencyKey },
});

async function imagesFrom(
	call: Promise<{ data: unknown; request_id: string | null; response: Response }>,
): Promise<SendResult<Answer>> {
	try {
		const { data, request_id: requestId, response: answer } = await call;
		const response = parseImageResponse(data);
		const rate = signalFromHeaders((name) => answer.headers.get(name));
		if (response !== null) return { ok: true, value: { response, requestId, rate } };
		const failure = localFailure(
			'malformedResponse',
			'malformed_response',
			'The API answered, but without an image.',
		);
		return { ok: false, failure: { ...failure, requestId } };
	} catch (error) {
		return { ok: false, failure: failureFromSdk(error) };
	}
}

function baseUrlOf(context: RequestContext, { baseUrl, provider }: ICredentialDataDecryptedObject): string {
	const base = checkBaseUrl(String(baseUrl || findProvider(provider).baseUrl));
	if (base.ok) return base.url;
	throw new NodeOperationError(context.getNode(), base.problem, {
		description: "Open the credential of this node and correct 'Base URL'.",
	});
}
