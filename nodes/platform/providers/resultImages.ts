import { type IHttpRequestOptions, type IN8nHttpFullResponse, sleep } from 'n8n-workflow';
import { presentable } from '../../core/failures/errorText';
import { localFailure } from '../../core/failures/failure';
import { isResultAddress } from '../../core/providers/baseUrl';
import type { SendResult } from '../../core/scheduler/outcome';
import { wordsOf } from '../../core/util/text';
import { type BodyStream, closable, endTogether } from '../http/answerBody';
import { cancelSignalOf, plainHeaders, type RequestContext } from '../http/http';
import type { LargeBodies, LargeBody } from '../http/largeBodies';
import type { Connection } from '../http/sdk';
import type { Answer, ImageApi } from './imageApi';
import { statedLength } from './imagesAnswer';

/** Larger than any image that these models make. */
const MAX_IMAGE_BYTES = 64 * 1024 * 1024;

/** What was made is paid for, so a fetch that fails is worth another. */
export const FETCH_ATTEMPTS = 4;
const FIRST_WAIT_MS = 250;

/** It is made already, so whoever waits for it as long as for an image waits in vain. */
const LONGEST_FETCH_MS = 120_000;
/** How long a host may take to answer before others have their turn, in ms. */
const LATE_MS = 2000;

/** Longer addresses hold the image itself. */
const LONGEST_SHOWN = 500;

interface Fetcher extends Connection {
	context: RequestContext;
	timeoutMs: number;
	bodies: LargeBodies;
}

/** The same API; images that an answer gives addresses of are fetched, so that nobody else needs to know. They are paid for, so those that come are kept. */
export function withFetchedImages(api: ImageApi, fetcher: Fetcher): ImageApi {
	const fetched = async (answer: Promise<SendResult<Answer>>): Promise<SendResult<Answer>> =>
		await fetchAll(await answer, fetcher);
	return {
		...api,
		generate: async (...call) => await fetched(api.generate(...call)),
		edit: async (...call) => await fetched(api.edit(...call)),
	};
}

async function fetchAll(answer: SendResult<Answer>, fetcher: Fetcher): Promise<SendResult<Answer>> {
	if (!answer.ok || answer.value.urls === undefined) return answer;
	const { urls, ...rest } = answer.value;
	const body = fetcher.bodies.next();
	const images: Buffer[] = [];
	const missing: Array<{ url: string; why: string }> = [];
	for (const url of urls) {
		const read = await fetchImage(url, body, fetcher);
		if (Buffer.isBuffer(read)) images.push(read);
		else missing.push({ url, why: read.why });
	}
	const fetched = { ...rest, images: images.map((bytes) => () => bytes), done: () => body.end() };
	const [first] = missing;
	if (first === undefined) return { ...answer, value: fetched };
	const kept = missing.map(({ url }) => url).filter((one) => one.length <= LONGEST_SHOWN);
	const where = kept.length === 0 ? '' : ` The image may still be available at: ${kept.join(' ')}`;
	const failure = localFailure(
		'malformedResponse',
		'result_not_fetched',
		`The image was made, but could not be downloaded: ${first.why}.${where}`,
	);
	return {
		...answer,
		value: {
			...fetched,
			unfetched: {
				images: missing.length,
				failure: { ...failure, requestId: answer.value.requestId },
			},
		},
	};
}

/** Without the key, from the provider's own hosts only, and no more than an image can be. Never throws. */
async function fetchImage(
	url: string,
	body: LargeBody,
	{ context, server, baseUrl, timeoutMs }: Fetcher,
): Promise<Buffer | { why: string }> {
	const inline = /^data:image\/[\w.+-]+;base64,([A-Za-z0-9+/=]+)$/.exec(url)?.[1];
	if (inline !== undefined) return Buffer.from(inline, 'base64');
	if (!isResultAddress(url, server.provider.resultHosts, baseUrl))
		return { why: `its address is none of ${server.provider.name}'s own` };
	for (let attempt = 1; ; attempt++) {
		const read = await download(url, body, context, timeoutMs);
		if (Buffer.isBuffer(read) || !read.mayPass || attempt === FETCH_ATTEMPTS) return read;
		body.pause();
		await sleep(FIRST_WAIT_MS * 2 ** attempt);
	}
}

async function download(
	url: string,
	body: LargeBody,
	context: RequestContext,
	timeoutMs: number,
): Promise<Buffer | { why: string; mayPass: boolean }> {
	const signal = cancelSignalOf(context);
	const options: IHttpRequestOptions = {
		url,
		encoding: 'stream',
		returnFullResponse: true,
		disableFollowRedirect: true,
		timeout: Math.min(timeoutMs, LONGEST_FETCH_MS),
	};
	const connection = new AbortController();
	endTogether(options, connection, signal);
	// Others are read while this one is not there.
	const late = AbortSignal.timeout(LATE_MS);
	late.onabort = () => body.pause();
	try {
		const { body: stream, headers } = (await context.helpers.httpRequest(
			options,
		)) as IN8nHttpFullResponse;
		late.onabort = null;
		return await body.read(
			closable(stream as unknown as BodyStream, connection),
			statedLength(plainHeaders(headers)),
			MAX_IMAGE_BYTES,
		);
	} catch (error) {
		if (error instanceof RangeError)
			return { why: `it is larger than ${MAX_IMAGE_BYTES / 1024 / 1024} MB`, mayPass: false };
		return { why: presentable(wordsOf(error)), mayPass: signal?.aborted !== true };
	} finally {
		late.onabort = null;
	}
}
