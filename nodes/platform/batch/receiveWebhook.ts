import { createHmac, timingSafeEqual } from 'crypto';
import { sleep, type IDataObject, type INodeExecutionData, type IWebhookFunctions, type IWebhookResponseData } from 'n8n-workflow';
import { isFinished } from '../../core/batch/batch';
import { rememberCall, verifyWebhook, type BatchEvent, type Refusal, type Seal, type SeenCalls } from '../../core/batch/webhook';
import { wordsOf } from '../../core/run/errorBody';
import { createBatchApi } from '../batchApi';
import { readCredential } from '../http';
import { realWorld } from '../world';
import { batchItem } from './batchItem';
import { passes } from './listBatches';
import { keptEndpoint } from './webhookEndpoint';

/** OpenAI waits some seconds for an answer. */
const TIMEOUT_MS = 8000;
const ONCE = { maxAttempts: 1, maxWaitMs: 0 };

/**
 * Calls that this process has received: n8n reads what it keeps with a workflow when a call begins and writes
 * it after the call, so of two at once neither would know of the other.
 */
const RECEIVED: SeenCalls = {};

const ANSWERS: Record<Refusal, { status: number; words: string }> = {
	unsigned: { status: 401, words: 'The call carries no signature, or this trigger has no secret.' },
	stale: { status: 400, words: 'The call is too old or from the future.' },
	forged: { status: 401, words: 'The signature does not fit.' },
	malformed: { status: 400, words: 'The call is signed, but tells no event.' },
};

const SEAL: Seal = {
	hmacSha256: (key, message) => createHmac('sha256', key).update(message).digest(),
	equal: timingSafeEqual,
};

/** Starts the workflow for a call that is really from OpenAI; everything else is answered and starts nothing. */
export async function receiveWebhook(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await receive(context);
	} catch (error) {
		// n8n would start an execution that fails, and so could any stranger.
		context.logger.error(`GPT Image Webhook Trigger: a call could not be handled. ${wordsOf(error)}`);
		return answer(context, 503, 'Calls can not be handled now. Send it again.');
	}
}

async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = context.getRequestObject();
	const now = Math.floor(Date.now() / 1000);
	const call = { body: bodyOf(request), header: (name: string) => request.header(name) ?? null };
	const verified = verifyWebhook(call, await secretOf(context), now, SEAL);
	if (!verified.ok) {
		const { status, words } = ANSWERS[verified.refusal];
		context.logger.warn(`GPT Image Webhook Trigger: a call was refused. ${words}`);
		return answer(context, status, words);
	}
	return await once(context, verified.event, now);
}

async function once(context: IWebhookFunctions, event: BatchEvent, now: number): Promise<IWebhookResponseData> {
	const kept = context.getWorkflowStaticData('node');
	const seen = (kept['seen'] ??= {}) as unknown as SeenCalls;
	const task = `${context.getWorkflow().id} ${context.getNode().id} ${event.webhookId}`;
	// OpenAI repeats what it takes for lost: it shall stop, and nothing shall start twice.
	if (Object.hasOwn(seen, event.webhookId) || Object.hasOwn(RECEIVED, task)) return answer(context, 200, 'Received before.');
	rememberCall(RECEIVED, task, now);
	const started = await itemsOf(context, event);
	if (started === 'unknown') {
		delete RECEIVED[task];
		return answer(context, 503, 'The batch could not be looked up. Send it again.');
	}
	rememberCall(seen, event.webhookId, now);
	kept['seen'] = { ...seen };
	void keepChanged(context.getResponseObject(), kept);
	return started === 'unwanted' ? answer(context, 200, 'Not for this workflow.') : { workflowData: [started] };
}

/** Of a millisecond each; n8n needs some milliseconds to store an execution. */
const MOST_TURNS = 5000;

/**
 * n8n 2.41 saves what is kept with a workflow when it has answered, if it has changed; but on the way to the
 * execution it makes another Workflow of the same data, which marks it as unchanged. So it is changed again
 * until the answer is out. Where that comes too late, this process still knows.
 */
async function keepChanged(response: { headersSent: boolean; destroyed: boolean }, kept: IDataObject): Promise<void> {
	for (let turn = 0; turn < MOST_TURNS && !response.headersSent && !response.destroyed; turn += 1) {
		await sleep(1);
		kept['seen'] = { ...(kept['seen'] as IDataObject) };
	}
}

/** The batch as OpenAI's API tells of it, not as the call does. */
async function itemsOf(context: IWebhookFunctions, event: BatchEvent): Promise<INodeExecutionData[] | 'unwanted' | 'unknown'> {
	const events: unknown = context.getNodeParameter('events', []);
	if (!Array.isArray(events) || !events.includes(event.type)) return 'unwanted';
	const api = await createBatchApi(context, TIMEOUT_MS, ONCE, realWorld({}));
	const batch = await api.retrieve(event.batchId);
	if (!batch.ok) return batch.failure.status === 404 ? 'unwanted' : 'unknown';
	// OpenAI calls a moment before its API shows it: it will call again.
	if (!isFinished(batch.value)) return 'unknown';
	const label = String(context.getNodeParameter('label', '') ?? '').trim();
	if (!passes(batch.value, { label, statuses: [] })) return 'unwanted';
	const createdAt = event.createdAt === null ? null : new Date(event.createdAt * 1000).toISOString();
	const about: IDataObject = { id: event.id, type: event.type, createdAt };
	return [{ json: { ...batchItem(batch.value), event: about } }];
}

async function secretOf(context: IWebhookFunctions): Promise<string> {
	if (context.getNodeParameter('registration', 'automatic') === 'automatic') return keptEndpoint(context)?.secret ?? '';
	const { data } = await readCredential(context);
	return String(data?.webhookSecret ?? '').trim();
}

/** n8n keeps the bytes beside what it made of them. */
function bodyOf(request: ReturnType<IWebhookFunctions['getRequestObject']>): Buffer {
	const { rawBody } = request as unknown as { rawBody?: unknown };
	return Buffer.isBuffer(rawBody) ? rawBody : Buffer.alloc(0);
}

function answer(context: IWebhookFunctions, status: number, words: string): IWebhookResponseData {
	context.getResponseObject().status(status).send(words);
	return { noWebhookResponse: true };
}
