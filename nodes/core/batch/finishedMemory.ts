import { asRecord, asText, isObject } from '../util/json';
import { type FinishedMemory, LISTED_SECONDS } from './finished';

export interface KeptMemory {
	/** `null` = nothing usable, as before the first look. */
	memory: FinishedMemory | null;
	/** Names of parts that are there and can't be read. */
	unreadable: string[];
}

/** A time of creation is one of the past; clocks may differ by hours, not by more. */
const CLOCKS_APART = 24 * 3600;

/**
 * What can be read is kept: to begin anew would pass over what has finished since the last look.
 * @param value what n8n kept
 * @param now Unix seconds
 */
export function readMemory(value: unknown, now: number): KeptMemory {
	if (value === undefined) return { memory: null, unreadable: [] };
	const { since, known, waiting, newest, account, filter } = asRecord(value);
	const isKnown = isObject(known);
	const isSince = isTime(since, now);
	const unreadable = [
		...(isSince ? [] : ['since']),
		...(areTimes(known) ? [] : ['known']),
		...(waiting === undefined || areTimes(waiting) ? [] : ['waiting']),
	];
	if (!isSince && !isKnown) return { memory: null, unreadable };
	const from = isSince ? since : sinceWithout(known, now);
	const { label, statuses } = asRecord(filter);
	return {
		memory: {
			since: from,
			// As long as the newest one of the last look is listed, each of these may be.
			known: timesIn(known, from + LISTED_SECONDS),
			waiting: timesIn(waiting, from - 1),
			newest: asText(newest),
			account: asText(account) ?? '',
			filter: {
				label: asText(label) ?? '',
				// One that can't be read may be that of any batch.
				statuses:
					Array.isArray(statuses) && statuses.every((status) => asText(status) !== null)
						? statuses
						: [],
			},
		},
		unreadable,
	};
}

/** What is known reaches back at least as far as this, so none of it is new. */
const sinceWithout = (known: unknown, now: number): number =>
	Object.values(timesIn(known, now)).reduce(
		(first, createdAt) => Math.min(first, createdAt),
		now - LISTED_SECONDS,
	);

const isTime = (value: unknown, now: number): value is number =>
	Number.isFinite(value) && Number(value) <= now + CLOCKS_APART;

const areTimes = (value: unknown): boolean =>
	isObject(value) && Object.values(asRecord(value)).every(Number.isFinite);

/** @param otherwise the time of those whose own can't be read: their ids still count */
const timesIn = (value: unknown, otherwise: number): Record<string, number> =>
	Object.fromEntries(
		Object.entries(isObject(value) ? asRecord(value) : {}).map(([id, createdAt]) => [
			id,
			Number.isFinite(createdAt) ? Number(createdAt) : otherwise,
		]),
	);
