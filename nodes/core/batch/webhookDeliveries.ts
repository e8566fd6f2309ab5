/** Deliveries that were accepted: time of the latest attempt in Unix seconds, by webhook id. */
export type AcceptedDeliveries = Record<string, number>;

/** OpenAI tries to deliver an event for up to 72 hours ("Webhooks" guide). */
const REMEMBERED_SECONDS = 72 * 3600;

/** More than OpenAI lets end in half an hour. What is replayed is refused by its timestamp after five minutes anyway. */
const MOST_REMEMBERED = 1000;

interface Attempt {
	webhookId: string;
	/** Of this attempt to deliver, in Unix seconds. */
	timestamp: number;
}

/**
 * What a delivery is whose signature and time are right. OpenAI signs each attempt with the time of it: `retry`
 * can only come from OpenAI, to which our answer was lost; `replay` is a copy of what was accepted. So may be
 * what was signed before this process began to remember; if OpenAI did send it, it will come again.
 * @param rememberedSince Unix seconds
 */
export function judgeDelivery(
	accepted: AcceptedDeliveries,
	{ webhookId, timestamp }: Attempt,
	rememberedSince: number,
): 'new' | 'retry' | 'replay' {
	const earlier = timeOf(accepted, webhookId);
	// Timestamps are whole seconds.
	if (earlier === null) return timestamp + 1 > rememberedSince ? 'new' : 'replay';
	return timestamp > earlier ? 'retry' : 'replay';
}

/** With this one added and what is too old left out. */
export function rememberDelivery(
	accepted: AcceptedDeliveries,
	{ webhookId, timestamp }: Attempt,
): AcceptedDeliveries {
	const latest = Math.max(timestamp, timeOf(accepted, webhookId) ?? 0);
	const kept = Object.entries({ ...accepted, [webhookId]: latest })
		.filter(([, time]) => typeof time === 'number' && time > timestamp - REMEMBERED_SECONDS)
		.sort(([, a], [, b]) => b - a)
		.slice(0, MOST_REMEMBERED);
	return Object.fromEntries(kept);
}

/** An id is a stranger's word: it may be the name of something that every object has. */
function timeOf(accepted: AcceptedDeliveries, webhookId: string): number | null {
	const time: unknown = Object.hasOwn(accepted, webhookId) ? accepted[webhookId] : null;
	return typeof time === 'number' ? time : null;
}
