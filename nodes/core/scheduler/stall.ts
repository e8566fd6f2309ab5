/**
 * How long a run has been waiting without getting on: time counts while somebody waits and nothing is in flight, and
 * starts anew with each image that comes. All times in ms.
 */
export class StallClock {
	private waiting = 0;

	private inFlight = 0;

	private stalled = 0;

	/** `null` = the clock stands. */
	private since: number | null = null;

	/**
	 * @param waiting by how many more wait; negative = fewer
	 * @param inFlight the same of requests in flight
	 */
	change(
		now: number,
		{ waiting = 0, inFlight = 0 }: { waiting?: number; inFlight?: number },
	): void {
		this.stalled = this.at(now);
		this.waiting += waiting;
		this.inFlight += inFlight;
		this.since = this.waiting > 0 && this.inFlight === 0 ? now : null;
	}

	progressed(now: number): void {
		this.stalled = 0;
		if (this.since !== null) this.since = now;
	}

	at(now: number): number {
		return this.stalled + (this.since === null ? 0 : now - this.since);
	}
}
