import { MOST_READ } from './errorText';

/** What a server counts by the minute. */
export type Counted = 'images' | 'tokens' | 'requests';

/** How much of something there is a minute, and how much of it is left; `null` = it does not say. */
export interface StatedLimit {
	limit: number | null;
	remaining: number | null;
}

/** What the server says of its limits, in headers or in the words of a refusal. */
export interface RateSignal {
	/** By what it counts; absent = nothing is said of it. */
	stated: Partial<Record<Counted, StatedLimit>>;
	/** What a refusal is for; `other` = not by the minute, or not known: it only says how long to wait. */
	refusedFor: Counted | 'other';
	/** How much of that the refused request asked for, as the server counted it. */
	requested: number | null;
	/** How long it asks to wait, in ms; `null` = it does not say. */
	retryAfterMs: number | null;
}

/** Reads one header by its lower-case name. */
export type ReadHeader = (name: string) => string | null;

/** `x-ratelimit-*` of images and tokens, as seen in answers of OpenAI's image endpoints; `null` when there are none. */
export function signalFromHeaders(header: ReadHeader): RateSignal | null {
	const stated: RateSignal['stated'] = {};
	for (const [counted, name] of Object.entries(HEADER_NAMES) as Array<[Counted, string]>) {
		const limit = positive(count(header(`x-ratelimit-limit-${name}`)));
		const remaining = count(header(`x-ratelimit-remaining-${name}`));
		if (limit !== null || remaining !== null) stated[counted] = { limit, remaining };
	}
	return Object.keys(stated).length === 0
		? null
		: { stated, refusedFor: 'images', requested: null, retryAfterMs: null };
}

/** Requests are left out: image models have no such limit, and gateways send theirs for all models together. */
const HEADER_NAMES: Partial<Record<Counted, string>> = { images: 'input-images', tokens: 'tokens' };

const KINDS: Array<[RegExp, RateSignal['refusedFor']]> = [
	[/\bper (?:hour|day)\b|\b[TRI]PD\b/i, 'other'],
	[/\bimages? per min|\bIPM\b/i, 'images'],
	[/\btokens? per min|\bTPM\b/i, 'tokens'],
	[/\brequests? per min|\bRPM\b/i, 'requests'],
	[/\b(?:tokens?|requests?) per /i, 'other'],
];
const kindOf = (message: string): RateSignal['refusedFor'] | undefined =>
	KINDS.find(([words]) => words.test(message))?.[1];

const COUNTS = /Limit:?\s*([\d,]+).*?Requested:?\s*([\d,]+)/is;
/** Some leave out what was requested. */
const LIMIT = /Limit:?\s*([\d,]+)/i;

/**
 * Reads a refusal: "Rate limit reached for … on input-images per min: Limit 5, Used 5, Requested 1. Please
 * try again in 12s." One that names nothing is taken for a limit of images.
 */
export function signalFromRefusal(words: string, header: ReadHeader): RateSignal {
	const message = words.slice(0, MOST_READ);
	const stated = signalFromHeaders(header)?.stated ?? {};
	const kind = kindOf(message);
	const refusedFor = kind ?? 'images';
	const said = kind === undefined || kind === 'other' ? '' : message;
	const limit = positive(count(LIMIT.exec(said)?.[1] ?? null));
	if (limit !== null && refusedFor !== 'other')
		stated[refusedFor] = { remaining: null, ...stated[refusedFor], limit };
	return {
		stated,
		refusedFor,
		requested: count(COUNTS.exec(said)?.[2] ?? null),
		retryAfterMs: retryAfterMs(message, header),
	};
}

/**
 * Tells refusals that waiting does not end: `zero` = a limit of 0, `tooLarge` = more tokens than the limit lets
 * through at once; `null` = waiting may help. Images above their limit are not too large: they can be divided.
 */
export function neverPasses(words: string): 'zero' | 'tooLarge' | null {
	const message = words.slice(0, MOST_READ);
	if (/\blimit(?: of|:)?\s*0(?:\.0+)?(?![\d.,]*\d)/i.test(message)) return 'zero';
	if (kindOf(message) === 'images') return null;
	const [, limit = null, requested = null] = COUNTS.exec(message) ?? [];
	if (limit === null || requested === null)
		return /\brequest too large\b/i.test(message) ? 'tooLarge' : null;
	const isMore = (count(requested) ?? 0) > (count(limit) ?? Infinity);
	return isMore && /\btokens?\b|\bTP[MD]\b/i.test(message) ? 'tooLarge' : null;
}

const DURATION = String.raw`((?:\d+(?:\.\d+)?\s*(?:ms|milliseconds?|s|sec(?:ond)?s?|m|min(?:ute)?s?|h|hours?)(?![a-z])\s*)+)`;
/** "try again in 12s" (OpenAI), "try again after 51.84 seconds", "Please retry after 26 seconds" (Azure), "in 20 seconds" */
const WAIT = new RegExp(
	String.raw`(?:(?:try again|retry|wait)(?: in| after| for)?|\bin)\s+${DURATION}`,
	'i',
);

/** The most precise of what is said: ms header, words, whole seconds or a date. */
export function retryAfterMs(message: string, header: ReadHeader): number | null {
	const ms = number(header('retry-after-ms'));
	// Azure has sent 0 beside a wait of some seconds.
	if (ms !== null && ms > 0) return ms;
	const words = WAIT.exec(message.slice(0, MOST_READ))?.[1];
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
	const unitMs = (unit: string): number =>
		/^m(?:s|illi)/.test(unit) ? 1 : (UNIT_MS[unit.charAt(0)] ?? 0);
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

const positive = (value: number | null): number | null =>
	value === null || value < 1 ? null : value;
