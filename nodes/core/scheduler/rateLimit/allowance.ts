import { MINUTE_MS } from '../../util/time';
import type { Explained } from './doubt';
import { KnownLimit } from './knownLimit';
import { MinuteWindow } from './minuteWindow';
import {
	isByIntervals,
	isByTheMinute,
	isFarBelow,
	isFarFewer,
	isMoreThan,
	levelAfter,
	measured,
	measureLimit,
	type Refused,
	type Since,
} from './refusal';

/** Who gets so much of a limit has it alone; servers that count in short intervals let a little less through than they state. */
const NEARLY_ALL = 0.85;
/** Left to others, once they are seen: so many requests, at most this part of the limit. */
const LEFT_TO_OTHERS = { requests: 3.5, ofLimit: 0.06 };
/** A bucket that is so full, as a part of its limit, is not used by others. */
const UNUSED = 0.25;
/** Of a request, left in the bucket so that trying more does not end in a refusal at once. */
const RESERVE = 0.5;

/**
 * What may be sent of one thing that a server counts by the minute: images, tokens or requests. Nothing is held back
 * until a limit is known: told by the user or by headers, stated by a refusal, or measured by what got through between
 * two of them. Units are what is counted; all times in ms.
 */
export class Allowance extends KnownLimit {
	private empty: Since['empty'] = null;

	/** Nothing got through for so long after that. */
	private blockedMs = 0;

	/** The server counts in intervals that are shorter than a minute. */
	private hasIntervals = false;

	sent(units: number, now: number): void {
		this.refill(now);
		// The one that leaves now may still be refused.
		const isBeyond = !this.share.isShared && this.window?.isExceeded(this.unit, now);
		this.level -= units;
		this.log.take(units, now);
		if (this.limit === null || this.source === 'told') return;
		const isMore = this.window ? isBeyond : isMoreThan(this.limit, this.sinceLast(Infinity), now);
		// It is more than was said, so nothing is known any more.
		if (isMore) Object.assign(this, { limit: null, largest: Infinity, window: null, empty: null });
	}

	/** It was never counted. */
	unsent(units: number, at: number, now: number): void {
		this.refill(now);
		this.level += units;
		this.log.giveBack(units, at);
	}

	/**
	 * What an answer's headers say.
	 * @param at when the answered request left
	 */
	told(limit: number, remaining: number, at: number, now: number): void {
		// It was said before what we know by now.
		if (at < this.knownAt) return;
		const left = Math.max(
			-limit,
			remaining + ((now - at) * limit) / MINUTE_MS - this.log.between(at, Infinity),
		);
		if (!this.isLimit(limit)) return this.learn(limit, 'told', left, now, { at });
		this.refill(now);
		this.level = Math.min(this.level, left);
		this.source = 'told';
		this.share.tell();
		if (this.window === null && remaining > UNUSED * limit) this.share.becomeSole();
	}

	/** Whether a refusal is what we would expect. To be asked after `unsent`. */
	explains(refused: Refused, now: number): Explained {
		const { limit, log, share, source, window } = this;
		if (isFarBelow(refused, log.used(now, -Infinity))) return 'farBelow';
		if (refused.units > (refused.limit ?? this.largest)) return 'yes';
		if (limit === null || (refused.limit !== null && !this.isLimit(refused.limit))) return 'no';
		if (share.isShared) return 'others';
		if (
			window
				? window.hasRoom(refused.units, now)
				: isFarFewer(refused, limit, this.sinceLast(refused.at))
		)
			return 'no';
		if (source === 'measured') return 'measured';
		if (window !== null || isByIntervals(refused, limit)) return 'yes';
		return measured(refused, this.sinceLast(refused.at), now) < limit ? 'others' : 'yes';
	}

	/** A refusal that has been doubted meant nothing. */
	meantNothing(now: number): void {
		this.refill(now);
		this.share.raise(now);
	}

	/**
	 * To be told after `unsent`.
	 * @returns whether anything had got through since the last refusal
	 */
	refused(refused: Refused, now: number): boolean {
		const { at, units, limit, waitMs, isLate } = refused;
		this.unit = units;
		const since = this.sinceLast(at);
		const pace = this.limit === null ? 0 : this.limit * this.shareAt(now, this.limit);
		const known = limit ?? (this.source === 'measured' ? null : this.limit);
		// Where nothing got through, what is measured goes on from the refusal before.
		if (!isLate && (since.empty === null || since.admitted > 0 || limit !== null)) {
			this.empty = { roomAt: now + (waitMs ?? 0), units };
			this.blockedMs = 0;
			this.log.mark(at);
		} else if (!isLate && this.empty !== null) this.blockedMs = now - this.empty.roomAt;
		if (known === null) this.measure(refused, since, pace, now);
		// One above the user's says nothing of ours: to wait as long as it asks is enough.
		else if (known <= this.most) this.understand(refused, known, since, now);
		return since.admitted > 0;
	}

	private understand(refused: Refused, limit: number, since: Since, now: number): void {
		const { at, units, waitMs, isLate } = refused;
		const isNews = this.limit === null || (!this.isLimit(limit) && refused.limit !== null);
		if (isNews && at < this.knownAt) return;
		const isNewWindow = this.window === null && isByTheMinute(refused, limit);
		const level = levelAfter(refused, limit);
		if (isNews) this.learn(limit, refused.limit === null ? 'told' : 'stated', level, now, { at });
		else Object.assign(this, { level: Math.min(level, limit), asOf: now });
		if (isNewWindow) this.window = new MinuteWindow(this.log, limit);
		if (!isLate) this.level -= RESERVE * units;
		if (isNewWindow && this.source === 'stated' && this.window?.hasRoom(units, now))
			this.shareWithOthers(units, now, at);
		this.hasIntervals = isByIntervals(refused, limit) || (this.hasIntervals && !isNews);
		if (isNews || isLate || isNewWindow) return;
		// With others there is no telling when the minute began.
		if (!this.share.isShared && this.window?.beginAnew(units, now + (waitMs ?? 0), at, now)) return;
		if (this.window)
			return this.window.hasRoom(units, now)
				? this.shareWithOthers(units, now, at)
				: this.share.restart(now, limit / units);
		const ours = this.oursOf(refused, limit, since, now);
		if (ours < NEARLY_ALL) this.shareWithOthers(units, now, at);
		else if (ours < 1) this.share.set(ours, now);
		else this.share.restart(now, limit / units);
	}

	/** Which part of a limit got through to us since the last refusal. */
	private oursOf(refused: Refused, limit: number, since: Since, now: number): number {
		if (isByIntervals(refused, limit)) return 1;
		const ours = measured(refused, since, now) / limit;
		// Where nothing is saved up, to be refused at the end of an interval speaks of no others.
		return this.hasIntervals ? Math.max(ours, NEARLY_ALL) : ours;
	}

	private measure(refused: Refused, since: Since, pace: number, now: number): void {
		// As much as the minute holds is used, and more was tried.
		if (this.window && !this.window.hasRoom(refused.units, now)) {
			this.window.correct(now);
			return this.share.restart(now, this.window.most / refused.units);
		}
		const measured = refused.isLate ? null : measureLimit(refused, since, pace, now);
		const limit = measured?.limit ?? this.limit;
		if (limit === null) return;
		const level = levelAfter(refused, limit);
		this.level = Math.min(this.level, level);
		if (measured === null) return;
		this.learn(limit, 'measured', level - RESERVE * refused.units, now, {
			measuredBy: since.admitted / refused.units,
		});
		this.window = measured.isByTheMinute
			? new MinuteWindow(this.log, Math.max(since.admitted, this.log.usedAt(refused.at) / 2))
			: null;
	}

	/** We kept within what we believed to be ours, so others must be using the limit too. */
	private shareWithOthers(units: number, now: number, at: number): void {
		if (this.limit === null) return;
		if (this.window)
			return this.share.setInMinute(
				Math.max(this.window.usedAt(at), units) / this.window.most,
				now,
			);
		this.share.cut(now, this.limit / this.unit);
		this.level -= Math.min(units * LEFT_TO_OTHERS.requests, this.limit * LEFT_TO_OTHERS.ofLimit);
	}

	/** What left after a refused request may still be refused. */
	private sinceLast(at: number): Since {
		return {
			empty: this.empty,
			admitted: this.log.sinceMark - this.log.between(at, Infinity),
			blockedMs: this.blockedMs,
		};
	}
}
