const NEWLINE = 10;
const FIRST_BYTES = 64 * 1024;

/**
 * Cuts a stream of bytes into lines without ever holding more than one of them. A line is put together in
 * the same memory as the one before: results are megabytes each, and new memory for each of them would keep
 * the garbage collector busy.
 */
export class LineSplitter {
	private memory = Buffer.alloc(0);

	/** Bytes of a line that has begun. */
	private held = 0;

	/** Whole lines, without their newline. Each is valid until the next one is asked for. */
	*push(chunk: Buffer): Generator<Buffer> {
		let start = 0;
		for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
			if (this.held === 0) yield chunk.subarray(start, end);
			else yield this.completedBy(chunk.subarray(start, end));
			start = end + 1;
		}
		if (start < chunk.length) this.hold(chunk.subarray(start));
	}

	/** What comes after the last newline; empty when nothing does. */
	end(): Buffer {
		return this.completedBy(Buffer.alloc(0));
	}

	private completedBy(tail: Buffer): Buffer {
		this.hold(tail);
		const line = this.memory.subarray(0, this.held);
		this.held = 0;
		return line;
	}

	private hold(part: Buffer): void {
		const needed = this.held + part.length;
		if (needed > this.memory.length) {
			const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.memory.length * 2, FIRST_BYTES));
			this.memory.copy(larger, 0, 0, this.held);
			this.memory = larger;
		}
		part.copy(this.memory, this.held);
		this.held = needed;
	}
}
