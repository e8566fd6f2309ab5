import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { presentable } from '../../core/failures/errorText';
import { checkRedirect } from '../../core/images/link';
import { wordsOf } from '../../core/util/text';
import { type BodyStream, closable, endTogether } from './answerBody';
import { connectionFailure } from './connectionFailures';
import { cancelSignalOf, plainHeaders, type RequestContext } from './http';
import type { LargeBody } from './largeBodies';

/** What OpenAI takes is smaller. */
export const MAX_LINKED_BYTES = 50 * 1024 * 1024;

/** Until a server answers, and between two bytes, unless the run has less time. */
export const LINK_TIMEOUT_MS = 30_000;

/** For all of it: redirects, headers and body. */
const WHOLE_TIMEOUT_MS = 300_000;

const MOST_REDIRECTS = 5;

/** Why there is no image: the end of a sentence that begins with what it is. */
export interface LinkProblem {
	problem: string;
	/** Another try may bring it. */
	mayPass: boolean;
	/** Tells what is in the network. */
	isRevealing: boolean;
}

/** An image's bytes, which last until its body ends. */
export type Downloaded = { bytes: Buffer } | LinkProblem;

const because = (problem: string, mayPass = false, isRevealing = true): LinkProblem => ({
	problem,
	mayPass,
	isRevealing,
});

/**
 * Downloads what is at a link through n8n's HTTP helper, so that its proxy, its SSRF protection and its cancel button
 * hold: without the key, without a header of ours, no more than an image can be. Redirects are followed one by one,
 * each checked anew, by n8n too. Never throws.
 * @param url a checked link
 * @param timeoutMs until a server answers
 */
export async function downloadLink(
	context: RequestContext,
	url: string,
	body: LargeBody,
	timeoutMs: number,
): Promise<Downloaded> {
	const late = AbortSignal.timeout(WHOLE_TIMEOUT_MS);
	const cancel = cancelSignalOf(context);
	const signal = cancel === undefined ? late : AbortSignal.any([cancel, late]);
	try {
		return await follow(context, url, body, { signal, timeoutMs });
	} catch (error) {
		return whyNot(error, late);
	}
}

interface Limits {
	signal: AbortSignal;
	/** Until a server answers. */
	timeoutMs: number;
}

async function follow(
	context: RequestContext,
	url: string,
	body: LargeBody,
	limits: Limits,
): Promise<Downloaded> {
	let at = url;
	for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
		const { answer, stream } = await open(context, at, limits);
		const status = answer.statusCode;
		const headers = plainHeaders(answer.headers);
		if (status >= 300 && status < 400) {
			stream.destroy();
			const next = checkRedirect(at, headers.get('location') ?? '');
			if (!headers.has('location')) return because(`answered with status ${status}`);
			if (!next.ok) return because(next.problem);
			at = next.url;
			continue;
		}
		const problem = problemOf(status, headers);
		if (problem === null) return { bytes: await body.read(stream, null, MAX_LINKED_BYTES) };
		stream.destroy();
		return because(problem, MAY_PASS.has(status));
	}
	return because(`redirects more than ${MOST_REDIRECTS} times`);
}

async function open(
	context: RequestContext,
	url: string,
	{ signal, timeoutMs }: Limits,
): Promise<{ answer: IN8nHttpFullResponse; stream: BodyStream }> {
	const options: IHttpRequestOptions = {
		url,
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: timeoutMs,
	};
	const connection = new AbortController();
	endTogether(options, connection, signal);
	const answer = (await context.helpers.httpRequest(options)) as IN8nHttpFullResponse;
	return { answer, stream: closable(answer.body as unknown as BodyStream, connection) };
}

function problemOf(status: number, headers: Headers): string | null {
	if (status !== 200) return `answered with status ${status}${MEANINGS[status] ?? ''}`;
	return Number(headers.get('content-length') ?? 0) > MAX_LINKED_BYTES ? TOO_LARGE : null;
}

/** Statuses of a server that is busy. */
const MAY_PASS = new Set([429, 500, 502, 503, 504]);

const MEANINGS: Readonly<Record<number, string>> = {
	401: ': it is not public',
	403: ': it is not public, or has expired',
	404: ': nothing is there',
	410: ': it is no longer there',
	429: ': too many requests at once',
};

const TOO_LARGE = `is larger than ${MAX_LINKED_BYTES / 1024 / 1024} MB`;

function whyNot(error: unknown, late: AbortSignal): LinkProblem {
	if (error instanceof RangeError) return because(TOO_LARGE);
	if (late.aborted) return because(`did not arrive within ${WHOLE_TIMEOUT_MS / 1000} s`);
	const { kind, message, code } = connectionFailure(error);
	if (kind === 'cancelled')
		return because('was not downloaded: the execution was cancelled', false, false);
	if (code === 'blocked_by_n8n')
		return because(`is blocked by n8n's settings: ${message}`, false, false);
	if (kind === 'notSent' || kind === 'notReachable')
		return because(`could not be opened: ${message.replace('The API', 'The server')}`);
	if (kind === 'timeout')
		return because('could not be downloaded: its server sent nothing in time');
	return because(`could not be downloaded: ${presentable(wordsOf(error))}`, true);
}
