/** What the server says of its limit of images per minute, in headers or in the words of a refusal. */
export interface RateSignal {
	/** Images per minute; `null` = it does not say. */
	limit: number | null;
	/** Images that could be sent at the moment of the answer; `null` = it does not say. */
	remaining: number | null;
	/** How long it asks to wait, in ms; `null` = it does not say. */
	retryAfterMs: number | null;
	/** Images that the refused request asked for, as the server counted them. */
	requested: number | null;
	/** A refusal for tokens, requests or a day's limit: it only says how long to wait. */
	isOther: boolean;
}

/** Reads one header by its lower-case name. */
export type ReadHeader = (name: string) => string | null;

/** `x-ratelimit-*-input-images` as seen in answers of OpenAI's image endpoints; `null` when there are none. */
export function signalFromHeaders(header: ReadHeader): RateSignal | null {
	const limit = count(header('x-ratelimit-limit-input-images'));
	const remaining = count(header('x-ratelimit-remaining-input-images'));
	if (limit === null && remaining === null) return null;
	return { limit: positive(limit), remaining, retryAfterMs: null, requested: null, isOther: false };
}

const IMAGES_PER_MINUTE = /images? per min/i;
const OTHER_LIMIT = /\b(?:tokens?|requests?) per |\bper (?:hour|day)\b|\b[TR]P[MD]\b/i;
const COUNTS = /Limit:?\s*([\d,]+).*?Requested:?\s*([\d,]+)/is;

/**
 * Reads a refusal: "Rate limit reached for … on input-images per min: Limit 5, Used 5, Requested 1. Please
 * try again in 12s." A limit on anything but images (tokens, requests) only says how long to wait.
 */
export function signalFromRefusal(message: string, header: ReadHeader): RateSignal {
	const named = signalFromHeaders(header);
	const counts = IMAGES_PER_MINUTE.test(message) ? COUNTS.exec(message) : null;
	return {
		limit: positive(count(counts?.[1] ?? null)) ?? named?.limit ?? null,
		remaining: named?.remaining ?? null,
		retryAfterMs: retryAfterMs(message, header),
		requested: count(counts?.[2] ?? null),
		isOther: counts === null && OTHER_LIMIT.test(message),
	};
}

/**
 * Tells refusals that waiting does not end: `zero` = a limit of 0, `tooLarge` = more tokens than the limit lets
 * through at once; `null` = waiting may help. Images above their limit are not too large: they can be divided.
 */
export function neverPasses(message: string): 'zero' | 'tooLarge' | null {
	if (/\blimit(?: of|:)?\s*0(?:\.0+)?(?![\d.,]*\d)/i.test(message)) return 'zero';
	if (IMAGES_PER_MINUTE.test(message)) return null;
	const [, limit = null, requested = null] = COUNTS.exec(message) ?? [];
	if (limit === null || requested === null) return /\brequest too large\b/i.test(message) ? 'tooLarge' : null;
	const isMore = (count(requested) ?? 0) > (count(limit) ?? Infinity);
	return isMore && /\btokens?\b|\bTP[MD]\b/i.test(message) ? 'tooLarge' : null;
}

const WAIT = /\b(?:try again|retry) (?:in|after) ((?:\d+(?:\.\d+)?\s*(?:ms|milliseconds?|s|sec(?:ond)?s?|m|min(?:ute)?s?|h|hours?)(?![a-z])\s*)+)/i;

/** The most precise of what is said: ms header, words, whole seconds or a date. */
export function retryAfterMs(message: string, header: ReadHeader): number | null {
	const ms = number(header('retry-after-ms'));
	// Azure has sent 0 beside a wait of some seconds.
	if (ms !== null && ms > 0) return ms;
	const words = WAIT.exec(message)?.[1];
	if (words !== undefined) return durationMs(words);
	const after = header('retry-after');
	const seconds = number(after);
	if (seconds !== null) return seconds * 1000;
	return waitUntil(after, header('date')) ?? ms;
}

/** "Sat, 21 Nov 2026 10:00:20 GMT". Without the server's own clock a date can't be turned into a wait. */
function waitUntil(after: string | null, date: string | null): number | null {
	// JavaScript takes "-5" and "soon 5" for dates, too.
	if (after === null || date === null || !/^[a-z]{3,9}, .*\d{4}/i.test(after.trim())) return null;
	const wait = Date.parse(after) - Date.parse(date);
	return Number.isNaN(wait) ? null : Math.max(0, wait);
}

/** By the first letter, but for milliseconds. */
const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };

/** "12s", "1m30s", "240ms", "26 seconds" */
function durationMs(text: string): number {
	const parts = text.toLowerCase().matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g);
	const unitMs = (unit: string): number => (/^m(?:s|illi)/.test(unit) ? 1 : (UNIT_MS[unit.charAt(0)] ?? 0));
	return [...parts].reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * unitMs(unit), 0);
}

function number(text: string | null): number | null {
	if (text === null || text.trim() === '') return null;
	const value = Number(text);
	return Number.isFinite(value) && value >= 0 ? value : null;
}

function count(text: string | null): number | null {
	const value = number(text?.replace(/,/g, '') ?? null);
	return value === null ? null : Math.floor(value);
}

const positive = (value: number | null): number | null => (value === null || value < 1 ? null : value);
