const NEWLINE = 10;
const FIRST_BYTES = 64 * 1024;
/** What is not written to takes no memory, but each smaller buffer before stays until it is collected. */
const GROWTH = 4;
/** OpenAI's files are no longer. */
const LONGEST_LINE = 512 * 1024 * 1024;

/**
 * Cuts a stream of bytes into lines without ever holding more than one of them. A line is put together in
 * the same memory as the one before: results are megabytes each, and new memory for each of them would keep
 * the garbage collector busy.
 */
export class LineSplitter {
	private memory = Buffer.alloc(0);

	/** Bytes of a line that has begun. */
	private held = 0;

	/** A line was longer than can be held: there are no more of them. */
	isTooLong = false;

	private readonly longest: number;

	constructor(longest = LONGEST_LINE) {
		this.longest = longest;
	}

	/** Whole lines, without their newline. Each is valid until the next one is asked for. */
	*push(chunk: Buffer): Generator<Buffer> {
		let start = 0;
		for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
			const part = chunk.subarray(start, end);
			if (this.held === 0) yield part;
			else if (this.hold(part)) yield this.completed();
			else return;
			start = end + 1;
		}
		if (start < chunk.length) this.hold(chunk.subarray(start));
	}

	/** What comes after the last newline; empty when nothing does. */
	end(): Buffer {
		return this.completed();
	}

	private completed(): Buffer {
		const line = this.memory.subarray(0, this.held);
		this.held = 0;
		return line;
	}

	/** @returns whether it can be held */
	private hold(part: Buffer): boolean {
		const needed = this.held + part.length;
		if (needed > this.longest) this.isTooLong = true;
		if (this.isTooLong) return false;
		if (needed > this.memory.length) {
			const larger = Buffer.allocUnsafeSlow(
				Math.max(needed, this.memory.length * GROWTH, FIRST_BYTES),
			);
			this.memory.copy(larger, 0, 0, this.held);
			this.memory = larger;
		}
		part.copy(this.memory, this.held);
		this.held = needed;
		return true;
	}
}

const BLANK = [0x20, 0x09, 0x0d];
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Whether nothing stands in a line, as after a newline of Windows. */
export const isBlank = (line: Buffer): boolean => line.every((byte) => BLANK.includes(byte));

/** The first line of a file without the mark that some tools put before it. */
export const withoutMark = (line: Buffer): Buffer =>
	line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? line.subarray(3) : line;
