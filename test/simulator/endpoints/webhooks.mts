/** `/v1/webhook_endpoints`, as the official client 7.55 calls it. Wordings are assumptions in the API's style. */
import { randomBytes } from 'node:crypto';
import {
	ApiError,
	invalidRequest,
	invalidType,
	missingParameter,
	unknownParameter,
} from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import { json } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import { readJsonObject } from '../http/json.mts';
import { boolean, integer, typeName } from '../images/values.mts';
import { currentTime, unixSeconds } from '../state.mts';
import { sendOnce } from '../webhooks/delivery.mts';
import type { WebhookEndpoint } from '../webhooks/endpoint.mts';
import { newSecret } from '../webhooks/endpoint.mts';

/** Those that can happen here; the real API has more. */
const EVENT_TYPES = ['batch.completed', 'batch.failed', 'batch.expired', 'batch.cancelled'];

function describe({
	id,
	createdAt,
	eventTypes,
	name,
	url,
	secrets,
}: WebhookEndpoint): Record<string, unknown> {
	return {
		id,
		object: 'webhook_endpoint',
		created_at: createdAt,
		event_types: eventTypes,
		name,
		url,
		signing_secret_hint: `whsec_…${secrets[0]?.slice(-4) ?? ''}`,
	};
}

const withSecret = (endpoint: WebhookEndpoint) => ({
	...describe(endpoint),
	signing_secret: endpoint.secrets[0],
});

function text(values: Record<string, unknown>, name: string): string | undefined {
	const value = values[name];
	if (value === undefined) return undefined;
	if (typeof value !== 'string') throw invalidType(name, 'a string', typeName(value));
	return value;
}

function parseEventTypes(value: unknown): string[] | undefined {
	if (value === undefined) return undefined;
	if (!Array.isArray(value)) throw invalidType('event_types', 'an array', typeName(value));
	if (value.length === 0)
		throw invalidRequest("Invalid 'event_types': empty array.", 'event_types', 'empty_array');
	const stranger = value.find((type) => !EVENT_TYPES.includes(String(type)));
	if (stranger !== undefined)
		throw invalidRequest(`Invalid value: '${String(stranger)}'.`, 'event_types', 'invalid_value');
	return value.map(String);
}

/** The real API takes https only; the tests' receiver is on this machine. */
function parseUrl(values: Record<string, unknown>): string | undefined {
	const url = text(values, 'url');
	if (
		url === undefined ||
		(URL.canParse(url) && /^https:|^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url))
	)
		return url;
	throw invalidRequest("Invalid 'url'. Expected an https URL.", 'url', 'invalid_value');
}

async function readParameters(
	{ request, record }: Exchange,
	known: string[],
): Promise<Record<string, unknown>> {
	const values = await readJsonObject(request);
	record.parameters = values;
	const stranger = Object.keys(values).find((name) => !known.includes(name));
	if (stranger !== undefined) throw unknownParameter(stranger);
	return values;
}

function existing({ state, params }: Exchange): WebhookEndpoint {
	const endpoint = state.webhooks.endpoints.get(params[0] ?? '');
	if (endpoint) return endpoint;
	throw new ApiError(404, {
		message: `No webhook endpoint found with id '${params[0]}'.`,
		type: 'invalid_request_error',
		param: null,
		code: null,
	});
}

export async function createWebhook(exchange: Exchange): Promise<Answer> {
	const { state } = exchange;
	const values = await readParameters(exchange, ['event_types', 'name', 'url']);
	const [eventTypes, name, url] = [
		parseEventTypes(values.event_types),
		text(values, 'name'),
		parseUrl(values),
	];
	if (eventTypes === undefined) throw missingParameter('event_types');
	if (name === undefined) throw missingParameter('name');
	if (url === undefined) throw missingParameter('url');
	const id = `whe_${randomBytes(12).toString('hex')}`;
	const endpoint: WebhookEndpoint = {
		id,
		name,
		url,
		eventTypes,
		createdAt: unixSeconds(currentTime(state)),
		secrets: [newSecret()],
	};
	state.webhooks.endpoints.set(id, endpoint);
	return json(withSecret(endpoint));
}

export async function listWebhooks({ state, query }: Exchange): Promise<Answer> {
	const limit =
		integer(query.get('limit') ?? '20', 'limit', { minimum: 1, maximum: 100, textual: true }) ?? 20;
	const all = [...state.webhooks.endpoints.values()].reverse();
	const start =
		query.get('after') === null ? 0 : all.findIndex(({ id }) => id === query.get('after')) + 1;
	const page = all.slice(start, start + limit);
	return json({
		object: 'list',
		data: page.map(describe),
		first_id: page[0]?.id ?? null,
		last_id: page.at(-1)?.id ?? null,
		has_more: start + limit < all.length,
	});
}

export async function retrieveWebhook(exchange: Exchange): Promise<Answer> {
	return json(describe(existing(exchange)));
}

export async function updateWebhook(exchange: Exchange): Promise<Answer> {
	const endpoint = existing(exchange);
	const values = await readParameters(exchange, ['event_types', 'name', 'url']);
	endpoint.eventTypes = parseEventTypes(values.event_types) ?? endpoint.eventTypes;
	endpoint.name = text(values, 'name') ?? endpoint.name;
	endpoint.url = parseUrl(values) ?? endpoint.url;
	return json(describe(endpoint));
}

export async function deleteWebhook(exchange: Exchange): Promise<Answer> {
	const { id } = existing(exchange);
	exchange.state.webhooks.endpoints.delete(id);
	return json({ object: 'webhook_endpoint.deleted', id, deleted: true });
}

export async function rotateSecret(exchange: Exchange): Promise<Answer> {
	const endpoint = existing(exchange);
	const name = 'keep_old_secret_active_for_24_hours';
	const values = await readParameters(exchange, [name]);
	const old = boolean(values[name], name, false) === true ? endpoint.secrets.slice(0, 1) : [];
	endpoint.secrets = [newSecret(), ...old];
	return json(withSecret(endpoint));
}

export async function testWebhook(exchange: Exchange): Promise<Answer> {
	const endpoint = existing(exchange);
	const values = await readParameters(exchange, ['event_type']);
	const [type] = parseEventTypes([values.event_type ?? '']) ?? [];
	const body = JSON.stringify({
		id: 'evt_test',
		object: 'event',
		created_at: unixSeconds(new Date()),
		type,
		data: { id: 'batch_test' },
	});
	const status = await sendOnce(endpoint, body, `wh_${randomBytes(16).toString('hex')}`);
	return json({
		object: 'webhook_endpoint.test',
		webhook_endpoint_id: endpoint.id,
		event_type: type,
		status_code: status ?? 0,
		success: true,
	});
}
