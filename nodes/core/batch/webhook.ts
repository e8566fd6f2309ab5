import { asRecord, asText } from '../run/errorBody';

/** OpenAI webhooks guide: events of batches. */
export const BATCH_EVENTS = ['batch.completed', 'batch.failed', 'batch.expired', 'batch.cancelled'] as const;

/** How far a webhook's time may be from ours, as OpenAI's own client has it. */
export const TOLERANCE_SECONDS = 300;

export interface WebhookCall {
	/** The body as it came, byte for byte. */
	body: Buffer;
	header: (name: string) => string | null;
}

/** Cryptography, passed in. */
export interface Seal {
	hmacSha256: (key: Buffer, message: Buffer) => Buffer;
	/** In the same time whatever differs; of equal length. */
	equal: (a: Buffer, b: Buffer) => boolean;
}

/** Why a call is not believed. */
export type Refusal = 'unsigned' | 'stale' | 'forged' | 'malformed';

export interface BatchEvent {
	/** The same for each delivery of this event. */
	webhookId: string;
	id: string;
	type: string;
	/** Unix seconds. */
	createdAt: number | null;
	batchId: string;
}

export type Verified = { ok: true; event: BatchEvent } | { ok: false; refusal: Refusal };

/**
 * Checks a call as standardwebhooks.com describes it, which OpenAI follows: HMAC-SHA256 over id, time and
 * body, keyed by the base64 after `whsec_`; one of several signatures has to fit.
 * @param now Unix seconds
 */
export function verifyWebhook({ body, header }: WebhookCall, secret: string, now: number, seal: Seal): Verified {
	const [webhookId, timestamp, signatures] = [header('webhook-id'), header('webhook-timestamp'), header('webhook-signature')];
	if (!webhookId || !timestamp || !signatures || secret === '') return { ok: false, refusal: 'unsigned' };
	if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > TOLERANCE_SECONDS) return { ok: false, refusal: 'stale' };
	const expected = seal.hmacSha256(keyOf(secret), Buffer.concat([Buffer.from(`${webhookId}.${timestamp}.`), body]));
	if (!signatures.split(' ').some((signature) => fits(signature, expected, seal))) return { ok: false, refusal: 'forged' };
	const event = readEvent(body, webhookId);
	return event === null ? { ok: false, refusal: 'malformed' } : { ok: true, event };
}

function keyOf(secret: string): Buffer {
	const prefix = 'whsec_';
	return secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret, 'utf8');
}

function fits(signature: string, expected: Buffer, seal: Seal): boolean {
	const [version, text] = signature.split(',');
	if (version !== 'v1' || text === undefined) return false;
	const given = Buffer.from(text, 'base64');
	return given.length === expected.length && seal.equal(given, expected);
}

function readEvent(body: Buffer, webhookId: string): BatchEvent | null {
	let value: unknown;
	try {
		value = JSON.parse(body.toString('utf8'));
	} catch {
		return null;
	}
	const event = asRecord(value);
	const [id, type, batchId] = [asText(event.id), asText(event.type), asText(asRecord(event.data).id)];
	if (id === null || type === null || batchId === null) return null;
	return { webhookId, id, type, batchId, createdAt: typeof event.created_at === 'number' ? event.created_at : null };
}

/** Ids of calls that were believed, so that a repeated one starts nothing. Plain data: n8n keeps it with the workflow. */
export type SeenCalls = Record<string, number>;

/** Longer than a signature is believed, so that what is forgotten is stale. */
const MEMORY_SECONDS = 2 * TOLERANCE_SECONDS + 60;

/** @param now Unix seconds */
export function rememberCall(seen: SeenCalls, webhookId: string, now: number): void {
	for (const [id, at] of Object.entries(seen)) if (now - at > MEMORY_SECONDS) delete seen[id];
	seen[webhookId] = now;
}
