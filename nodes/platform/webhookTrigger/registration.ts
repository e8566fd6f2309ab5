import { type IHookFunctions, NodeOperationError } from 'n8n-workflow';
import { BATCH_EVENTS } from '../../core/batch/webhookEvent';
import type { Failure } from '../../core/failures/failure';
import type { SendResult } from '../../core/scheduler/outcome';
import { REACTIONS } from '../../core/scheduler/retry';
import { type BatchEventType, createWebhookApi, type Endpoint } from '../api/webhookApi';
import { NO_MODEL } from '../batches/settings';
import { readCredential } from '../http/http';
import { explainFailure, toNodeError } from '../n8n/errors';
import { isStartedByN8n } from '../n8n/nodeContext';
import { endpointsFor, forgetEndpoint, keepEndpoint } from './webhookSecrets';

/**
 * Whether OpenAI delivers to this node, with a secret that is known here. Events that changed are put right.
 * @throws NodeApiError when the API can't say, unless n8n is starting; NodeOperationError when the user's own secret is missing
 */
export async function isRegistered(context: IHookFunctions): Promise<boolean> {
	if (isSetUpByHand(context)) {
		await requireOwnSecret(context);
		return true;
	}
	const url = urlOf(context);
	const data = context.getWorkflowStaticData('node');
	for (const known of endpointsFor(data, url)) {
		const api = await createWebhookApi(context);
		const result = await api.retrieve(known.id);
		if (!result.ok && isStartedByN8n(context) && mayPass(result.failure))
			return stay(context, result.failure);
		const found = unwrap(context, result);
		if (found === null || found.url !== url || !isSecretOf(found, known.secret)) continue;
		await updateEvents(context, found);
		keepEndpoint(data, known);
		return true;
	}
	return false;
}

/** A failure would have n8n remove the webhook. What was registered before is still there, unless the API says otherwise. */
function stay(context: IHookFunctions, failure: Failure): boolean {
	context.logger.warn(
		`GPT Image Webhook Trigger: OpenAI could not be asked whether its webhook is still registered, so the trigger assumes that it is. If no deliveries arrive, unpublish and publish the workflow. ${failure.message}`,
	);
	return true;
}

const mayPass = ({ kind }: Failure): boolean =>
	REACTIONS[kind].reaction === 'retry' || kind === 'notReachable';

/**
 * Has OpenAI deliver to this node. An endpoint of an earlier time with this address, whose secret is lost, is
 * used on with a new secret, so that no second one is left behind.
 * @throws NodeApiError when the API refuses
 */
export async function register(context: IHookFunctions): Promise<boolean> {
	const url = urlOf(context);
	const api = await createWebhookApi(context);
	const found = unwrap(context, await api.findByUrl(url));
	if (found !== null) await updateEvents(context, found);
	const name = `n8n workflow ${context.getWorkflow().id ?? ''}`.trim();
	const made =
		found === null
			? await api.create({ url, name, eventTypes: eventsOf(context) })
			: await api.rotateSecret(found.id);
	const { id, secret } = unwrap(context, made);
	keepEndpoint(context.getWorkflowStaticData('node'), { id, url, secret });
	return true;
}

/** @throws NodeApiError when the API can't be reached: n8n (2.41) tries again and then tells the user */
export async function unregister(context: IHookFunctions): Promise<boolean> {
	const url = urlOf(context);
	const data = context.getWorkflowStaticData('node');
	const ids = new Set(endpointsFor(data, url).map(({ id }) => id));
	for (const id of ids) unwrap(context, await (await createWebhookApi(context)).remove(id));
	forgetEndpoint(data, url);
	return true;
}

async function updateEvents(context: IHookFunctions, { id, eventTypes }: Endpoint): Promise<void> {
	const wanted = eventsOf(context);
	if (wanted.length === eventTypes.length && wanted.every((type) => eventTypes.includes(type)))
		return;
	const api = await createWebhookApi(context);
	unwrap(context, await api.update(id, wanted));
}

export function isSetUpByHand(context: Pick<IHookFunctions, 'getNodeParameter'>): boolean {
	return context.getNodeParameter('registration', 'automatic') === 'manual';
}

function eventsOf(context: IHookFunctions): BatchEventType[] {
	const chosen = context.getNodeParameter('events', []) as string[];
	return BATCH_EVENTS.filter((type) => chosen.length === 0 || chosen.includes(type));
}

function urlOf(context: IHookFunctions): string {
	const url = context.getNodeWebhookUrl('default');
	if (url !== undefined) return url;
	throw new NodeOperationError(context.getNode(), 'n8n gives this node no webhook address');
}

/** OpenAI shows only the end of a secret. */
function isSecretOf({ secretHint }: Endpoint, secret: string): boolean {
	const end = secretHint.slice(secretHint.search(/[A-Za-z\d+/=_-]*$/)).slice(-4);
	return end === '' || secret.endsWith(end);
}

async function requireOwnSecret(context: IHookFunctions): Promise<void> {
	const { data } = await readCredential(context);
	if (String(data?.webhookSecret ?? '').trim() !== '') return;
	throw new NodeOperationError(context.getNode(), "'Webhook Secret' is empty in the credential", {
		description: `Create a webhook for ${urlOf(context)} at https://platform.openai.com/settings/project/webhooks, and enter its signing secret (whsec_…) in the credential.`,
	});
}

function unwrap<T>(context: IHookFunctions, result: SendResult<T>): T {
	if (result.ok) return result.value;
	throw explained(context, result.failure);
}

function explained(context: IHookFunctions, failure: Failure) {
	const { message, remedy } = explainFailure(failure, NO_MODEL, new Date());
	return toNodeError(
		context.getNode(),
		failure,
		{
			message: `The webhook could not be registered at OpenAI or removed there. ${message}`,
			remedy: `${remedy} ${ADVICE[failure.kind] ?? ''}`.trim(),
		},
		0,
	);
}

const BY_HAND =
	"If the key isn't allowed to manage webhooks, set 'Webhook at OpenAI' to 'Set Up by Hand'.";

const ADVICE: Partial<Record<Failure['kind'], string>> = {
	invalidKey: BY_HAND,
	permissionDenied: BY_HAND,
	invalidRequest:
		'OpenAI delivers only to public https addresses. Check that n8n has one (environment variable WEBHOOK_URL). If not, use the GPT Image Batch Trigger, which polls OpenAI.',
};
