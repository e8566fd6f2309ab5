/**
 * The other way in which servers count: so many images in any 60 seconds. What left is known here; what
 * others took shows in refusals only. All times in ms.
 */
export class SlidingWindow {
	private readonly sent: Array<{ at: number; images: number }>;

	/** @param sent what has left in the last minute, oldest first */
	constructor(sent: ReadonlyArray<{ at: number; images: number }>) {
		this.sent = [...sent];
	}

	/** Wait until `images` may leave; 0 = now. @param most images that are ours in a minute */
	delay(images: number, now: number, most: number): number {
		this.forget(now);
		let used = this.used(now);
		for (const entry of this.sent) {
			if (used + images <= Math.max(images, most)) return 0;
			used -= entry.images;
			if (used + images <= Math.max(images, most)) return entry.at + MINUTE_MS - now;
		}
		return 0;
	}

	take(images: number, now: number): void {
		this.sent.push({ at: now, images });
	}

	/** A request that was refused has not been counted. */
	giveBack(images: number, sentAt: number): void {
		const index = this.sent.findIndex((entry) => entry.at === sentAt && entry.images === images);
		if (index >= 0) this.sent.splice(index, 1);
	}

	/** Images of ours in the last minute. */
	used(now: number): number {
		this.forget(now);
		return this.sent.reduce((sum, { images }) => sum + images, 0);
	}

	private forget(now: number): void {
		while (this.sent[0] !== undefined && this.sent[0].at + MINUTE_MS <= now) this.sent.shift();
	}
}

/** A little over a minute, for differences in how long requests travel. */
const MINUTE_MS = 60_000 + 50;
