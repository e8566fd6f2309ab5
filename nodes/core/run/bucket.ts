/**
 * What we believe the server's allowance to be: a bucket that holds a minute's images and refills
 * continuously ("Limit 5 … try again in 12s" says so). All times in ms.
 */
export class Bucket {
	private level: number;

	private asOf: number;

	private readonly perMs: number;

	private readonly capacity: number;

	/** @param level images that may leave at once, at `now` */
	constructor(imagesPerMinute: number, level: number, now: number) {
		this.capacity = imagesPerMinute;
		this.perMs = imagesPerMinute / 60_000;
		this.level = Math.min(level, imagesPerMinute);
		this.asOf = now;
	}

	/** Wait until `images` may leave; 0 = now. @param share part of the refill that is ours */
	delay(images: number, now: number, share: number): number {
		this.refill(now, share);
		const missing = Math.min(images, this.capacity) - this.level;
		return missing <= ROUNDING ? 0 : missing / (this.perMs * share);
	}

	take(images: number, now: number, share: number): void {
		this.refill(now, share);
		this.level -= images;
	}

	/** The server said how much there is: what it knows is better than what we believe. */
	correct(level: number, now: number): void {
		this.level = Math.min(level, this.capacity);
		this.asOf = now;
	}

	/** Like `correct`, but only downwards: others may take what is left before we do. */
	atMost(level: number, now: number, share: number): void {
		this.refill(now, share);
		this.level = Math.min(this.level, level);
	}

	private refill(now: number, share: number): void {
		this.level = Math.min(this.capacity, this.level + (now - this.asOf) * this.perMs * share);
		this.asOf = now;
	}
}

/** Images; less than this is missing only because numbers have an end. */
const ROUNDING = 1e-6;
