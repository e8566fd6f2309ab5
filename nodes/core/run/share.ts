const MINUTE_MS = 60_000;
const MIN_SHARE = 0.01;
const MAX_SHARE = 2;
const DECREASE = 0.5;
/** Growth with each image that the whole limit lets through: slow near what was found to be ours, then ever faster. */
const INCREASE = 0.001;
const FASTER_AFTER_IMAGES = 25;
const FASTER = 0.1;
/** Images; small limits would else take many minutes to grow back. */
const SMALLEST_LIMIT = 40;

/**
 * Our part of a limit that others may use as well: halved at a refusal that we did not expect, then
 * growing back, slowly at first and faster the longer nothing is refused. Several runs that share a limit
 * come to fair parts of it by the server's refusals alone (additive increase, multiplicative decrease).
 */
export class Share {
	private base = 1;

	private since: number;

	/** Somebody else has been seen. Only then may it pass 1, to catch up on what nobody has used. */
	private isShared = false;

	constructor(now: number) {
		this.since = now;
	}

	/** @param limit images per minute */
	at(now: number, limit: number): number {
		const images = ((now - this.since) * Math.max(SMALLEST_LIMIT, limit)) / MINUTE_MS;
		const grown = INCREASE * images + FASTER * (images / FASTER_AFTER_IMAGES) ** 3;
		return Math.min(this.isShared ? MAX_SHARE : 1, this.base + grown);
	}

	cut(now: number, limit: number): void {
		this.set(this.at(now, limit) * DECREASE, now);
	}

	/** What turned out to be ours. */
	set(share: number, now: number): void {
		this.base = Math.max(MIN_SHARE, Math.min(1, share));
		this.since = now;
		this.isShared = true;
	}

	/** The limit is only a guess: it may turn out to be more. */
	mayPassOne(): void {
		this.isShared = true;
	}
}
