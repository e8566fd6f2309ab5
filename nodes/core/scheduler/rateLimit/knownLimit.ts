import { MINUTE_MS } from '../../util/time';
import { MinuteWindow, SentLog } from './minuteWindow';
import { Share, triesAfter } from './share';

/** Less than this is missing only because numbers have an end. */
const ROUNDING = 1e-6;
/** Time between two of ours where others use the limit too: in ms, and as a part of the time that a refusal takes to come back. */
const GAP = { leastMs: 50, ofRoundTrip: 1.5 };

/** What is known of a limit, and how much of it may be used now. Units are what is counted; all times in ms. */
export class KnownLimit {
	/** A minute; `null` = not known. */
	limit: number | null = null;
	/** What a request may ask for at most: measured limits are no word on that. */
	largest = Infinity;

	protected source: 'told' | 'stated' | 'measured' = 'told';

	/** What a request takes, as the last that was refused. */
	protected unit = 1;

	protected share: Share;

	/** What a bucket that refills continuously holds. */
	protected level = 0;
	protected asOf: number;
	/** `null` = counted in a bucket, for all we know. */
	protected window: MinuteWindow | null = null;

	/** When the request left whose answer or refusal told the limit. */
	protected knownAt = -Infinity;

	readonly log = new SentLog();
	protected readonly most: number;

	/** @param most that the user wants to be used a minute; `null` = as much as there is */
	constructor(most: number | null, now: number) {
		this.most = most ?? Infinity;
		this.asOf = now;
		this.share = new Share(now, null);
		if (most !== null) this.learn(most, 'told', most, now);
	}

	/** Least time between two requests, so that a refusal comes back before many more have left. */
	gapMs(roundTripMs: number, now: number): number {
		if (this.limit === null) return 0;
		const isTrying = this.window !== null && this.window.used(now) >= this.window.most;
		if (!this.share.isShared && !isTrying) return 0;
		return Math.min(
			Math.max(GAP.leastMs, GAP.ofRoundTrip * roundTripMs),
			MINUTE_MS / this.limit / 2,
		);
	}

	/** Wait until `units` may leave; 0 = now. */
	delay(units: number, now: number): number {
		if (this.limit === null) return 0;
		const share = this.shareAt(now, this.limit);
		if (this.window)
			return this.window.delay(
				units,
				now,
				share,
				this.source === 'told' || this.share.isShared ? 0 : this.window.beyond(this.unit),
			);
		this.refill(now);
		const missing = Math.min(units, this.limit) - this.level;
		return missing <= ROUNDING ? 0 : (missing * MINUTE_MS) / (this.limit * share);
	}

	/**
	 * @param at when the request left whose answer or refusal told it
	 * @param measuredBy requests
	 */
	protected learn(
		stated: number,
		source: KnownLimit['source'],
		level: number,
		now: number,
		{ at = this.knownAt, measuredBy = null }: { at?: number; measuredBy?: number | null } = {},
	): void {
		const limit = Math.min(stated, this.most);
		Object.assign(this, { limit, source, level: Math.min(level, limit), asOf: now, knownAt: at });
		if (source !== 'measured') this.largest = Math.max(1, Math.floor(limit));
		this.share = new Share(
			now,
			source === 'told' ? null : triesAfter(limit / this.unit, measuredBy),
		);
		if (this.window) this.window.most = limit;
	}

	protected shareAt(now: number, limit: number): number {
		return this.share.at(now, limit / this.unit, this.log.sinceMark / this.unit);
	}

	protected isLimit(stated: number): boolean {
		return this.limit === Math.min(stated, this.most);
	}

	protected refill(now: number): void {
		if (this.limit === null) return;
		this.level = Math.min(
			this.limit,
			this.level + ((now - this.asOf) * this.limit * this.shareAt(now, this.limit)) / MINUTE_MS,
		);
		this.asOf = now;
	}
}
