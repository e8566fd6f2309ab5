import type { BATCH_EVENTS } from '../../core/batch/webhookEvent';
import { localFailure } from '../../core/failures/failure';
import type { SendResult } from '../../core/scheduler/outcome';
import { asRecord, asText } from '../../core/util/json';
import { withoutKeyInResults } from '../http/withoutKeyInResults';
import { failureFromSdk } from '../http/failures';
import type { RequestContext } from '../http/http';
import { connect, notOffered } from '../http/sdk';

export type BatchEventType = (typeof BATCH_EVENTS)[number];

export interface Endpoint {
	id: string;
	url: string;
	eventTypes: string[];
	/** The secret's last characters, after dots; empty = not told. */
	secretHint: string;
}

type EndpointWithSecret = Endpoint & { secret: string };

/** Webhook endpoints of the key's project. Failures are values. */
interface WebhookApi {
	create(endpoint: {
		url: string;
		name: string;
		eventTypes: BatchEventType[];
	}): Promise<SendResult<EndpointWithSecret>>;
	/** `null` = there is none of this id (any more) */
	retrieve(id: string): Promise<SendResult<Endpoint | null>>;
	findByUrl(url: string): Promise<SendResult<Endpoint | null>>;
	update(id: string, eventTypes: BatchEventType[]): Promise<SendResult<null>>;
	/** The old secret ends at once. */
	rotateSecret(id: string): Promise<SendResult<EndpointWithSecret>>;
	/** One that is gone counts as deleted. */
	remove(id: string): Promise<SendResult<null>>;
}

const TIMEOUT_MS = 30_000;
const PAGE = 100;

/** @throws NodeOperationError when the credential's base URL can't be used */
export async function createWebhookApi(context: RequestContext): Promise<WebhookApi> {
	const { client, server, credential } = await connect(context, TIMEOUT_MS);
	if (!server.provider.offers.webhooks)
		throw notOffered(
			context,
			server.provider,
			'webhooks',
			'Use the GPT Image Batch Trigger, or choose an OpenAI credential.',
		);
	const api: WebhookApi = {
		create: async ({ url, name, eventTypes }) =>
			withSecret(
				await asResult(
					async () => await client.webhooks.create({ url, name, event_types: eventTypes }),
				),
			),
		retrieve: async (id) => found(await asResult(async () => await client.webhooks.retrieve(id))),
		findByUrl: async (url) =>
			await asResult(async () => {
				for await (const endpoint of client.webhooks.list({ limit: PAGE }))
					if (endpoint.url === url) return endpointOf(endpoint);
				return null;
			}),
		update: async (id, eventTypes) =>
			nothing(
				await asResult(async () => await client.webhooks.update(id, { event_types: eventTypes })),
			),
		rotateSecret: async (id) =>
			withSecret(await asResult(async () => await client.webhooks.rotateSecret(id))),
		remove: async (id) => removed(await asResult(async () => await client.webhooks.delete(id))),
	};
	return withoutKeyInResults(api, credential);
}

function found(result: SendResult<unknown>): SendResult<Endpoint | null> {
	if (!result.ok) return result.failure.status === 404 ? { ok: true, value: null } : result;
	return { ok: true, value: endpointOf(result.value) };
}

function removed(result: SendResult<unknown>): SendResult<null> {
	return !result.ok && result.failure.status === 404 ? { ok: true, value: null } : nothing(result);
}

async function asResult<T>(call: () => Promise<T>): Promise<SendResult<T>> {
	try {
		return { ok: true, value: await call() };
	} catch (error) {
		return { ok: false, failure: failureFromSdk(error) };
	}
}

const nothing = (result: SendResult<unknown>): SendResult<null> =>
	result.ok ? { ok: true, value: null } : result;

const MALFORMED = localFailure(
	'malformedResponse',
	'malformed_response',
	'The API answered, but not with a webhook endpoint.',
);

function withSecret(result: SendResult<unknown>): SendResult<EndpointWithSecret> {
	if (!result.ok) return result;
	const endpoint = endpointOf(result.value);
	const secret = asText(asRecord(result.value).signing_secret);
	return endpoint === null || secret === null
		? { ok: false, failure: MALFORMED }
		: { ok: true, value: { ...endpoint, secret } };
}

function endpointOf(value: unknown): Endpoint | null {
	const { id, url, event_types: types, signing_secret_hint: hint } = asRecord(value);
	if (typeof id !== 'string' || typeof url !== 'string') return null;
	return {
		id,
		url,
		eventTypes: Array.isArray(types) ? types.map(String) : [],
		secretHint: asText(hint) ?? '',
	};
}
