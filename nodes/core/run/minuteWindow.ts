import { ROUNDED_WAIT_MS } from './refusal';
import type { SentLog } from './sentLog';

/** Of a request, by which what is used may differ from what we know of. */
const TOLERANCE = 0.5;
/** More than the window is tried once so many requests at least have left without a refusal. */
const TRY_AFTER = 18;

/**
 * The other way in which servers count: so much in any minute that slides, or in minutes that begin anew at fixed
 * moments. Nothing is saved up for the next. All times in ms.
 */
export class MinuteWindow {
	/** In a minute. */
	most: number;

	/** What left before is no longer counted. */
	private since = -Infinity;

	private readonly log: SentLog;

	constructor(log: SentLog, most: number) {
		this.log = log;
		this.most = most;
	}

	/** Wait until `units` may leave. @param share of it that is ours @param beyond it that is tried */
	delay(units: number, now: number, share: number, beyond: number): number {
		return this.log.delay(units, now, Math.min(1, share) * this.most + beyond, this.since);
	}

	used(now: number): number {
		return this.log.used(now, this.since);
	}

	/** It is not we who have used it up. */
	hasRoom(units: number, now: number): boolean {
		return this.used(now) + units <= this.most - TOLERANCE;
	}

	/** More than it could be has left and was not refused. */
	isExceeded(unit: number, now: number): boolean {
		return this.used(now) > this.most + unit;
	}

	/** What may be tried beyond it: more with each window that was used up without a refusal. */
	beyond(unit: number): number {
		return Math.floor(this.log.sinceMark / Math.max(this.most, TRY_AFTER * unit)) ** 2 * unit;
	}

	/** A minute that begins anew at fixed moments has room earlier than one that slides. @returns whether this is one */
	beginAnew(units: number, roomAt: number, refusedAt: number, now: number): boolean {
		if (roomAt + ROUNDED_WAIT_MS >= now + this.delay(units, now, 1, 0)) return false;
		this.since = refusedAt;
		return true;
	}
}
