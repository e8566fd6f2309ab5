/** A refusal that nothing explains is tried out: one request leaves so soon after it, in ms, although it asks for more. */
const TRY_AFTER_MS = 250;
/** A wait so short costs less than to find out, in ms. */
const SHORT_WAIT_MS = 500;
/** Waits are rounded up to whole seconds; of what may be nothing at all, so much is taken for sure, in ms. */
const SURELY_MS = 100;
/** To wait so long, in ms, may end the run, so it costs more than to find out. */
const LONG_WAIT_MS = 300_000;
/** Refusals in a row, with nothing let through between them, that are believed. */
const BELIEVED = { usually: 2, afterWrong: 3, ofLongWaits: 4, farBelow: 5 };
/** Refusals that are believed because one like them was, at first and at most. */
const CREDIT = { first: 2, most: 16 };
/** There may be room again after so short a wait, in ms, by the time that the one that tries gets there. */
const TOO_SHORT_TO_TRY_MS = 800;
/** What is known of the server by its refusals so far: below 0 for those that meant nothing. */
const TRUST = { least: -4, little: -2, enough: 3 };

/**
 * Whether a refusal is what we expect: `yes` = by a limit that was stated and that we have used up, `others` = by one that
 * others must be using too, `measured` = by one that we have only measured, `no` = nothing explains it, `farBelow` = it
 * states a limit far below what got through just before.
 */
export type Explained = 'yes' | 'measured' | 'others' | 'no' | 'farBelow';

/**
 * Whether refusals mean what they say. A busy server or a gateway may refuse at random and in the words of a limit; then
 * the next request gets through although it leaves before it should. All times in ms.
 */
export class Doubt {
	/** When the requests left that were refused one after the other; `null` = the last refusal has been understood. */
	private row: { last: number; until: number; count: number } | null = null;

	/** By how many refusals in a row meant something; below 0, nothing. */
	private trust = 0;

	/** Nothing leaves until then but one request. */
	private trial: { from: number; sentAt: number | null; knownAt: number } | null = null;

	/** Refusals that speak of others and are believed before one is tried out again. */
	private credit = { left: 0, next: CREDIT.first };

	private readonly onNothing: (now: number) => void;

	/** @param onNothing is told of refusals that meant nothing */
	constructor(onNothing: (now: number) => void) {
		this.onNothing = onNothing;
	}

	/** @returns when the next request may leave; 0 = any time */
	until(now: number): number {
		if (this.trial === null) return 0;
		if (this.trial.sentAt === null) return this.trial.from;
		if (now < this.trial.knownAt) return this.trial.knownAt;
		this.meantNothing(now);
		return 0;
	}

	/** @param roundTripMs how long a refusal takes to come back */
	sent(now: number, roundTripMs: number): void {
		if (this.trial !== null)
			this.trial = { ...this.trial, sentAt: now, knownAt: now + 2 * roundTripMs + 20 };
	}

	/**
	 * @param at when the refused request left
	 * @param gotThrough whether something left between two moments and was not refused
	 * @returns whether it is believed
	 */
	refused(
		at: number,
		explained: Explained,
		waitMs: number | null,
		gotThrough: (from: number, to: number) => boolean,
		now: number,
	): boolean {
		const surely = sureWait(waitMs ?? 0);
		if (this.row !== null && gotThrough(this.row.last, Math.min(at, this.row.until)))
			this.meantNothing(now);
		if (this.row !== null && gotThrough(this.row.last, at)) this.row = null;
		const row = this.row ?? { last: at, count: 0 };
		this.row = { last: Math.max(row.last, at), until: now + surely, count: row.count + 1 };
		if (this.row.count >= this.needed(explained, waitMs)) {
			this.believed(this.row.count);
			return true;
		}
		this.trial =
			this.trust <= TRUST.little && explained === 'no'
				? null
				: { from: now + Math.min(TRY_AFTER_MS, surely / 2), sentAt: null, knownAt: Infinity };
		return false;
	}

	private needed(explained: Explained, waitMs: number | null): number {
		const surely = sureWait(waitMs ?? 0);
		if (surely > LONG_WAIT_MS) return BELIEVED.ofLongWaits;
		if (explained === 'yes') return 1;
		// To wait for so short a time costs less than to find out.
		if (explained === 'measured' && surely < SHORT_WAIT_MS && this.trust >= 0) return 1;
		if (explained === 'measured' && this.trust >= TRUST.enough) return 1;
		if (explained === 'others' && (isTooShortToTry(waitMs) || this.credit.left-- > 0)) return 1;
		if (explained === 'farBelow') return BELIEVED.farBelow;
		return this.trust <= TRUST.little ? BELIEVED.afterWrong : BELIEVED.usually;
	}

	private believed(refusals: number): void {
		if (refusals > 1) {
			this.trust = Math.min(TRUST.enough, this.trust + 1);
			const { next } = this.credit;
			if (this.trust > 0) this.credit = { left: next, next: Math.min(CREDIT.most, 2 * next) };
		}
		this.row = null;
		this.trial = null;
	}

	private meantNothing(now: number): void {
		this.credit = { left: 0, next: CREDIT.first };
		this.onNothing(now);
		this.row = null;
		this.trial = null;
		this.trust = Math.max(TRUST.least, Math.min(0, this.trust) - 1);
	}
}

const isRounded = (waitMs: number): boolean => waitMs % 1000 === 0;

/** The least that a wait of so many ms means. */
const sureWait = (waitMs: number): number =>
	isRounded(waitMs) ? Math.max(SURELY_MS, waitMs - 1000) : waitMs;

const isTooShortToTry = (waitMs: number | null): boolean =>
	waitMs !== null && !isRounded(waitMs) && waitMs < TOO_SHORT_TO_TRY_MS;
