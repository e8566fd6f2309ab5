import * as z from '../../vendor/zod';

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
	const parsed = eventSchema.safeParse(jsonOrNull(body));
	if (!parsed.success) return null;
	const { id, type, created_at: createdAt, data } = parsed.data;
	if (!BATCH_EVENTS.some((known) => known === type) || !/^[\w.:-]+$/.test(data.id)) return null;
	return { id, type, createdAt, batchId: data.id };
}

function jsonOrNull(body: Buffer): unknown {
	try {
		return JSON.parse(body.toString('utf8'));
	} catch {
		return null;
	}
}
