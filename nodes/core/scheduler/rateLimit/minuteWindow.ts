import { MINUTE_MS } from '../../util/time';
import { ROUNDED_WAIT_MS } from './refusal';

/** A little over a minute, for differences in how long requests travel. */
const COUNTED_MS = MINUTE_MS + 50;

/** What has left in the last minute, and how much since a moment: refused requests are not in it. All times in ms. */
export class SentLog {
	private readonly sent: Array<{ at: number; units: number }> = [];

	private markedAt = -Infinity;

	/** What left since the mark. */
	sinceMark = 0;

	take(units: number, now: number): void {
		this.forget(now);
		this.sent.push({ at: now, units });
		this.sinceMark += units;
	}

	giveBack(units: number, at: number): void {
		const index = this.sent.findLastIndex((entry) => entry.at === at && entry.units === units);
		if (index < 0) return;
		this.sent.splice(index, 1);
		if (at > this.markedAt) this.sinceMark -= units;
	}

	/** It turns out how much each unit of another log takes of what is counted here. */
	recount({ sent }: SentLog, each: number): void {
		this.sent.splice(0, Infinity, ...sent.map(({ at, units }) => ({ at, units: units * each })));
		this.sinceMark = this.between(this.markedAt, Infinity);
	}

	/** Counts anew what left after a moment. */
	mark(at: number): void {
		this.markedAt = at;
		this.sinceMark = this.between(at, Infinity);
	}

	/**
	 * What left in the last minute.
	 * @param since what left before is not counted
	 */
	used(now: number, since: number): number {
		return this.between(Math.max(since, now - COUNTED_MS), Infinity);
	}

	/**
	 * What had left in the minute before a request did.
	 * @param since what left before is not counted
	 */
	usedAt(at: number, since = -Infinity): number {
		return this.between(Math.max(since, at - COUNTED_MS), at);
	}

	/** Between two moments of the last minute, both excluded. */
	between(from: number, to: number): number {
		let units = 0;
		for (let index = this.sent.length - 1; index >= 0; index--) {
			const entry = this.sent[index];
			if (entry === undefined || entry.at <= from) break;
			if (entry.at < to) units += entry.units;
		}
		return units;
	}

	/**
	 * Wait until `units` may leave, if `most` may in any minute; 0 = now.
	 * @param since what left before is not counted
	 */
	delay(units: number, now: number, most: number, since: number): number {
		this.forget(now);
		let used = this.used(now, since);
		const room = Math.max(units, most);
		if (used + units <= room) return 0;
		for (const entry of this.sent) {
			if (entry.at <= since) continue;
			used -= entry.units;
			if (used + units <= room) return Math.max(0, entry.at + COUNTED_MS - now);
		}
		return 0;
	}

	private forget(now: number): void {
		let old = 0;
		while ((this.sent[old]?.at ?? now) <= now - COUNTED_MS) old++;
		if (old > 0) this.sent.splice(0, old);
	}
}

/** Of a request, by which what is used may differ from what we know of. */
const TOLERANCE = 0.5;
/** What is wrong by more than this part was not just measured a little too early. */
const CORRECTED = 0.9;
/** More than the window is tried once so many requests at least have left without a refusal. */
const TRY_AFTER = 18;
/** The same in minutes that were used up, until that was refused once: others may have left us little of the window when it was measured. */
const FIRST_TRY_AFTER_MINUTES = 2;

/**
 * The other way in which servers count: so much in any minute that slides, or in minutes that begin anew at fixed
 * moments. Nothing is saved up for the next. All times in ms.
 */
export class MinuteWindow {
	/** In a minute. */
	most: number;

	/** More has been tried, and was refused. */
	private isSure = false;

	/** What left before is no longer counted. */
	private since = -Infinity;

	private readonly log: SentLog;

	constructor(log: SentLog, most: number) {
		this.log = log;
		this.most = most;
	}

	/**
	 * Wait until `units` may leave.
	 * @param share of it that is ours
	 * @param beyond it that is tried
	 */
	delay(units: number, now: number, share: number, beyond: number): number {
		return this.log.delay(units, now, Math.min(1, share) * this.most + beyond, this.since);
	}

	used(now: number): number {
		return this.log.used(now, this.since);
	}

	/** What had been used when a request left. */
	usedAt(at: number): number {
		return this.log.usedAt(at, this.since);
	}

	/** More was tried and refused: some of what it was measured by was refused as well, but only later. */
	correct(now: number): void {
		this.isSure = true;
		const used = this.used(now);
		if (used >= CORRECTED * this.most) this.most = Math.min(this.most, used);
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
		const minutes = this.isSure ? Infinity : FIRST_TRY_AFTER_MINUTES;
		const few = Math.min(TRY_AFTER * unit, minutes * this.most);
		return Math.floor(this.log.sinceMark / Math.max(this.most, few)) ** 2 * unit;
	}

	/**
	 * A minute that begins anew at fixed moments has room earlier than one that slides.
	 * @returns whether this is one
	 */
	beginAnew(units: number, roomAt: number, refusedAt: number, now: number): boolean {
		if (roomAt + ROUNDED_WAIT_MS >= now + this.delay(units, now, 1, 0)) return false;
		this.since = refusedAt;
		return true;
	}
}
