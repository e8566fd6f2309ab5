const MINUTE_MS = 60_000;
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

	/** Counts anew what left after a moment. */
	mark(at: number): void {
		this.markedAt = at;
		this.sinceMark = this.between(at, Infinity);
	}

	/** What left in the last minute. @param since what left before is not counted */
	used(now: number, since: number): number {
		return this.between(Math.max(since, now - COUNTED_MS), Infinity);
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

	/** Wait until `units` may leave, if `most` may in any minute; 0 = now. @param since what left before is not counted */
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
