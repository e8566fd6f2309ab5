/** Seconds; beyond it no Date can be written. */
const LAST_SECOND = 8_640_000_000_000;

/** @param seconds Unix time; `null` or no time = `null` */
export function isoFromUnix(seconds: number | null): string | null {
	if (seconds === null || !Number.isFinite(seconds) || Math.abs(seconds) > LAST_SECOND) return null;
	return new Date(seconds * 1000).toISOString();
}

export const MINUTE_MS = 60_000;

export const DAY_MS = 24 * 60 * MINUTE_MS;
