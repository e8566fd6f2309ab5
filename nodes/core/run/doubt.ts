/** A refusal that nothing explains is tried out: one request leaves so soon after it, in ms, although it asks for more. */
const TRY_AFTER_MS = 250;
/** A wait so short costs less than to find out, in ms. */
const SHORT_WAIT_MS = 500;
/** Waits are rounded up to whole seconds; of what may be nothing at all, so much is taken for sure, in ms. */
const SURELY_MS = 100;
/** Refusals in a row, with nothing let through between them, that are believed. */
const BELIEVED = { usually: 2, afterWrong: 3, farBelow: 5 };
/** What is known of the server by its refusals so far: below 0 for those that meant nothing. */
const TRUST = { least: -4, little: -2, enough: 3 };

/**
 * Whether a refusal is what we expect: `yes` = by a limit that was stated, `measured` = by one that we have only measured,
 * `no` = nothing explains it, `farBelow` = it states a limit far below what got through just before.
 */
export type Explained = 'yes' | 'measured' | 'no' | 'farBelow';

/**
 * Whether refusals mean what they say. A busy server or a gateway may refuse at random and in the words of a limit; then
 * the next request gets through although it leaves before it should. All times in ms.
 */
export class Doubt {
	/** When the requests left that were refused one after the other; `null` = the last refusal has been understood. */
	private row: { first: number; last: number; until: number; count: number } | null = null;

	private trust = 0;

	/** Nothing leaves until then but one request. */
	private trial: { from: number; sentAt: number | null; knownAt: number } | null = null;

	/** @param roundTripMs how long a refusal takes to come back @returns when the next request may leave; 0 = any time */
	until(now: number): number {
		if (this.trial === null) return 0;
		if (this.trial.sentAt === null) return this.trial.from;
		if (now < this.trial.knownAt) return this.trial.knownAt;
		this.meantNothing();
		return 0;
	}

	get isTrying(): boolean {
		return this.trial !== null;
	}

	sent(now: number, roundTripMs: number): void {
		if (this.trial !== null) this.trial = { ...this.trial, sentAt: now, knownAt: now + 2 * roundTripMs + 20 };
	}

	/**
	 * @param at when the refused request left
	 * @param gotThrough of the requests that left since a moment before it
	 * @returns when the first of them left, once they are believed; `null` = not yet
	 */
	refused(at: number, explained: Explained, waitMs: number | null, gotThrough: (from: number, to: number) => boolean, now: number): number | null {
		const surely = waitMs === null ? SURELY_MS : Math.max(Math.min(SURELY_MS, waitMs), waitMs % 1000 === 0 ? waitMs - 1000 : waitMs);
		if (this.row !== null && gotThrough(this.row.last, Math.min(at, this.row.until))) this.meantNothing();
		if (this.row !== null && at > this.row.until) this.row = null;
		const row = this.row ?? { first: at, last: at, count: 0 };
		this.row = { first: row.first, last: Math.max(row.last, at), until: now + surely, count: row.count + 1 };
		if (this.row.count >= this.needed(explained, surely)) return this.believed();
		this.trial = this.trust <= TRUST.little ? null : { from: now + Math.min(TRY_AFTER_MS, surely / 2), sentAt: null, knownAt: Infinity };
		return null;
	}

	private needed(explained: Explained, surely: number): number {
		// To wait for so short a time costs less than to find out.
		if (explained === 'measured' && surely < SHORT_WAIT_MS && this.trust >= 0) return 1;
		if (explained === 'yes' || (explained === 'measured' && this.trust >= TRUST.enough)) return 1;
		if (explained === 'farBelow') return BELIEVED.farBelow;
		return this.trust <= TRUST.little ? BELIEVED.afterWrong : BELIEVED.usually;
	}

	private believed(): number | null {
		const first = this.row?.first ?? null;
		if ((this.row?.count ?? 0) > 1) this.trust = Math.min(TRUST.enough, this.trust + 1);
		this.row = null;
		this.trial = null;
		return first;
	}

	private meantNothing(): void {
		this.row = null;
		this.trial = null;
		this.trust = Math.max(TRUST.least, Math.min(0, this.trust) - 1);
	}
}
