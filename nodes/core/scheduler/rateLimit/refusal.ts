import { MINUTE_MS } from '../../util/time';
/** Servers round the wait they ask for up to whole seconds. */
export const ROUNDED_WAIT_MS = 1100;
/** So many times more than a limit is far above it. */
const FAR_BELOW = 2;
/** So much of what a limit allows is far fewer. */
const FAR_FEWER = 0.6;
/** Requests more than a limit allows, before it counts as wrong. */
const SURPLUS = 1.5;
/** Servers that count in short intervals ask for waits up to this one, in ms. */
const SHORT_INTERVAL_MS = 11_000;
/** A wait between two bursts, in ms, that only counting by the minute explains. */
const LONG_WAIT_MS = 20_000;
/** Requests that no busy server lets through by chance; time between two refusals; and who tries ever less often sees so little of a block. */
const WORDLESS = { moreThan: 4, longerThanMs: 40_000, blocked: 0.4 };
/** Of the pace at which something was refused, what is gone on with; at most so much more than got through. */
const PACE = { back: 1 / 1.15, most: 1.5 };

/** A refusal for something that is counted by the minute. All times in ms. */
export interface Refused {
	/** When the refused request left. */
	at: number;
	units: number;
	/** What the refusal says, each `null` where it does not. */
	limit: number | null;
	remaining: number | null;
	waitMs: number | null;
	/** It left before an earlier refusal was reacted to. */
	isLate: boolean;
}

/** A moment at which nothing was left. */
interface Empty {
	/** When there was room for what was refused, and for no more. */
	roomAt: number;
	units: number;
}

/** What lies between a refusal and the one before it. */
export interface Since {
	/** `null` = nothing was refused before. */
	empty: Empty | null;
	/** Got through since then. */
	admitted: number;
	/** How long nothing got through after that moment. */
	blockedMs: number;
}

/** What there is at the moment of a refusal. */
export function levelAfter({ units, remaining, waitMs }: Refused, limit: number): number {
	// A request that asked for more than a minute allows says nothing of how much is left.
	return units > limit
		? (remaining ?? limit)
		: units - (waitMs === null ? units : (waitMs * limit) / MINUTE_MS);
}

/** It states a limit that is far below what got through in the last minute. */
export const isFarBelow = ({ limit, units }: Refused, used: number): boolean =>
	limit !== null && units <= limit && used > FAR_BELOW * limit + 3 * units;

/** Less got through since the last refusal than a part of what the limit allows. */
export function isFarFewer(
	{ at, units }: Refused,
	limit: number,
	{ empty, admitted }: Since,
): boolean {
	return (
		empty !== null &&
		admitted + units < FAR_FEWER * ((limit * Math.max(0, at - empty.roomAt)) / MINUTE_MS)
	);
}

/** More got through than a limit could allow, and nothing was refused. */
export function isMoreThan(limit: number, since: Since, now: number): boolean {
	if (since.empty === null) return false;
	return (
		levelAlone({ at: Math.max(now, since.empty.roomAt) }, limit, since) <
		-SURPLUS * since.empty.units - (ROUNDED_WAIT_MS * limit) / MINUTE_MS
	);
}

/** A bucket asks for no longer than a request takes to refill; what is counted in intervals, up to the end of one. */
export function isByIntervals({ units, waitMs }: Refused, limit: number): boolean {
	return (
		units <= limit &&
		waitMs !== null &&
		waitMs > (units * 1.25 * MINUTE_MS) / limit + (waitMs % 1000 === 0 ? ROUNDED_WAIT_MS : 0)
	);
}

/** The same, for what only counting by the minute explains. */
export function isByTheMinute(refused: Refused, limit: number): boolean {
	return isByIntervals(refused, limit) && (refused.waitMs ?? 0) > SHORT_INTERVAL_MS;
}

/**
 * Between two moments at which nothing was left, what got through is what the limit allows.
 * @param pace a minute at which it was sent in the end
 * @returns `null` = there is nothing to measure by
 */
export function measureLimit(
	{ units, waitMs }: Refused,
	{ empty, admitted, blockedMs }: Since,
	pace: number,
	now: number,
): { limit: number; isByTheMinute: boolean } | null {
	const passed = passedSince(empty, waitMs, now);
	if (admitted <= 0 || passed <= 0) return null;
	const through = perMinute(admitted, passed);
	return {
		// Where nothing is saved up, a refusal is about the pace of the moment, not about what got through on the whole.
		limit: Math.max(units, through, Math.min(pace * PACE.back, through * PACE.most)),
		isByTheMinute:
			waitMs === null
				? isMinuteWithoutWords(admitted / units, passed, blockedMs)
				: admitted > units && passed > LONG_WAIT_MS && waitMs > passed / 2,
	};
}

/** Where no refusal says how long to wait, nothing but a server's count by the minute looks like this. */
const isMinuteWithoutWords = (requests: number, passed: number, blockedMs: number): boolean =>
	requests > WORDLESS.moreThan &&
	passed > WORDLESS.longerThanMs &&
	blockedMs > WORDLESS.blocked * passed;

/** What got through between two refusals, a minute. */
export function measured({ waitMs }: Refused, { empty, admitted }: Since, now: number): number {
	const passed = passedSince(empty, waitMs, now);
	return passed <= 0 ? Infinity : perMinute(admitted, passed);
}

const perMinute = (units: number, ms: number): number => (units * MINUTE_MS) / ms;

/** From one moment at which there was room for one request to the next. Of a wait in whole seconds, half a second is likely to be too much. */
function passedSince(empty: Empty | null, waitMs: number | null, now: number): number {
	const wait =
		waitMs === null
			? 0
			: waitMs - (waitMs % 1000 === 0 ? Math.min(waitMs, ROUNDED_WAIT_MS / 2) : 0);
	return empty === null ? 0 : now + wait - empty.roomAt;
}

/** What a bucket would hold if nobody else used it. */
const levelAlone = (
	{ at }: Pick<Refused, 'at'>,
	limit: number,
	{ empty, admitted }: Since,
): number =>
	empty === null ? limit : empty.units + ((at - empty.roomAt) * limit) / MINUTE_MS - admitted;
