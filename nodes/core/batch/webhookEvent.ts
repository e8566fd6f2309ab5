import * as z from '../../vendor/zod';
import { jsonOrNull } from '../util/json';

/** What came to the webhook's address, before anything of it is believed. */
export interface Delivery {
	/** Names in lower case. */
	headers: Readonly<Record<string, string | string[] | undefined>>;
	/** Byte for byte as it came: the signature is over it. */
	body: Buffer;
}

/** Node's crypto, passed in, so that this file needs no Node. */
export interface Signing {
	hmacSha256(key: Buffer, content: Buffer): Buffer;
	/** In the same time wherever the two differ; only called for equal lengths. */
	equal(a: Buffer, b: Buffer): boolean;
}

type Verified =
	/** @param timestamp of this attempt to deliver, in Unix seconds */
	| { ok: true; webhookId: string; timestamp: number }
	| { ok: false; status: 400 | 401 | 413; reason: string };

/** How far the clocks may differ, both ways; the official client allows the same. */
const TOLERANCE_SECONDS = 300;

/** An event is a few hundred bytes. */
const MAX_BODY_BYTES = 64 * 1024;

const SHA256_BYTES = 32;
const SECRET_PREFIX = 'whsec_';

/**
 * Whether OpenAI sent this, just now ("Webhooks" guide; standardwebhooks.com, whose ids have no dot, so that
 * what is signed can't be cut in another place).
 * @param secrets any of which may have signed it
 * @param now Unix ms
 */
export function verifyDelivery(
	{ headers, body }: Delivery,
	secrets: readonly string[],
	now: number,
	signing: Signing,
): Verified {
	if (body.length > MAX_BODY_BYTES) return refused(413, 'the body is too large for an event');
	const [id, time, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
		(name) => headers[name],
	);
	if (typeof id !== 'string' || !/^[^\s.]{1,200}$/.test(id))
		return refused(400, 'the header webhook-id is missing or malformed');
	if (typeof time !== 'string' || !/^\d{1,12}$/.test(time))
		return refused(400, 'the header webhook-timestamp is missing or malformed');
	if (typeof signatures !== 'string')
		return refused(400, 'the header webhook-signature is missing');
	const content = Buffer.concat([Buffer.from(`${id}.${time}.`, 'utf8'), body]);
	const candidates = decodeSignatures(signatures);
	const isSigned = secrets
		.filter((secret) => keyOf(secret).length > 0)
		.map((secret) => signing.hmacSha256(keyOf(secret), content))
		.some((expected) => candidates.some((candidate) => signing.equal(candidate, expected)));
	if (!isSigned) return refused(401, 'the signature is not valid');
	const timestamp = Number(time);
	if (Math.abs(now / 1000 - timestamp) > TOLERANCE_SECONDS)
		return refused(400, 'the timestamp is too far from the current time');
	return { ok: true, webhookId: id, timestamp };
}

function refused(status: 400 | 401 | 413, reason: string): Verified {
	return { ok: false, status, reason };
}

/** @param header "v1,<base64>", several of them separated by spaces while a secret is being replaced */
function decodeSignatures(header: string): Buffer[] {
	return header
		.split(' ')
		.filter((part) => part.startsWith('v1,'))
		.map((part) => Buffer.from(part.slice('v1,'.length), 'base64'))
		.filter((signature) => signature.length === SHA256_BYTES);
}

function keyOf(secret: string): Buffer {
	return secret.startsWith(SECRET_PREFIX)
		? Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
		: Buffer.from(secret, 'utf8');
}

/** OpenAI API reference, "Webhook events". */
export const BATCH_EVENTS = [
	'batch.completed',
	'batch.failed',
	'batch.expired',
	'batch.cancelled',
] as const;

/** What OpenAI tells of: that something happened to the batch, not what the batch is like now. */
export interface BatchEvent {
	id: string;
	type: string;
	/** Unix seconds. */
	createdAt: number;
	batchId: string;
}

const eventSchema = z.object({
	id: z.string(),
	type: z.string(),
	created_at: z.number(),
	data: z.object({ id: z.string() }),
});

/** @returns `null` = not about a batch, or nothing that is known here */
export function parseBatchEvent(body: Buffer): BatchEvent | null {
	const parsed = eventSchema.safeParse(jsonOrNull(body.toString('utf8')));
	if (!parsed.success) return null;
	const { id, type, created_at: createdAt, data } = parsed.data;
	if (!BATCH_EVENTS.some((known) => known === type) || !/^[\w.:-]+$/.test(data.id)) return null;
	return { id, type, createdAt, batchId: data.id };
}
