import { createHmac, timingSafeEqual } from 'crypto';
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { awaitsFiles, type Batch, isFinished } from '../../core/batch/batch';
import { isImageBatch } from '../../core/batch/finished';
import {
	type BatchEvent,
	parseBatchEvent,
	type Signing,
	verifyDelivery,
} from '../../core/batch/webhookEvent';
import { localFailure } from '../../core/failures/failure';
import type { AttemptOptions } from '../../core/scheduler/sendRepeatedly';
import type { SendResult } from '../../core/scheduler/outcome';
import { type BatchApi, createBatchApi } from '../api/batchApi';
import { batchItem } from '../batches/batchItem';
import { passes } from '../batches/listBatches';
import { takenBack, takenBackWords } from '../batches/takenBack';
import { readCredential } from '../http/http';
import { inForm, triggerForm } from '../n8n/simplify';
import { n8nRuntime } from '../n8n/runtime';
import { DeliveryLedger } from './deliveries';
import { isSetUpByHand } from './registration';
import { secretsFor } from './webhookSecrets';

/** OpenAI waits a few seconds for an answer, and delivers again when none comes. */
const TIMEOUT_MS = 5_000;
const ATTEMPTS: AttemptOptions = { maxAttempts: 2, maxWaitMs: 1_000 };

const SIGNING: Signing = {
	hmacSha256: (key, content) => createHmac('sha256', key).update(content).digest(),
	equal: (a, b) => timingSafeEqual(a, b),
};

/**
 * Starts the workflow for a delivery that OpenAI has signed just now and that is not known yet. Nothing of it
 * is believed but the batch's id: what the item says comes from the API.
 *
 * What is refused gets 4xx and starts nothing; what can't be handled now gets 503, so that OpenAI tries again.
 * n8n answers 200 once the execution is stored.
 */
export async function receiveWebhook(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await receive(context);
	} catch (error) {
		// n8n would start an execution for it, which a stranger could then do as well.
		context.logger.error(
			`GPT Image Webhook Trigger: a webhook could not be handled. ${error instanceof Error ? error.message : ''}`,
		);
		return answer(context, 503, "webhooks can't be handled right now");
	}
}

async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const secrets = await secretsOf(context);
	if (secrets.length === 0) return missingSecret(context);
	const form = triggerForm(context);
	const { headers, rawBody } = context.getRequestObject();
	if (!Buffer.isBuffer(rawBody)) return answer(context, 400, 'no body that could be checked');
	const verified = verifyDelivery({ headers, body: rawBody }, secrets, Date.now(), SIGNING);
	if (!verified.ok) return refuse(context, verified.status, verified.reason);
	const test = context.getMode() === 'manual' ? 'test' : 'live';
	const ledger = new DeliveryLedger(
		`${context.getWorkflow().id ?? ''} ${context.getNode().id} ${test}`,
		context.getWorkflowStaticData('node'),
	);
	const verdict = ledger.claim(verified);
	if (verdict === 'retry') return received();
	if (verdict !== 'new')
		return refuse(
			context,
			409,
			verdict === 'replay' ? 'it has been accepted before' : 'it is being accepted',
		);
	// Not earlier: another call of the same delivery shall see either that it is under way or that it is accepted.
	const response = context.getResponseObject();
	ledger.releaseOnceAnswered(verified, response);
	const result = await itemOf(context, rawBody);
	if (!result.ok) return answer(context, 503, result.failure.message);
	ledger.note(verified, response);
	return result.value === null
		? received()
		: { workflowData: inForm(form, [[{ json: result.value }]]) };
}

/** `null` = nothing that this node is to start for. */
async function itemOf(
	context: IWebhookFunctions,
	body: Buffer,
): Promise<SendResult<IDataObject | null>> {
	const event = parseBatchEvent(body);
	const chosen = context.getNodeParameter('events', []) as string[];
	if (event === null || (chosen.length > 0 && !chosen.includes(event.type)))
		return { ok: true, value: null };
	const api = await createBatchApi(context, TIMEOUT_MS, ATTEMPTS, n8nRuntime({}));
	const batch = await batchOf(context, api, event);
	if (!batch.ok || batch.value === null) return batch as SendResult<null>;
	const label = String(context.getNodeParameter('label', '') ?? '').trim();
	if (!isImageBatch(batch.value) || !passes(batch.value, { label, statuses: [] }))
		return { ok: true, value: null };
	if (awaitsFiles(batch.value, new Date()))
		return later(context, `the results of ${event.batchId} are counted, but not in a file yet`);
	const fate = await takenBack(api, batch.value, new Date());
	if (fate === 'later')
		return later(
			context,
			`Submit may not have noticed yet that there was no room for ${event.batchId}`,
		);
	if (fate === 'yes') {
		context.logger.info(
			`GPT Image Webhook Trigger: ${takenBackWords(batch.value)} It doesn't start the workflow.`,
		);
		return { ok: true, value: null };
	}
	const createdAt = new Date(event.createdAt * 1000).toISOString();
	return {
		ok: true,
		value: { ...batchItem(batch.value), event: { id: event.id, type: event.type, createdAt } },
	};
}

/** `null` = the key knows no such batch: a test event of OpenAI's website, or a batch of another project. */
async function batchOf(
	context: IWebhookFunctions,
	api: BatchApi,
	event: BatchEvent,
): Promise<SendResult<Batch | null>> {
	const batch = await api.retrieve(event.batchId);
	if (batch.ok) {
		if (isFinished(batch.value)) return batch;
		return later(
			context,
			`OpenAI says that ${event.batchId} has ended, but its status is still ${batch.value.status}`,
		);
	}
	if (batch.failure.status !== 404) {
		context.logger.warn(
			`GPT Image Webhook Trigger: ${event.batchId} could not be retrieved. OpenAI will deliver the event again. ${batch.failure.message}`,
		);
		return {
			ok: false,
			failure: { ...batch.failure, message: 'the batch could not be retrieved' },
		};
	}
	context.logger.warn(
		`GPT Image Webhook Trigger: the credential's key has no access to batch ${event.batchId}, so nothing was started.`,
	);
	return { ok: true, value: null };
}

function later(context: IWebhookFunctions, why: string): SendResult<never> {
	context.logger.warn(`GPT Image Webhook Trigger: ${why}. OpenAI will deliver again.`);
	return {
		ok: false,
		failure: localFailure('batchUnfinished', 'batch_not_finished', 'the batch has not ended yet'),
	};
}

async function secretsOf(context: IWebhookFunctions): Promise<string[]> {
	if (!isSetUpByHand(context))
		return secretsFor(context.getWorkflowStaticData('node'), context.getNodeWebhookUrl('default'));
	const { data } = await readCredential(context);
	const secret = String(data?.webhookSecret ?? '').trim();
	return secret === '' ? [] : [secret];
}

function missingSecret(context: IWebhookFunctions): IWebhookResponseData {
	const remedy = isSetUpByHand(context)
		? "Enter 'Webhook Secret' in the credential."
		: 'Unpublish and publish the workflow, so that it is registered again.';
	context.logger.error(
		`GPT Image Webhook Trigger: a webhook came, but the secret to check it with is not known, so it was refused. ${remedy}`,
	);
	return answer(context, 503, "webhooks can't be checked right now");
}

function refuse(context: IWebhookFunctions, status: number, reason: string): IWebhookResponseData {
	context.logger.warn(`GPT Image Webhook Trigger: a webhook was refused, because ${reason}.`);
	return answer(context, status, reason);
}

function answer(context: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}

const received = (): IWebhookResponseData => ({ webhookResponse: { message: 'Received' } });
