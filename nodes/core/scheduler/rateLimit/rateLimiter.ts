/*
 * 1. Nothing is known at first: requests leave ever faster, in time and not by answers, for a refusal comes back at once
 *    and costs nothing, while an answer takes as long as an image.
 * 2. A refusal that what is known explains is believed: it pauses all for as long as it asks. Any other is doubted until
 *    the next request, sent earlier than asked, is refused as well (see Doubt).
 * 3. Each thing that a server counts (images, tokens, requests) has an Allowance: a bucket, or a minute that slides. Its
 *    limit is told by the user or headers, stated by a refusal, or measured between two refusals.
 * 4. More than a limit that nobody has told for sure is tried now and then. Who is refused although less than the limit
 *    was used shares it with others, or the server counts a little less than it states (see Share); that it does not
 *    refuse at random instead is tried out again now and then.
 * 5. It decides when a request may leave; it sends nothing, and how many are in flight is not its business.
 */
import type { Counted, RateSignal } from '../../failures/rateSignal';
import { MINUTE_MS } from '../../util/time';
import { Allowance } from './allowance';
import { Doubt, type Explained } from './doubt';
import type { Refused } from './refusal';

export interface LimiterOptions {
	/** `null` = learn it from the server. */
	imagesPerMinute: number | null;
}

/** A request that left: needed to understand the answer that belongs to it. */
export interface SentRequest {
	at: number;
	images: number;
	/** As far as they were known when it left. */
	tokens: number;
}

/** While no limit is known, a few leave at once; then so many a second, and more the more have left. */
const RAMP = { first: 4, gapMs: 10, perSecond: 10, growth: 1.5, leastGapMs: 3 };
/** Added to each wait, in ms, for differences in how long requests travel. */
const MARGIN_MS = 40;
/** When nothing says how long to wait, in ms. */
const FIRST_WAIT_MS = 1000;
/** Refusals in a row during which the wait that is asked for is taken as it is. */
const PATIENT_WAVES = 6;
/** Refusals in a row after which one request finds out alone whether anything gets through. */
const VAIN_WAVES = 3;

/** Decides when a request to one model may leave. */
export class RateLimiter {
	private readonly allowances: Record<Counted, Allowance>;

	/** Learnt from refusals; 0 = not known. */
	private tokensPerImage = 0;

	private pausedUntil = 0;
	/** What left before it belongs to a refusal that has been reacted to. */
	private reactedAt = -Infinity;

	/** Refusals since anything got through. */
	private wavesInARow = 0;

	/** Images in one request, after more were refused again and again. */
	private atOnce = Infinity;

	private last: SentRequest | null = null;

	/** Requests that have left since the ramp began. */
	private ramp = 0;

	private readonly doubt = new Doubt((now) => this.each((one) => one.meantNothing(now), 0));

	/** How long a refusal takes to come back, in ms. */
	private roundTripMs = 100;

	private readonly random: () => number;

	constructor(options: LimiterOptions, random: () => number, now: number) {
		this.random = random;
		this.allowances = {
			images: new Allowance(options.imagesPerMinute, now),
			tokens: new Allowance(null, now),
			requests: new Allowance(null, now),
		};
	}

	/** Most images that one request may ask for; Infinity while no limit is known. */
	get largestRequest(): number {
		return Math.min(this.allowances.images.largest, this.atOnce);
	}

	/** Wait before a request for `images` may leave, in ms; 0 = now. */
	delay(images: number, now: number): number {
		const until = Math.max(this.pausedUntil, this.doubt.until(now));
		const gap = this.last === null ? 0 : this.last.at + this.gap(now) - now;
		return Math.ceil(
			Math.max(
				0,
				until - now,
				gap,
				...this.each((allowance, units) => allowance.delay(units, now), images),
			),
		);
	}

	sent(images: number, now: number): SentRequest {
		const departure = { at: now, images, tokens: this.unitsOf('tokens', images) };
		this.each((allowance, units) => allowance.sent(units, now), images);
		this.last = departure;
		this.ramp += 1;
		this.doubt.sent(now, this.roundTripMs);
		return departure;
	}

	/** An answer came, whatever it says of the image. */
	answered({ at }: SentRequest, signal: RateSignal | null, now: number): void {
		this.wavesInARow = 0;
		for (const [counted, { limit, remaining }] of Object.entries(signal?.stated ?? {})) {
			if (limit !== null && remaining !== null)
				this.allowances[counted as Counted].told(limit, remaining, at, now);
		}
	}

	/** It never reached the server. */
	unsent({ at, images, tokens }: SentRequest, now: number): void {
		this.allowances.images.unsent(images, at, now);
		this.allowances.tokens.unsent(tokens || this.unitsOf('tokens', images), at, now);
		this.allowances.requests.unsent(1, at, now);
	}

	/** The server refused it for a limit. */
	refused(departure: SentRequest, signal: RateSignal, now: number): void {
		const { at, images } = departure;
		const { refusedFor, requested, retryAfterMs } = signal;
		this.unsent(departure, now);
		this.roundTripMs = Math.max(this.roundTripMs * 0.8, now - at);
		if (refusedFor === 'tokens' && requested !== null) {
			const { tokens, images: sent } = this.allowances;
			if (this.tokensPerImage === 0) tokens.log.recount(sent.log, requested / images);
			this.tokensPerImage = requested / images;
		}
		const allowance = refusedFor === 'other' ? null : this.allowances[refusedFor];
		const units = refusedFor === 'other' ? 1 : this.unitsOf(refusedFor, images);
		const said = refusedFor === 'other' ? undefined : signal.stated[refusedFor];
		const stated = { limit: null, remaining: null, ...said };
		const refused = { at, units, ...stated, waitMs: retryAfterMs, isLate: at <= this.reactedAt };
		const why = allowance?.explains(refused, now) ?? 'no';
		// What had left already counts by what it says, unless that is nothing like what was believed.
		if (refused.isLate ? why === 'farBelow' : this.isDoubtful(refused, why, now)) return;
		if (!refused.isLate) [this.reactedAt, this.ramp] = [now, RAMP.first];
		const limit = stated.limit ?? allowance?.limit ?? null;
		const hasGotOn = allowance?.refused(refused, now) ?? false;
		if (!refused.isLate) this.wavesInARow = hasGotOn ? 1 : this.wavesInARow + 1;
		// It may ask for more than a limit that nobody states.
		if (limit === null && images > 1 && this.wavesInARow > PATIENT_WAVES)
			this.atOnce = Math.ceil(images / 2);
		const wait = this.waitAfter(signal, limit === null ? null : (units * MINUTE_MS) / limit);
		this.pausedUntil = Math.max(
			this.pausedUntil,
			now + wait + MARGIN_MS + this.random() * Math.min(250, wait * 0.1),
		);
	}

	/** Whether a refusal is waited out before anything is made of it. */
	private isDoubtful(
		{ at, waitMs }: Pick<Refused, 'at' | 'waitMs'>,
		explained: Explained,
		now: number,
	): boolean {
		const gotThrough = (from: number, to: number): boolean =>
			this.allowances.requests.log.between(from, to) > 0;
		const isStillSo = this.reactedAt > -Infinity && !gotThrough(this.reactedAt, at);
		const known = isStillSo && explained !== 'farBelow' ? 'yes' : explained;
		return !this.doubt.refused(at, known, waitMs, gotThrough, now);
	}

	/** How long to wait, in ms: what the server asks for; more and more when it says nothing, or refuses again and again. */
	private waitAfter({ retryAfterMs }: RateSignal, oneRequestMs: number | null): number {
		// Waiting does not help a request that asks for more than a minute allows; dividing it does.
		if (oneRequestMs !== null && oneRequestMs > MINUTE_MS) return retryAfterMs ?? 0;
		const waves = retryAfterMs === null ? this.wavesInARow : this.wavesInARow - PATIENT_WAVES;
		const growing =
			waves < 1 ? 0 : Math.min(MINUTE_MS, (oneRequestMs ?? FIRST_WAIT_MS) * 2 ** (waves - 1));
		return Math.max(retryAfterMs ?? 0, growing);
	}

	private gap(now: number): number {
		if (this.wavesInARow >= VAIN_WAVES && this.ramp === RAMP.first + 1)
			return 1.2 * this.roundTripMs;
		const known = Object.values(this.allowances).filter(({ limit }) => limit !== null);
		if (known.length > 0)
			return Math.max(RAMP.leastGapMs, ...known.map((one) => one.gapMs(this.roundTripMs, now)));
		if (this.ramp < RAMP.first) return RAMP.gapMs;
		return Math.max(RAMP.leastGapMs, 1000 / Math.max(RAMP.perSecond, this.ramp * RAMP.growth));
	}

	private unitsOf(counted: Counted, images: number): number {
		return { images, tokens: images * this.tokensPerImage, requests: 1 }[counted];
	}

	private each<T>(work: (allowance: Allowance, units: number) => T, images: number): T[] {
		return (Object.keys(this.allowances) as Counted[]).map((counted) =>
			work(this.allowances[counted], this.unitsOf(counted, images)),
		);
	}
}
