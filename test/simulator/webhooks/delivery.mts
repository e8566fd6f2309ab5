/** Tells webhook endpoints of what has happened, and again when they don't answer with 2xx. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { State } from '../state.mts';
import { currentTime, unixSeconds } from '../state.mts';
import type { WebhookEndpoint } from './endpoint.mts';
import { signedHeaders } from './endpoint.mts';

const RETRY_DELAYS_MS = [200, 400, 800];
const ANSWER_WITHIN_MS = 10_000;

/** To each endpoint that wants events of this type. Does not wait for them. */
export function announce(state: State, type: string, batchId: string): void {
	for (const endpoint of state.webhooks.endpoints.values()) {
		if (!endpoint.eventTypes.includes(type)) continue;
		const delivery = deliver(state, endpoint, type, batchId).finally(() =>
			state.webhooks.underWay.delete(delivery),
		);
		state.webhooks.underWay.add(delivery);
	}
}

async function deliver(
	state: State,
	endpoint: WebhookEndpoint,
	type: string,
	batchId: string,
): Promise<void> {
	const webhookId = `wh_${randomBytes(16).toString('hex')}`;
	const createdAt = unixSeconds(currentTime(state));
	const body = JSON.stringify({
		id: `evt_${randomBytes(16).toString('hex')}`,
		object: 'event',
		created_at: createdAt,
		type,
		data: { id: batchId },
	});
	const delays = state.options.webhookRetryDelaysMs ?? RETRY_DELAYS_MS;
	for (let attempt = 1; attempt <= delays.length + 1; attempt += 1) {
		const status = await sendOnce(endpoint, body, webhookId);
		state.webhooks.deliveries.push({
			url: endpoint.url,
			type,
			batchId,
			webhookId,
			attempt,
			status,
		});
		if ((status !== null && status >= 200 && status < 300) || state.closing.signal.aborted) return;
		await sleep(delays[attempt - 1] ?? 0, undefined, { signal: state.closing.signal }).catch(
			() => undefined,
		);
	}
}

/** Signed for the real clock: receivers compare it with theirs. @returns null when no answer came */
export async function sendOnce(
	endpoint: Pick<WebhookEndpoint, 'url' | 'secrets'>,
	body: string,
	webhookId: string,
): Promise<number | null> {
	const headers = signedHeaders(body, endpoint.secrets, webhookId, unixSeconds(new Date()));
	try {
		const answer = await fetch(endpoint.url, {
			method: 'POST',
			headers,
			body,
			redirect: 'manual',
			signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
		});
		await answer.arrayBuffer();
		return answer.status;
	} catch {
		return null;
	}
}
