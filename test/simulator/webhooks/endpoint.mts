/** Webhook endpoints and how deliveries to them are signed ("Webhooks" guide, standardwebhooks.com). */
import { createHmac, randomBytes } from 'node:crypto';
import type { WebhookDelivery } from '../types.mts';

export interface WebhookEndpoint {
	id: string;
	name: string;
	url: string;
	eventTypes: string[];
	createdAt: number;
	/** `whsec_` and base64; the newest first. */
	secrets: string[];
}

export interface Webhooks {
	endpoints: Map<string, WebhookEndpoint>;
	deliveries: WebhookDelivery[];
	/** Deliveries on their way. */
	underWay: Set<Promise<void>>;
}

export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** Headers of a delivery, one signature for each secret. @param timestamp Unix seconds */
export function signedHeaders(
	body: string,
	secrets: readonly string[],
	webhookId: string,
	timestamp: number,
): Record<string, string> {
	const signatures = secrets.map((secret) => {
		const key = secret.startsWith('whsec_')
			? Buffer.from(secret.slice(6), 'base64')
			: Buffer.from(secret, 'utf8');
		return `v1,${createHmac('sha256', key).update(`${webhookId}.${timestamp}.${body}`).digest('base64')}`;
	});
	return {
		'content-type': 'application/json',
		'user-agent': 'OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)',
		'webhook-id': webhookId,
		'webhook-timestamp': String(timestamp),
		'webhook-signature': signatures.join(' '),
	};
}
