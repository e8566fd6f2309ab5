import type { RateSignal } from './rateSignal';

const MINUTE_MS = 60_000;
/** When nothing says how long to wait, in ms. */
const FIRST_WAIT_MS = 1000;
/** Refusals in a row during which the wait that is asked for is taken as it is. */
const PATIENT_WAVES = 6;

/**
 * How long to pause after a refusal, in ms: what the server asks for; more and more when it doesn't say,
 * or when it says little and refuses again and again.
 * @param limit images per minute, if known
 * @param wavesInARow times that all was refused since the last answer, from 1
 */
export function waitAfterRefusal(signal: RateSignal, images: number, limit: number | null, wavesInARow: number): number {
	const { retryAfterMs, isOther } = signal;
	const known = isOther ? null : (signal.limit ?? limit);
	// Waiting does not help a request that asks for more than a minute's images; dividing it does.
	if (known !== null && images > known) return retryAfterMs ?? 0;
	const first = known === null ? FIRST_WAIT_MS : (images * MINUTE_MS) / known;
	const waves = retryAfterMs === null ? wavesInARow : wavesInARow - PATIENT_WAVES;
	const growing = waves < 1 ? 0 : Math.min(MINUTE_MS, first * 2 ** (waves - 1));
	return Math.max(retryAfterMs ?? 0, growing);
}

/** Without a word on the limit, the wait that is asked for says how fast images come back. */
export function guessLimit(images: number, retryAfterMs: number | null): number | null {
	if (retryAfterMs === null || retryAfterMs <= 0 || retryAfterMs > 10_000) return null;
	return Math.max(1, Math.round((images * MINUTE_MS) / retryAfterMs));
}

/** So that lanes and workers do not come back at the same moment. @param random from 0 to below 1 */
export function jitter(wait: number, random: number): number {
	return random * Math.min(250, wait * 0.1);
}

/** Images that can be had at the moment of a refusal. */
export function levelAfterRefusal(signal: RateSignal, images: number, limit: number, wait: number): number {
	// A request that asked for more than a minute's images says nothing of how many are left.
	if (images > limit) return signal.remaining ?? limit;
	return images - (wait * limit) / MINUTE_MS;
}
