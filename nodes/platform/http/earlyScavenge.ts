/** Of 8 bytes each: 64 KB, which V8 still keeps among the young objects. */
const YOUNG_SLOTS = 8000;

/** Bytes of a chunk that one piece is for. */
const YOUNG_FOR = 32 * 1024;

/**
 * Chunks lie outside of V8's heap, and what points to them is tiny: so hundreds of megabytes of them come together before its
 * cheap collection of young objects is due, and it collects the whole heap instead, again and again. Where that is the heap
 * of n8n, it took three quarters of the time of a download (measured with Node 24 and a heap of 200 MB). Young objects that
 * nobody needs bring the cheap collection forward.
 */
export class EarlyScavenge {
	/** Only the last one is reachable. */
	last: unknown[] = [];

	allocate(chunkBytes: number): void {
		for (let left = chunkBytes; left > 0; left -= YOUNG_FOR)
			this.last = new Array<unknown>(YOUNG_SLOTS);
	}
}
