import { sleep, type IHttpRequestOptions, type IN8nHttpFullResponse } from 'n8n-workflow';
import { isResultAddress } from '../../core/models/resultAddress';
import { localFailure } from '../../core/run/failure';
import { wordsOf } from '../../core/run/errorBody';
import { presentable } from '../../core/run/errorText';
import type { SendResult } from '../../core/run/outcome';
import type { Answer, ImageApi } from '../client';
import type { RequestContext } from '../http';
import type { Connection } from '../sdk';

/** Larger than any image that these models make. */
const MAX_IMAGE_BYTES = 64 * 1024 * 1024;

/** What was made is paid for, so a fetch that fails is worth another. */
export const FETCH_ATTEMPTS = 4;
const FIRST_WAIT_MS = 250;

/** It is made already, so whoever waits for it as long as for an image waits in vain. */
const LONGEST_FETCH_MS = 120_000;

/** Longer addresses hold the image itself. */
const LONGEST_SHOWN = 500;

interface Fetcher extends Connection {
	context: RequestContext;
	timeoutMs: number;
}

/** The same API; images that an answer gives addresses of are fetched, so that nobody else needs to know. They are paid for, so those that come are kept. */
export function withFetchedImages(api: ImageApi, fetcher: Fetcher): ImageApi {
	const fetched = async (answer: Promise<SendResult<Answer>>): Promise<SendResult<Answer>> => await fetchAll(await answer, fetcher);
	return {
		...api,
		generate: async (...call) => await fetched(api.generate(...call)),
		edit: async (...call) => await fetched(api.edit(...call)),
	};
}

async function fetchAll(answer: SendResult<Answer>, fetcher: Fetcher): Promise<SendResult<Answer>> {
	if (!answer.ok || answer.value.response.urls === undefined) return answer;
	const { urls, ...response } = answer.value.response;
	const images: string[] = [];
	const missing: Array<{ url: string; why: string }> = [];
	for (const url of urls) {
		const read = await fetchImage(url, fetcher);
		if (typeof read === 'string') images.push(read);
		else missing.push({ url, why: read.why });
	}
	const fetched = { ...answer.value, response: { ...response, images } };
	const [first] = missing;
	if (first === undefined) return { ...answer, value: fetched };
	const kept = missing.map(({ url }) => url).filter((one) => one.length <= LONGEST_SHOWN);
	const where = kept.length === 0 ? '' : ` What was made may still be there: ${kept.join(' ')}`;
	const failure = localFailure('malformedResponse', 'result_not_fetched', `The image was made, but could not be fetched: ${first.why}.${where}`);
	return { ...answer, value: { ...fetched, unfetched: { images: missing.length, failure: { ...failure, requestId: answer.value.requestId } } } };
}

/** Without the key, from the provider's own hosts only, and no more than an image can be. @returns base64 */
async function fetchImage(url: string, { context, door, baseUrl, timeoutMs }: Fetcher): Promise<string | { why: string }> {
	const inline = /^data:image\/[\w.+-]+;base64,([A-Za-z0-9+/=]+)$/.exec(url)?.[1];
	if (inline !== undefined) return inline;
	if (!isResultAddress(url, door.provider.resultHosts, baseUrl)) return { why: `its address is none of ${door.provider.name}'s own` };
	for (let attempt = 1; ; attempt++) {
		const read = await download(url, context, timeoutMs);
		if (typeof read === 'string' || !read.mayPass || attempt === FETCH_ATTEMPTS) return read;
		await sleep(FIRST_WAIT_MS * 2 ** attempt);
	}
}

/** @returns base64 */
async function download(url: string, { helpers }: RequestContext, timeoutMs: number): Promise<string | { why: string; mayPass: boolean }> {
	const options: IHttpRequestOptions = { url, encoding: 'stream', returnFullResponse: true, disableFollowRedirect: true, timeout: Math.min(timeoutMs, LONGEST_FETCH_MS) };
	try {
		const { body } = (await helpers.httpRequest(options)) as IN8nHttpFullResponse;
		const chunks: Buffer[] = [];
		let length = 0;
		for await (const chunk of body as unknown as AsyncIterable<Buffer>) {
			length += chunk.length;
			// Leaving the loop closes the connection.
			if (length > MAX_IMAGE_BYTES) return { why: `it is larger than ${MAX_IMAGE_BYTES / 1024 / 1024} MB`, mayPass: false };
			chunks.push(chunk);
		}
		return Buffer.concat(chunks).toString('base64');
	} catch (error) {
		return { why: presentable(wordsOf(error)), mayPass: true };
	}
}
