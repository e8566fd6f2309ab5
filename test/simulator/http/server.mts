/** The HTTP server: records, checks the key, routes, answers. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ORGANIZATION } from '../account.mts';
import { SERVERS } from '../providers/index.mts';
import { checkAdminKey } from '../endpoints/organization.mts';
import { unknownUrl } from '../errors.mts';
import { findRoute } from '../routes.mts';
import type { State } from '../state.mts';
import { earlyTrouble } from '../troubles/next.mts';
import type { RecordedRequest } from '../types.mts';
import type { Answer } from './answer.mts';
import { answerToError, json, reportFailure, writeAnswer } from './answer.mts';

function startRecord(request: IncomingMessage, url: URL): RecordedRequest {
	const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
		name,
		String(value),
	]);
	return {
		method: request.method ?? 'GET',
		path: url.pathname,
		query: Object.fromEntries(url.searchParams),
		headers: Object.fromEntries(headers),
		parameters: {},
		files: [],
		status: null,
		requestId: `req_${randomBytes(16).toString('hex')}`,
		startedAt: new Date(),
		endedAt: null,
		aborted: false,
		fault: null,
		delivered: false,
	};
}

async function answerTo(
	state: State,
	request: IncomingMessage,
	url: URL,
	record: RecordedRequest,
): Promise<Answer> {
	const provider = SERVERS[state.options.provider ?? 'openai'];
	const bare = { state, request, record, url, params: [], query: url.searchParams };
	if (url.pathname.startsWith('/results/'))
		return (await provider.open?.(bare)) ?? json({}, {}, 404);
	if (url.pathname.startsWith('/v1/organization/'))
		checkAdminKey(request.headers.authorization, state);
	else provider.checkKey(request.headers, state.apiKey);
	const opened = await provider.open?.(bare);
	if (opened) return opened;
	const route = findRoute(record.method, provider.path(url));
	if (route === undefined) throw unknownUrl(record.method, url.pathname);
	const exchange = { ...bare, params: route.params };
	// Image endpoints take their faults themselves, after the body was read into the record.
	const trouble = route.isImage ? undefined : await earlyTrouble(exchange);
	return trouble ?? (await route.handler(exchange));
}

/** `inFlight` counts image requests from arrival until their connection is done with them. */
function watch(state: State, record: RecordedRequest, response: ServerResponse): void {
	const isImage = record.path.includes('/images/');
	if (isImage) {
		state.inFlight += 1;
		state.maxInFlight = Math.max(state.maxInFlight, state.inFlight);
	}
	response.once('close', () => {
		if (isImage) state.inFlight -= 1;
		record.endedAt = new Date();
	});
}

async function handle(
	state: State,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const url = new URL(request.url ?? '/', 'http://simulator');
	const record = startRecord(request, url);
	// Clients ask for it now and then, whatever a test is about.
	(record.method === 'GET' && record.path.endsWith('/v1/models')
		? state.modelLists
		: state.requests
	).push(record);
	watch(state, record, response);
	let dropped = false;
	response.once('close', () => {
		record.aborted = !response.writableFinished && !dropped;
		state.carries.delete(record);
	});
	response.once('finish', () => {
		const carried = state.carries.get(record);
		if (carried) carried.delivered = true;
	});
	const answer = await answerTo(state, request, url, record).catch((error: unknown) =>
		// Nobody is left to read the answer to a half-sent request.
		request.destroyed && !request.complete
			? ({ kind: 'drop' } as const)
			: answerToError(error, SERVERS[state.options.provider ?? 'openai']),
	);
	// An answer may come before the whole request was read: take the rest, or the client can't read it.
	request.resume();
	dropped = answer.kind === 'drop' && !response.destroyed;
	if (answer.kind !== 'drop' && !response.destroyed) record.status = answer.status;
	await writeAnswer(response, answer, {
		'x-request-id': record.requestId,
		'openai-organization': ORGANIZATION,
		'openai-version': '2020-10-01',
		'openai-processing-ms': String(Date.now() - record.startedAt.getTime()),
		'x-content-type-options': 'nosniff',
		...SERVERS[state.options.provider ?? 'openai'].headers?.(record.requestId),
	});
}

/** Resolves when the server listens on 127.0.0.1. */
export async function listen(state: State, port: number): Promise<Server> {
	const server = createServer((request, response) => {
		handle(state, request, response).catch((error: unknown) => {
			reportFailure(error);
			response.destroy();
		});
	});
	// Pictures take their time; a load test must not run into Node's own limits.
	server.requestTimeout = 0;
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	return server;
}
