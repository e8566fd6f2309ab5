/** What to make of a limit that a refusal states: act on it, see first whether it holds, or leave it aside. */
export type Verdict = 'believe' | 'probe' | 'ignore';

/** A refusal that states a limit, or lets us guess it. */
export interface Stated {
	/** Images per minute. */
	limit: number;
	/** What the refused request asked for. */
	images: number;
	/** How long we are asked to wait, in ms; `null` = it does not say. */
	waitMs: number | null;
	/** When the refused request left. */
	at: number;
	/** The server says more than one refusal could get wrong. */
	isCertain: boolean;
}

const MINUTE_MS = 60_000;
/** Between requests while a claim is being looked at, in ms: long enough for a refusal to come back. */
const PROBE_GAP_MS = 250;
/** Servers round the wait they ask for up to whole seconds. */
const ROUNDING_MS = 1100;
/** By how much a wait may be shorter than the claim would have it, in ms. */
const TOLERANCE_MS = 150;
/** Images more than the claim allows, before it counts as wrong. */
const BENEFIT_OF_DOUBT = 2;
const REFUSALS_TO_BELIEVE_AGAIN = 3;

/**
 * A refusal may state a limit that is not the one that holds: a busy server, a gateway's canned words. So
 * after the first one the run goes on carefully: if more gets through than the stated limit could allow,
 * or the next refusal does not fit, it is left aside and refusals are merely waited out; else it is believed.
 */
export class LimitClaim {
	private claim: (Stated & { since: number; resumes: number }) | null = null;

	private letThroughImages = 0;

	private isWrong = false;

	private inARow = 0;

	/** Between requests, in ms; 0 = as usual. */
	get gapMs(): number {
		return this.claim === null ? 0 : PROBE_GAP_MS;
	}

	refused(stated: Stated, now: number): Verdict {
		this.inARow += 1;
		if (this.inARow >= REFUSALS_TO_BELIEVE_AGAIN) this.isWrong = false;
		if (this.isWrong) return 'ignore';
		if (stated.isCertain) return 'believe';
		if (this.claim === null) {
			this.claim = { ...stated, since: now, resumes: now + (stated.waitMs ?? 0) };
			this.letThroughImages = 0;
			return 'probe';
		}
		// What left before the claim says nothing new.
		if (stated.at <= this.claim.since) return 'probe';
		const fits = this.fits(stated);
		this.claim = null;
		this.isWrong = !fits;
		return fits ? 'believe' : 'ignore';
	}

	/** An answer to a request that left at `at`: the server let it through. */
	letThrough(at: number, images: number): void {
		this.inARow = 0;
		if (this.claim === null || at <= this.claim.since) return;
		this.letThroughImages += images;
		const allowed = this.claim.images + ((at - this.claim.since + ROUNDING_MS) * this.claim.limit) / MINUTE_MS;
		if (this.letThroughImages <= allowed + BENEFIT_OF_DOUBT * this.claim.images) return;
		this.claim = null;
		this.isWrong = true;
	}

	/** Others may have taken from it, so a longer wait fits as well; a shorter one does not. */
	private fits({ images, waitMs, at }: Stated): boolean {
		if (this.claim === null || waitMs === null) return true;
		const perMs = this.claim.limit / MINUTE_MS;
		const level = this.claim.images + (at - this.claim.resumes) * perMs - this.letThroughImages;
		return waitMs >= (images - level) / perMs - TOLERANCE_MS;
	}
}
