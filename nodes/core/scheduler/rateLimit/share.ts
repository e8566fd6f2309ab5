import { MINUTE_MS } from '../../util/time';
const MIN_SHARE = 0.01;
const MAX_SHARE = 2;
const DECREASE = 0.5;
/** Growth with each request that the whole limit lets through: slow near what was found to be ours, then ever faster. */
const AMONG_OTHERS = { increase: 0.001, faster: 0.1, after: 50 };
/** The same where nothing is saved up: what others leave is lost, and who tries too much is told so once a minute. */
const IN_MINUTES = { ...AMONG_OTHERS, after: 25 };
/** The same with each request that we send, where nobody else has been seen. */
const ALONE = { increase: 0.0005, faster: 0.1 };
/** Requests a minute, as which more than a limit is tried at least. */
const LEAST_TRIED = 5;
/** Requests a minute; small limits would else take many minutes to grow back. */
const SMALLEST_LIMIT = 40;

/**
 * Which part of a limit is used: all of it, or less where others use it as well. It is halved at a refusal that was not
 * expected, then grows back, slowly at first and faster the longer nothing is refused. Several runs that share a limit
 * come to fair parts of it by the server's refusals alone (additive increase, multiplicative decrease). A limit that
 * nobody has told for sure is tried in the same way: past 1, until something is refused.
 */
export class Share {
	private base = 1;

	private since: number;

	/** Others have been seen. */
	isShared = false;

	private growth = AMONG_OTHERS;

	private tryAfter: number | null;

	/** @param tryAfter requests after which more is tried, because the limit may be more than we know; `null` = it is certain */
	constructor(now: number, tryAfter: number | null) {
		this.tryAfter = tryAfter;
		this.since = now;
	}

	/** Nobody else uses it any more. */
	becomeSole(): void {
		this.isShared = false;
		this.base = 1;
	}

	/** The limit has been told for sure. */
	tell(): void {
		this.tryAfter = null;
	}

	/**
	 * @param limit requests a minute
	 * @param sent requests since there was nothing left
	 */
	at(now: number, limit: number, sent: number): number {
		// What was measured to be next to nothing is tried by the minute: a request comes too seldom.
		const tried = Math.max(sent, ((now - this.since) * LEAST_TRIED) / MINUTE_MS);
		if (!this.isShared)
			return this.tryAfter === null
				? 1
				: Math.min(MAX_SHARE, 1 + grown({ ...ALONE, after: this.tryAfter }, tried));
		const passed = ((now - this.since) * Math.max(SMALLEST_LIMIT, limit)) / MINUTE_MS;
		return Math.min(MAX_SHARE, this.base + grown(this.growth, passed));
	}

	/**
	 * More than there is was tried, so what there is is known again.
	 * @param limit requests a minute
	 */
	restart(now: number, limit: number): void {
		// All of it was ours.
		if (this.isShared && this.at(now, limit, 0) >= 1) this.becomeSole();
		this.base = Math.min(1, this.base);
		this.since = now;
	}

	/** Others must be using the limit too. */
	cut(now: number, limit: number): void {
		this.set(this.at(now, limit, 0) * DECREASE, now);
	}

	/** A refusal meant nothing, so others are less likely. */
	raise(now: number): void {
		if (!this.isShared) return;
		this.base = Math.min(1, this.base / DECREASE);
		this.since = now;
	}

	/** What turned out to be ours of a minute in which nothing is saved up. */
	setInMinute(share: number, now: number): void {
		this.set(share, now);
		this.growth = IN_MINUTES;
	}

	/** What turned out to be ours. */
	set(share: number, now: number): void {
		this.base = Math.max(MIN_SHARE, Math.min(1, share));
		this.since = now;
		this.isShared = true;
	}
}

const grown = ({ increase, faster, after }: typeof AMONG_OTHERS, requests: number): number =>
	increase * requests + faster * (requests / after) ** 3;

/** More than a limit that nobody has told for sure is tried after so many requests; after fewer where little is known. */
const TRY_AFTER = { least: 6, most: 60, perRequest: 4, ofLimit: 5, leastStated: 24 };

/**
 * @param limit requests a minute
 * @param measuredBy requests; `null` = it was stated
 */
export function triesAfter(limit: number, measuredBy: number | null): number {
	if (measuredBy === null)
		return Math.min(TRY_AFTER.most, Math.max(TRY_AFTER.leastStated, TRY_AFTER.ofLimit * limit));
	return Math.min(TRY_AFTER.most, Math.max(TRY_AFTER.least, TRY_AFTER.perRequest * measuredBy));
}
