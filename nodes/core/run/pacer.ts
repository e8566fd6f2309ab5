import { Bucket } from './bucket';
import type { Departure, PacerOptions } from './departure';
import { LimitClaim } from './limitClaim';
import type { RateSignal } from './rateSignal';
import { guessLimit, jitter, levelAfterRefusal, waitAfterRefusal } from './refusalWait';
import { Share } from './share';
import { SlidingWindow } from './window';

const MINUTE_MS = 60_000;
/** Between requests while the limit is not known, in ms, so that a refusal is seen before many more have left. */
const UNKNOWN_LIMIT_GAP_MS = 10;
/** Added to each wait, in ms, for differences in how long requests travel. */
const MARGIN_MS = 40;
/** How what may be in flight grows back with each answer. */
const LANES_PER_ANSWER = 0.5;
/** Images left to the others after a refusal that we did not expect, at most this part of the limit. */
const LEFT_TO_OTHERS = { requests: 3, ofLimit: 0.05 };

/**
 * Keeps requests within the server's images per minute: told by the user, read from headers, or learnt
 * from refusals. It decides when a request may leave and how many may be in flight; it sends nothing.
 */
export class Pacer {
	private limit: number | null = null;

	private bucket: Bucket | null = null;

	/** Set once the server turns out to count images in a sliding minute. */
	private window: SlidingWindow | null = null;

	private readonly share: Share;

	/** A limit that only a refusal has stated. */
	private readonly claim = new LimitClaim();

	private readonly recent: Departure[] = [];

	private pausedUntil = 0;

	/** Times that we were refused since the last answer; refusals of what left before count as one. */
	private wavesInARow = 0;

	/** Part of a request, at most of a second, by which the next one leaves later, so that nobody keeps hitting on the same moment. */
	private slack = 0;

	/** Departures before it belong to a refusal that has been reacted to. */
	private reactedAt = -Infinity;

	private lanes: number;

	private readonly options: PacerOptions;

	private readonly random: () => number;

	constructor(options: PacerOptions, random: () => number, now: number) {
		this.options = options;
		this.random = random;
		this.lanes = Math.max(1, options.maxConcurrency);
		this.share = new Share(now);
		if (options.imagesPerMinute !== null) this.learnLimit(options.imagesPerMinute, options.imagesPerMinute, now);
	}

	/** Most images that one request may ask for; Infinity while no limit is known. */
	get largestRequest(): number {
		return Math.max(1, Math.floor(this.limit ?? Infinity));
	}

	/** Most requests that may be in flight: halved at a refusal, a little more with each answer. */
	get maxInFlight(): number {
		return Math.floor(this.lanes);
	}

	/** Wait before a request for `images` may leave, in ms; 0 = now. */
	delay(images: number, now: number): number {
		const pause = this.pausedUntil - now;
		const last = this.recent.at(-1);
		const between = this.claim.gapMs || (this.limit === null ? UNKNOWN_LIMIT_GAP_MS : 0);
		const gap = last === undefined ? 0 : last.at + between - now;
		return Math.ceil(Math.max(0, pause, gap, this.allowanceDelay(images, now)));
	}

	private allowanceDelay(images: number, now: number): number {
		if (this.limit === null) return 0;
		if (this.window) {
			const ours = Math.min(1, this.share.at(now, this.limit));
			return this.window.delay(images, now, ours * this.limit);
		}
		const share = this.share.at(now, this.limit);
		const slack = 2 * images <= this.limit ? Math.min(images, this.limit / 60) * this.slack : 0;
		return this.bucket?.delay(images + slack, now, share) ?? 0;
	}

	sent(images: number, now: number): Departure {
		const departure = { at: now, images };
		this.bucket?.take(images, now, this.share.at(now, this.limit ?? 0));
		this.window?.take(images, now);
		this.slack = this.random();
		this.recent.push(departure);
		while ((this.recent[0]?.at ?? now) < now - MINUTE_MS) this.recent.shift();
		return departure;
	}

	/** An answer came, whatever it says of the image. */
	answered(departure: Departure, signal: RateSignal | null, now: number): void {
		this.wavesInARow = 0;
		this.claim.letThrough(departure.at, departure.images);
		this.lanes = Math.min(Math.max(1, this.options.maxConcurrency), this.lanes + LANES_PER_ANSWER);
		if (signal?.limit == null || signal.remaining === null) return;
		const left = signal.remaining + ((now - departure.at) * signal.limit) / MINUTE_MS - this.sentAfter(departure);
		if (this.learnLimit(signal.limit, left, now)) return;
		this.bucket?.atMost(left, now, this.share.at(now, signal.limit));
	}

	/** It never reached the server. */
	unsent(departure: Departure, now: number): void {
		this.takeBack(departure);
		this.bucket?.take(-departure.images, now, this.share.at(now, this.limit ?? 0));
	}

	/** The server refused it for a limit. */
	refused(departure: Departure, signal: RateSignal, now: number): void {
		const isFirst = departure.at > this.reactedAt;
		if (isFirst || this.wavesInARow === 0) {
			this.reactedAt = now;
			this.wavesInARow += 1;
			this.lanes = Math.max(1, this.lanes / 2);
		}
		const wait = waitAfterRefusal(signal, departure.images, this.limit, this.wavesInARow);
		if (signal.isOther) {
			this.unsent(departure, now);
		} else {
			this.takeBack(departure);
			const isNews = this.understand(departure, signal, now);
			const isExpected = signal.retryAfterMs === null && this.wavesInARow > 1;
			if (isFirst && !isNews && !isExpected) this.shareWithOthers(departure, now);
		}
		this.pausedUntil = Math.max(this.pausedUntil, now + wait + MARGIN_MS + jitter(wait, this.random()));
	}

	/** Learns from a refusal how much there is and how it is counted. @returns whether this is news */
	private understand({ at, images }: Departure, signal: RateSignal, now: number): boolean {
		const limit = signal.limit ?? this.limit ?? guessLimit(images, signal.retryAfterMs);
		if (limit === null) return true;
		const oneRequest = (images * MINUTE_MS) / limit;
		const wait = signal.retryAfterMs ?? oneRequest;
		// A bucket never asks for longer than its images take to refill; a sliding minute does.
		const isTooLong = wait > oneRequest * 1.25 + 1100;
		const isFullMinute = this.wavesInARow > 1 && this.sentAfter({ at: now - MINUTE_MS, images }) >= limit;
		if (this.limit === null) {
			const isCertain = signal.remaining !== null || images > limit || isTooLong || isFullMinute;
			const stated = { limit, images, waitMs: signal.retryAfterMs, at, isCertain };
			if (this.claim.refused(stated, now) !== 'believe') return true;
		}
		const level = levelAfterRefusal(signal, images, limit, wait);
		const isNewLimit = this.learnLimit(limit, level, now);
		if (!isNewLimit) this.bucket?.correct(level, now);
		if (isNewLimit && signal.limit === null) this.share.mayPassOne();
		const isNewWindow = this.window === null && images <= limit && (isTooLong || isFullMinute);
		if (isNewWindow) this.window = new SlidingWindow(this.recent);
		return isNewLimit || isNewWindow;
	}

	/** We kept within what we believed to be ours, so others must be using the limit too. */
	private shareWithOthers({ images }: Departure, now: number): void {
		if (this.limit === null) return;
		if (this.window) return this.share.set(Math.max(this.window.used(now), images) / this.limit, now);
		this.share.cut(now, this.limit);
		const left = Math.min(images * LEFT_TO_OTHERS.requests, this.limit * LEFT_TO_OTHERS.ofLimit);
		this.bucket?.take(left, now, this.share.at(now, this.limit));
	}

	/** @returns whether this is news */
	private learnLimit(stated: number, level: number, now: number): boolean {
		const limit = Math.min(stated, this.options.imagesPerMinute ?? Infinity);
		if (limit === this.limit) return false;
		this.limit = limit;
		// What left before was sent without knowing.
		this.reactedAt = now;
		this.bucket = new Bucket(limit, level, now);
		return true;
	}

	private takeBack(departure: Departure): void {
		const index = this.recent.indexOf(departure);
		if (index >= 0) this.recent.splice(index, 1);
		this.window?.giveBack(departure.images, departure.at);
	}

	private sentAfter(departure: Departure): number {
		let images = 0;
		for (let index = this.recent.length - 1; index >= 0; index--) {
			const other = this.recent[index];
			if (other === undefined || other.at < departure.at) break;
			if (other !== departure) images += other.images;
		}
		return images;
	}
}
