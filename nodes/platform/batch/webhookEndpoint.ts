import type { IDataObject, IHookFunctions } from 'n8n-workflow';
import { sendRepeatedly } from '../../core/run/attempts';
import { asRecord, asText } from '../../core/run/errorBody';
import { localFailure, type Failure } from '../../core/run/failure';
import type { SendResult } from '../../core/run/outcome';
import { explainFailure, toNodeError } from '../errors';
import { resultOf } from '../failures';
import { connect } from '../sdk';
import { realWorld } from '../world';
import { NO_MODEL } from './settings';

const TIMEOUT_MS = 30_000;
const OPTIONS = { maxAttempts: 3, maxWaitMs: 60_000 };
const PAGE = 100;

/** The webhook at OpenAI that calls this node, as n8n keeps it with the workflow. */
export interface KeptEndpoint {
	id: string;
	url: string;
	secret: string;
}

export function keptEndpoint(context: Pick<IHookFunctions, 'getWorkflowStaticData'>): KeptEndpoint | null {
	const { endpoint } = context.getWorkflowStaticData('node') as { endpoint?: KeptEndpoint };
	return endpoint ?? null;
}

/** Whether OpenAI still calls this node at this address, and its secret is known. */
export async function endpointExists(context: IHookFunctions, url: string): Promise<boolean> {
	const kept = keptEndpoint(context);
	if (kept === null || kept.url !== url || kept.secret === '') return false;
	const { client } = await connect(context, TIMEOUT_MS);
	const found = await send(async () => await client.webhooks.retrieve(kept.id));
	if (found.ok) return found.value.url === url;
	if (found.failure.status === 404) return false;
	throw hookError(context, found.failure);
}

/**
 * Registers the address. One that is registered already is replaced, because its secret is told once only.
 * @throws NodeApiError or NodeOperationError when OpenAI does not take it
 */
export async function createEndpoint(context: IHookFunctions, url: string, events: string[]): Promise<void> {
	const { client } = await connect(context, TIMEOUT_MS);
	const listed = await send(async () => await client.webhooks.list({ limit: PAGE }));
	if (!listed.ok) throw hookError(context, listed.failure);
	for (const { id } of listed.value.data.filter((endpoint) => endpoint.url === url)) {
		const deleted = await send(async () => await client.webhooks.delete(id));
		if (!deleted.ok && deleted.failure.status !== 404) throw hookError(context, deleted.failure);
	}
	const name = `n8n ${context.getWorkflow().name ?? ''}`.trim().slice(0, 100);
	const created = await send(async () => await client.webhooks.create({ name, url, event_types: events as ['batch.completed'] }));
	if (!created.ok) throw hookError(context, created.failure);
	const [id, secret] = [asText(asRecord(created.value).id), asText(asRecord(created.value).signing_secret)];
	if (id === null || secret === null) throw hookError(context, NO_SECRET);
	const endpoint: KeptEndpoint = { id, url, secret };
	context.getWorkflowStaticData('node')['endpoint'] = endpoint as unknown as IDataObject;
}

const NO_SECRET = localFailure('malformedResponse', 'malformed_response', 'OpenAI registered the webhook, but told no secret for it.');

/** @throws NodeApiError or NodeOperationError when OpenAI can't be told */
export async function deleteEndpoint(context: IHookFunctions): Promise<void> {
	const kept = keptEndpoint(context);
	if (kept === null) return;
	const { client } = await connect(context, TIMEOUT_MS);
	const deleted = await send(async () => await client.webhooks.delete(kept.id));
	if (!deleted.ok && deleted.failure.status !== 404) throw hookError(context, deleted.failure);
	delete context.getWorkflowStaticData('node')['endpoint'];
}

async function send<T>(call: () => Promise<T>): Promise<SendResult<T>> {
	return await sendRepeatedly(async () => await resultOf(call), OPTIONS, realWorld({}));
}

function hookError(context: IHookFunctions, failure: Failure) {
	const explained = explainFailure(failure, NO_MODEL, new Date());
	const remedy = `${explained.remedy} A webhook can also be set up by hand: set 'Webhook at OpenAI' to 'Set Up by Hand'.`;
	return toNodeError(context.getNode(), failure, { message: `The webhook could not be registered or removed. ${explained.message}`, remedy }, 0);
}
